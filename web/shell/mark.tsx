// The mark: a portcullis, half raised.
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 28 28" width={size} height={size} aria-hidden="true" focusable="false">
      <path d="M3 8h22M3 15h22" stroke="currentColor" strokeWidth="2.200" fill="none" />
      <path d="M6 4v16M14 4v16M22 4v16" stroke="currentColor" strokeWidth="2.200" fill="none" />
      <path d="M3.500 19.500h5L6 25.500zM11.500 19.500h5L14 25.500zM19.500 19.500h5L22 25.500z" fill="currentColor" />
    </svg>
  )
}

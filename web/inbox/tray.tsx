// An empty tray, drawn in the lines of the mark.
export function Tray() {
  return (
    <svg className="tray" viewBox="0 0 120 84" width="96" height="67" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M10 50 24 18a6 6 0 0 1 5.500-4h61a6 6 0 0 1 5.500 4l14 32v20a6 6 0 0 1-6 6H16a6 6 0 0 1-6-6z" />
      <path d="M10 50h28l6 10h32l6-10h28" />
      <path className="tray-soft" d="M42 26h36M38 36h44" strokeDasharray="3 6" />
    </svg>
  )
}

// A whole number with its unit; text that is no number is kept as typed, for the kind to refuse.
import type { Fault } from '../http/shapes.ts'
import './number-line.css'

interface Props {
  id: string
  label: string
  unit: string
  /** what zero means where it switches the limit off, such as "Never" */
  zeroMeans?: string | undefined
  input: unknown
  onInput: (input: unknown) => void
  disabled: boolean
  faults: readonly Fault[]
  describedBy: string
}

/** "30" is the number 30; "30.5", "" and "abc" stay text. */
export function numberInput(text: string): unknown {
  const plain = text.trim().replace(/[,\s]/g, '')
  return /^\d{1,15}$/.test(plain) ? Number(plain) : text
}

export function NumberLine({ id, label, unit, zeroMeans, input, onInput, disabled, faults, describedBy }: Props) {
  const value = input === null || input === undefined ? '' : String(input)
  return (
    <span className="number-line">
      <input id={id} className="input nums" inputMode="numeric" autoComplete="off" aria-label={`${label}, in ${unit}`} aria-invalid={faults.length > 0 || undefined} aria-describedby={[describedBy, zeroMeans && `${id}-zero`].filter(Boolean).join(' ') || undefined}
        disabled={disabled} value={value} onChange={(event) => onInput(numberInput(event.target.value))}
        onKeyDown={(event) => {
          if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || typeof input !== 'number') return
          event.preventDefault()
          onInput(Math.max(0, input + (event.key === 'ArrowUp' ? 1 : -1)))
        }} />
      <span className="soft" aria-hidden="true">{unit}</span>
      {zeroMeans && <span className="soft small" id={`${id}-zero`}>0 means: {zeroMeans.toLowerCase()}</span>}
    </span>
  )
}

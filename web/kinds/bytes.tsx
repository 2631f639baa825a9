// A size: a number and the unit one thinks in; the value itself is always bytes.
import { useState } from 'react'
import type { BytesKind } from '#policy/kinds/bytes.ts'
import { numberInput } from '../controls/number-line.tsx'
import '../controls/number-line.css'
import type { WidgetProps } from './widget.ts'

const units = [
  { name: 'bytes', size: 1 },
  { name: 'KiB', size: 1024 },
  { name: 'MiB', size: 1_048_576 },
] as const

/** The largest unit of which the value is a whole number. */
function unitOf(value: unknown): (typeof units)[number] {
  if (typeof value !== 'number' || value === 0) return units[2]
  return [...units].reverse().find(({ size }) => value % size === 0) ?? units[0]
}

export function BytesWidget({ id, label, input, onInput, disabled, faults, describedBy }: WidgetProps<BytesKind>) {
  const [unit, setUnit] = useState(() => unitOf(input))
  const whole = typeof input === 'number' && input % unit.size === 0
  const shown = whole ? unit : typeof input === 'number' ? unitOf(input) : unit
  const text = typeof input === 'number' ? String(input / shown.size) : String(input ?? '')

  function type(value: string) {
    const read = numberInput(value)
    onInput(typeof read === 'number' ? read * shown.size : read)
  }

  function choose(name: string) {
    const next = units.find((one) => one.name === name) ?? units[0]
    setUnit(next)
    if (typeof input === 'number') onInput((input / shown.size) * next.size)
  }

  return (
    <span className="number-line">
      <input id={id} className="input nums" inputMode="numeric" autoComplete="off" aria-label={`${label}, in ${shown.name}`} aria-invalid={faults.length > 0 || undefined} aria-describedby={describedBy || undefined} disabled={disabled} value={text} onChange={(event) => type(event.target.value)} />
      <select className="input" aria-label={`Unit of ${label}`} disabled={disabled} value={shown.name} onChange={(event) => choose(event.target.value)}>
        {units.map(({ name }) => <option key={name}>{name}</option>)}
      </select>
    </span>
  )
}

// A date or none.
import type { DateKind } from '#policy/kinds/date.ts'
import { Button } from '../controls/button.tsx'
import type { WidgetProps } from './widget.ts'

export function DateWidget({ id, kind, label, input, onInput, disabled, faults, describedBy }: WidgetProps<DateKind>) {
  const value = typeof input === 'string' ? input : ''
  return (
    <span className="row">
      <input id={id} type="date" className="input" style={{ inlineSize: '10.500rem' }} aria-label={label} aria-invalid={faults.length > 0 || undefined} aria-describedby={describedBy || undefined} disabled={disabled}
        value={value} onChange={(event) => onInput(event.target.value === '' ? null : event.target.value)} />
      {value === '' ? <span className="soft">{kind.nullMeans}</span> : <Button look="quiet" size="s" isDisabled={disabled} onPress={() => onInput(null)}>No date</Button>}
    </span>
  )
}

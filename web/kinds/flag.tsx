// On or off: a switch that says which of the two it is.
import type { FlagKind } from '#policy/kinds/flag.ts'
import { Toggle } from '../controls/ticks.tsx'
import type { WidgetProps } from './widget.ts'

export function FlagWidget({ id, label, input, onInput, disabled, describedBy }: WidgetProps<FlagKind>) {
  return (
    <Toggle id={id} isSelected={input === true} isDisabled={disabled} onChange={onInput} aria-label={label} aria-describedby={describedBy || undefined}>
      <span aria-hidden="true">{input === true ? 'On' : 'Off'}</span>
    </Toggle>
  )
}

// One of a few options, each with its sentence.
import type { ChoiceKind } from '#policy/kinds/choice.ts'
import { Radios } from '../controls/ticks.tsx'
import type { WidgetProps } from './widget.ts'

export function ChoiceWidget({ id, kind, label, input, onInput, disabled, describedBy }: WidgetProps<ChoiceKind>) {
  return (
    <Radios id={id} aria-label={label} aria-describedby={describedBy || undefined} value={typeof input === 'string' ? input : ''} onChange={onInput} isDisabled={disabled}
      options={kind.options.map(({ value, label: name, help }) => ({ value, label: name, help }))} />
  )
}

// A length of time in whole days.
import type { DaysKind } from '#policy/kinds/days.ts'
import { NumberLine } from '../controls/number-line.tsx'
import type { WidgetProps } from './widget.ts'

export function DaysWidget({ kind, ...rest }: WidgetProps<DaysKind>) {
  return <NumberLine {...rest} unit={kind.unit} zeroMeans={kind.zeroMeans} />
}

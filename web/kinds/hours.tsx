// A length of time in whole hours.
import type { HoursKind } from '#policy/kinds/hours.ts'
import { NumberLine } from '../controls/number-line.tsx'
import type { WidgetProps } from './widget.ts'

export function HoursWidget({ kind, ...rest }: WidgetProps<HoursKind>) {
  return <NumberLine {...rest} unit={kind.unit} zeroMeans={kind.zeroMeans} />
}

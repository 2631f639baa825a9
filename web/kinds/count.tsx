// A number of things, with the name of the things beside it.
import type { CountKind } from '#policy/kinds/count.ts'
import { NumberLine } from '../controls/number-line.tsx'
import type { WidgetProps } from './widget.ts'

export function CountWidget({ kind, ...rest }: WidgetProps<CountKind>) {
  return <NumberLine {...rest} unit={kind.unit} zeroMeans={kind.zeroMeans} />
}

// A length of time in whole seconds.
import type { SecondsKind } from '#policy/kinds/seconds.ts'
import { NumberLine } from '../controls/number-line.tsx'
import type { WidgetProps } from './widget.ts'

export function SecondsWidget({ kind, ...rest }: WidgetProps<SecondsKind>) {
  return <NumberLine {...rest} unit={kind.unit} zeroMeans={kind.zeroMeans} />
}

// A length of time in whole minutes.
import type { MinutesKind } from '#policy/kinds/minutes.ts'
import { NumberLine } from '../controls/number-line.tsx'
import type { WidgetProps } from './widget.ts'

export function MinutesWidget({ kind, ...rest }: WidgetProps<MinutesKind>) {
  return <NumberLine {...rest} unit={kind.unit} zeroMeans={kind.zeroMeans} />
}

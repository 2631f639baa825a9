// A list of exact web origins.
import type { OriginListKind } from '#policy/kinds/origin-list.ts'
import { ListEditor } from '../list/list-editor.tsx'
import type { WidgetProps } from './widget.ts'

export function OriginListWidget(props: WidgetProps<OriginListKind>) {
  return <ListEditor {...props} noun={{ one: 'origin', many: 'origins' }} />
}

// A list of mail addresses and domains.
import type { AddressListKind } from '#policy/kinds/address-list.ts'
import { ListEditor } from '../list/list-editor.tsx'
import type { WidgetProps } from './widget.ts'

export function AddressListWidget(props: WidgetProps<AddressListKind>) {
  return <ListEditor {...props} noun={{ one: 'address', many: 'addresses' }} />
}

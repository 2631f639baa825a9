// A list of addresses and networks, with the reader's own address judged against the draft by the server's code.
import { useDeferredValue, useMemo } from 'react'
import { cidrSetOf, type CidrListKind } from '#policy/kinds/cidr-list.ts'
import { Button } from '../controls/button.tsx'
import { Icon } from '../shell/icon.tsx'
import { focusAddLine } from '../list/add-line.tsx'
import { ListEditor } from '../list/list-editor.tsx'
import { asList, type ListInput } from '../list/entries.ts'
import type { WidgetProps } from './widget.ts'

export function CidrListWidget(props: WidgetProps<CidrListKind>) {
  const { kind, label, settingKey, address, disabled, onInput } = props
  const list = asList(props.input)
  // over long lists the judgement may come one frame after the letter
  const settled = useDeferredValue(list)
  const place = useMemo(() => placeOf(kind, settled, address), [kind, settled, address])
  const management = settingKey === 'management.allowlist'

  function addMine() {
    if (address === null) return
    // who adds the first entry to a list that lets anyone in means to use the list
    const state = list.state === 'any' && list.entries.length === 0 ? 'only' : list.state
    onInput({ state, entries: [{ value: address, note: 'Added from here' }, ...list.entries] })
    focusAddLine(props.id)
  }

  return (
    <>
      {management && (
        <div className="see" data-place={place}>
          <Icon name="pin" />
          <span className="grow">
            {address === null
              ? <>We cannot tell your address. <span className="soft">The server names the reason in its log; an address we cannot tell is outside of every list.</span></>
              : <>We see you as <strong className="mono"><bdi>{address}</bdi></strong></>}
          </span>
          <span role="status" className="badge" data-tone={place === 'outside' ? 'danger' : place === 'inside' ? 'good' : undefined}>{placeWords[place]}</span>
          {address !== null && (place === 'outside' || place === 'everyone') && !disabled && !list.entries.some((entry) => entry.value === address) && <Button size="s" icon="plus" onPress={addMine}>Add my address</Button>}
        </div>
      )}
      <ListEditor {...props} label={label} noun={{ one: 'address or network', many: 'addresses and networks' }} />
    </>
  )
}

type Place = 'inside' | 'outside' | 'everyone' | 'nobody' | 'unclear'
const placeWords: Record<Place, string> = {
  inside: 'Inside this list',
  outside: 'Outside this list',
  everyone: 'Everyone is inside',
  nobody: 'Nobody is inside',
  unclear: 'Not clear until every entry is right',
}

function placeOf(kind: CidrListKind, list: ListInput, address: string | null): Place {
  if (list.state === 'any') return 'everyone'
  if (list.state === 'none') return 'nobody'
  if (list.entries.length === 0 || address === null) return 'outside'
  const read = kind.parse(list, '', '')
  if (!read.ok) return 'unclear'
  return cidrSetOf(read.value).containsText(address) ? 'inside' : 'outside'
}

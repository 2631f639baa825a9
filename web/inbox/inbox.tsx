// The inbox: views, the list of conversations, and the one that is open, side by side; one at a time when narrow.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import './inbox.css'
import { Conversation } from '../conversation/conversation.tsx'
import { Icon } from '../shell/icon.tsx'
import { useTitle } from '../shell/page.tsx'
import { useBrand, useSession } from '../session/session.ts'
import { listOptions } from './cache.ts'
import { useShortcuts } from './keys.ts'
import { useInboxLine, useReconnecting } from './line.ts'
import { List } from './list.tsx'
import { ListHead } from './list-head.tsx'
import { flatten } from './merging.ts'
import { NothingOpen } from './nothing.tsx'
import { SearchResults } from './search-results.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { listQuery, readView } from './view.ts'
import { Views } from './views.tsx'
// last, for it changes what the others say
import './inbox-narrow.css'

export function Inbox() {
  const brand = useBrand()
  const { agent } = useSession()
  const navigate = useNavigate()
  const open = useParams({ strict: false, select: (params) => (params as { conversation?: string }).conversation ?? null })
  const search = readView(useSearch({ strict: false }) as Record<string, unknown>)
  const found = useInfiniteQuery(listOptions(listQuery(search), agent.id))
  const [viewsOpen, openViews] = useState(false)
  const [help, showHelp] = useState(false)
  const frame = useRef<HTMLElement>(null)
  const reconnecting = useReconnecting()
  useTitle('Inbox')
  useInboxLine(agent.id, open)

  const back = () => void navigate({ to: '/b/$brand/inbox', params: { brand }, search: { ...search, message: undefined } })
  const shortcuts = useShortcuts(frame, { help: () => showHelp(true), back: () => { if (search.q && !open) return void navigate({ to: '/b/$brand/inbox', params: { brand }, search: { ...search, q: undefined } }); if (open) back() } })
  const conversations = flatten(found.data?.pages ?? [])

  return (
    <main className="inbox" id="main" tabIndex={-1} ref={frame} data-open={open ? '' : undefined} data-views={viewsOpen || undefined}>
      {reconnecting && <p className="inbox-bar" role="status"><Icon name="info" size={16} />Reconnecting… What is said meanwhile will be here as soon as the line is back.</p>}
      <Views search={search} conversations={conversations} onChosen={() => openViews(false)} />
      <section className="inbox-list" aria-label="Conversations">
        <ListHead search={search} viewsOpen={viewsOpen} onViews={() => openViews(!viewsOpen)} onHelp={() => showHelp(true)} />
        {search.q
          ? <SearchResults words={search.q} search={search} open={open} />
          : <List found={found} conversations={conversations} search={search} open={open} />}
      </section>
      {open
        ? <Conversation key={open} id={open} search={search} onBack={back} />
        : <NothingOpen />}
      <ShortcutsDialog open={help} onClose={() => showHelp(false)} on={shortcuts.on} onSwitch={shortcuts.turn} />
    </main>
  )
}

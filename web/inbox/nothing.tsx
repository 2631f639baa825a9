// The inbox where there is nothing to show: why, and what leads on.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useBrand, useSession } from '../session/session.ts'
import { channelsQuery } from '../channels/channel.ts'
import { Icon } from '../shell/icon.tsx'
import { Tray } from './tray.tsx'
import type { ViewSearch } from './view.ts'

/** The channels of this brand; who may not see them cannot be told that there is none. */
function useNoChannel(): boolean {
  const { agent } = useSession()
  const mayAsk = agent.capabilities.includes('manage_settings')
  const { data } = useQuery({ ...channelsQuery, enabled: mayAsk, retry: false })
  return data?.channels.length === 0
}

export function NothingHere({ search }: { search: ViewSearch }) {
  const brand = useBrand()
  const { agent } = useSession()
  const noChannel = useNoChannel()
  const whole = !search.status && !search.tag && (search.view ?? 'all') === 'all'
  const mayManage = agent.capabilities.includes('manage_settings')
  if (noChannel) {
    return (
      <div className="empty">
        <Tray />
        <h2>No chat on your site yet</h2>
        <p>What your customers write will arrive here once the chat is on your site.</p>
        <Link className="button" data-look="main" to="/b/$brand/settings/channels" params={{ brand }}>Put the chat on your site</Link>
      </div>
    )
  }
  return (
    <div className="empty">
      <Tray />
      <h2>{whole ? 'Nothing is waiting' : search.view === 'mine' ? 'Nothing is yours right now' : 'Nothing in this view'}</h2>
      {whole && !mayManage && <p>What customers write arrives here. If nothing ever does, ask an administrator whether the chat is on your site.</p>}
      {whole && mayManage && <p>What customers write in the chat arrives here by itself.</p>}
      {search.view === 'mine' && <p>Take one from <Link to="/b/$brand/inbox" params={{ brand }} search={{ view: 'unassigned' }}>Unassigned</Link>.</p>}
      {!whole && search.view !== 'mine' && <p><Link to="/b/$brand/inbox" params={{ brand }} search={{}}>Show all</Link> that is open or pending.</p>}
    </div>
  )
}

export function NothingFound({ words }: { words: string }) {
  return (
    <div className="empty" role="status">
      <Icon name="search" size={36} />
      <h2>Nothing found</h2>
      <p className="break">No conversation you may see has <q dir="auto">{words}</q>. Whole words and their beginnings are found; try fewer or shorter ones.</p>
    </div>
  )
}

export function NothingOpen() {
  const noChannel = useNoChannel()
  return (
    <section className="talk-none" aria-label="Conversation">
      <Tray />
      {noChannel ? <p>A conversation opens here, to be read and answered.</p> : <p>Choose a conversation. <kbd>j</kbd> and <kbd>k</kbd> move through the list, <kbd>?</kbd> shows every shortcut.</p>}
    </section>
  )
}

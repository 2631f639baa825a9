// The views at the side: mine, unassigned, all, the teams, the statuses and the tags in use.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { countsQuery, peopleQuery } from './cache.ts'
import type { Status, Summary } from './shapes.ts'
import { statuses, type ViewSearch } from './view.ts'
import { countText } from './words.ts'

const tagsShown = 20

interface Props { search: ViewSearch; conversations: readonly Summary[]; onChosen: () => void }

export function Views({ search, conversations, onChosen }: Props) {
  const { agent } = useSession()
  const { data } = useQuery(countsQuery)
  const people = useQuery(peopleQuery).data
  const counts = data?.counts
  const view = search.view ?? 'all'
  const plain = !search.status && !search.tag && !search.q
  const teams = people?.teams.filter((team) => !team.closed || agent.role === 'admin' || team.members.includes(agent.id)) ?? []
  const tags = data?.tags ?? [...new Set(conversations.flatMap((one) => one.tags))].toSorted((a, b) => a.localeCompare(b))
  const shown = (search.tag && !tags.includes(search.tag) ? [search.tag, ...tags] : tags).slice(0, tagsShown)
  return (
    <nav className="inbox-views" aria-label="Views">
      <ul>
        <View onChosen={onChosen} search={{ view: 'mine' }} current={plain && view === 'mine'} count={counts?.mine}>Mine</View>
        <View onChosen={onChosen} search={{ view: 'unassigned' }} current={plain && view === 'unassigned'} count={counts?.unassigned}>Unassigned</View>
        <View onChosen={onChosen} search={{}} current={plain && view === 'all'} count={counts?.all}>All</View>
      </ul>
      {teams.length > 0 && (
        <Part title="Teams">
          {teams.map((team) => <View onChosen={onChosen} key={team.id} search={{ view: `team:${team.id}` }} current={plain && view === `team:${team.id}`} icon={team.closed ? 'lock' : undefined}>{team.name}</View>)}
        </Part>
      )}
      <Part title="Status">
        {statuses.map(({ id, label }) => <View onChosen={onChosen} key={id} search={{ status: id }} current={search.status === id && !search.q} dot={id}>{label}</View>)}
      </Part>
      {shown.length > 0 && (
        <Part title="Tags">
          {shown.map((tag) => <View onChosen={onChosen} key={tag} search={{ tag }} current={search.tag === tag && !search.q} icon="tag">{tag}</View>)}
        </Part>
      )}
    </nav>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="small">{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

interface ViewProps { onChosen: () => void; search: ViewSearch; current: boolean; count?: number | undefined; icon?: 'lock' | 'tag' | undefined; dot?: Status; children: ReactNode }

function View({ onChosen, search, current, count, icon, dot, children }: ViewProps) {
  const brand = useBrand()
  return (
    <li>
      <Link className="view" to="/b/$brand/inbox" params={{ brand }} search={search} activeProps={{}} onClick={onChosen} aria-current={current ? 'true' : undefined}>
        {icon && <Icon name={icon} size={14} />}
        {dot && <span className="status-dot" data-status={dot} />}
        <span className="view-name auto-dir">{children}</span>
        {count !== undefined && <span className="nums small soft">{countText(count)}</span>}
      </Link>
    </li>
  )
}

// Settings → Users: everybody of the brand, searched and filtered; from here they are invited, brought from a file, and opened.
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import './users.css'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { countOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { usersQuery, type User, type UserState } from './user.ts'
import { UserTable } from './user-table.tsx'

interface Filter { text: string; state: '' | UserState; only: '' | 'admin' | 'agent' | 'bare' | 'locked' }
const none: Filter = { text: '', state: '', only: '' }

const fold = (text: string) => text.normalize('NFKC').toLowerCase()

function fits(user: User, { text, state, only }: Filter): boolean {
  if (state && user.state !== state) return false
  if (only === 'bare' && (user.hasFactor || user.state !== 'active')) return false
  if (only === 'locked' && user.locks.length === 0) return false
  if ((only === 'admin' || only === 'agent') && user.role !== only) return false
  return fold(`${user.name}\n${user.email}`).includes(fold(text.trim()))
}

export function Users() {
  const brand = useBrand()
  const { agent, skew } = useSession()
  const id = useId()
  const [filter, setFilter] = useState<Filter>(none)
  const [open, setOpen] = useState<'invite' | 'import' | null>(null)
  const found = useQuery({ ...usersQuery, enabled: agent.role === 'admin' })
  const everybody = found.data?.users ?? []
  const counts = found.data?.counts
  const users = everybody.filter((user) => fits(user, filter))
  const filtered = filter.text !== '' || filter.state !== '' || filter.only !== ''

  if (agent.role !== 'admin') {
    return <Page title="Users" settingsOf={brand}><Note tone="warning" title="Not your right">Only an administrator sees and changes the people of this brand.</Note></Page>
  }
  return (
    <Page title="Users" lead="Who may sign in here, what each may do, and what proves who they are." settingsOf={brand} aside={(
      <div className="row">
        <Button icon="upload" onPress={() => setOpen('import')}>Import</Button>
        <Button look="main" icon="plus" onPress={() => setOpen('invite')}>Invite</Button>
      </div>
    )}>
      <div className="users-filters" role="search" aria-label="Find people">
        <span className="users-search">
          <label className="hidden" htmlFor={`${id}-text`}>Name or email</label>
          <Icon name="search" size={18} />
          <input className="input" type="search" id={`${id}-text`} placeholder="Name or email" autoComplete="off" value={filter.text} onChange={(event) => setFilter({ ...filter, text: event.target.value })} />
        </span>
        <label className="hidden" htmlFor={`${id}-state`}>State</label>
        <select className="input" id={`${id}-state`} value={filter.state} onChange={(event) => setFilter({ ...filter, state: event.target.value as Filter['state'] })}>
          <option value="">Everybody{counts && ` (${everybody.length})`}</option>
          <option value="active">Active{counts && ` (${counts.active})`}</option>
          <option value="invited">Invited{counts && ` (${counts.invited})`}</option>
          <option value="deactivated">Deactivated{counts && ` (${counts.deactivated})`}</option>
        </select>
        <label className="hidden" htmlFor={`${id}-only`}>Who</label>
        <select className="input" id={`${id}-only`} value={filter.only} onChange={(event) => setFilter({ ...filter, only: event.target.value as Filter['only'] })}>
          <option value="">Every role</option>
          <option value="admin">Administrators</option>
          <option value="agent">Agents</option>
          <option value="bare">Without a second factor</option>
          <option value="locked">Locked</option>
        </select>
        <p className="soft small users-count" role="status">{found.data && countOf(users.length, 'person', 'people')}</p>
      </div>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '16rem' }} role="status" aria-label="Loading" />}
      {found.data && users.length > 0 && <UserTable users={users} brand={brand} self={agent.id} now={Date.now() + skew} />}
      {found.data && users.length === 0 && (
        <div className="empty card">
          <Icon name="people" size={40} />
          <h2>{filtered ? 'Nobody fits' : 'Nobody is here yet'}</h2>
          {filtered ? <Button onPress={() => setFilter(none)}>Show everybody</Button> : <Button look="main" onPress={() => setOpen('invite')}>Invite somebody</Button>}
        </div>
      )}
      {found.data && everybody.length === 1 && !filtered && (
        <Note title="You are alone here">Invite your team one by one, or bring them all from a spreadsheet. Each gets a mail with a link to choose a password and enrol a second factor.</Note>
      )}
      {open === 'invite' && <InviteDialog onClose={() => setOpen(null)} />}
      {open === 'import' && <ImportDialog onClose={() => setOpen(null)} />}
    </Page>
  )
}

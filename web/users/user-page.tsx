// One person: what is written of them, what proves who they are, where they are in, and what can be taken from them.
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import '../account/account.css'
import './users.css'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { dayOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { useMailed } from '../shell/mailed.ts'
import { Failed, Page } from '../shell/page.tsx'
import { DangerSection } from './danger-section.tsx'
import { PersonForm, type Written } from './person-form.tsx'
import { SecuritySection } from './security-section.tsx'
import { SessionsPart } from './sessions-part.tsx'
import { useAct } from './use-act.ts'
import { userQuery, type User } from './user.ts'
import { Avatar, StateBadges } from './user-table.tsx'

export function UserPage() {
  const brand = useBrand()
  const { agent } = useSession()
  const id = useParams({ strict: false, select: (params) => (params as { id?: string }).id ?? '' })
  const found = useQuery({ ...userQuery(id), enabled: agent.role === 'admin' })
  const user = found.data
  return (
    <Page title={user?.name ?? 'A person'} width="m" lead={user && <bdi>{user.email}</bdi>} aside={user && <span className="row"><StateBadges user={user} /><Avatar user={user} large /></span>}>
      <Link className="crumb users-crumb" to="/b/$brand/settings/users" params={{ brand }}><span className="flip"><Icon name="back" size={16} /></span>Users</Link>
      {agent.role !== 'admin' && <Note tone="warning" title="Not your right">Only an administrator sees and changes the people of this brand.</Note>}
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {agent.role === 'admin' && found.isPending && <div className="pulse" style={{ blockSize: '18rem' }} role="status" aria-label="Loading" />}
      {user && (
        <>
          {user.state === 'invited' && <Invitation user={user} />}
          {user.state === 'deactivated' && <Deactivated user={user} />}
          <Profile key={`${user.id} ${user.email} ${user.role} ${user.capabilities.join()} ${user.phone ?? ''} ${user.name}`} user={user} self={agent.id === user.id} />
          {user.state !== 'invited' && <SecuritySection user={user} self={agent.id === user.id} />}
          {user.state === 'active' && <SessionsPart user={user} />}
          {user.state !== 'deactivated' && agent.id !== user.id && <DangerSection user={user} />}
        </>
      )}
    </Page>
  )
}

function Invitation({ user }: { user: User }) {
  const act = useAct(user.id)
  const mailed = useMailed()
  const link = user.links.find(({ kind }) => kind === 'invite')
  return (
    <Note tone={link ? 'info' : 'warning'} title={link ? 'Has not accepted the invitation yet' : 'The invitation ran out'}>
      <div className="stack-s">
        <p>{link ? `The link works until ${dayOf(link.expiresAt)}.` : 'The link was not used in time.'} Nobody can sign in as {user.name} before it is accepted.</p>
        {act.problem && <ProblemNote problem={act.problem} />}
        <div><Button icon="mail" pending={act.busy !== null} onPress={() => void act.run('/invitation', undefined, mailed.to('Another invitation', user.email))}>Send it again</Button></div>
      </div>
    </Note>
  )
}

function Deactivated({ user }: { user: User }) {
  const act = useAct(user.id)
  return (
    <Note tone="warning" title={`Deactivated${user.deactivatedAt ? ` on ${dayOf(user.deactivatedAt)}` : ''}`}>
      <div className="stack-s">
        <p>Nobody can sign in with this account. Its name stays in the audit trail.</p>
        {act.problem && <ProblemNote problem={act.problem} />}
        <div><Button pending={act.busy !== null} onPress={() => void act.run('/reactivate', undefined, `${user.name} is active again.`)}>{user.passwordSetAt ? 'Activate again' : 'Invite again'}</Button></div>
      </div>
    </Note>
  )
}

const writtenOf = (user: User): Written => ({ name: user.name, email: user.email, role: user.role, capabilities: [...user.capabilities], phone: user.phone ?? '' })

/** Only what differs is sent: what somebody else changed meanwhile stays. */
function changesOf(before: Written, after: Written): Partial<Record<keyof Written, unknown>> {
  const changes: Partial<Record<keyof Written, unknown>> = {}
  if (after.name !== before.name) changes.name = after.name.trim()
  if (after.email !== before.email) changes.email = after.email.trim()
  if (after.role !== before.role) changes.role = after.role
  if ([...after.capabilities].sort().join() !== [...before.capabilities].sort().join()) changes.capabilities = after.capabilities
  if (after.phone !== before.phone) changes.phone = after.phone.trim() === '' ? null : after.phone
  return changes
}
const noFaults: never[] = []

function Profile({ user, self }: { user: User; self: boolean }) {
  const act = useAct(user.id)
  const before = writtenOf(user)
  const [value, setValue] = useState(before)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  const changes = changesOf(before, value)
  const changed = Object.keys(changes).length > 0

  function submit(event: FormEvent) {
    event.preventDefault()
    void act.run('', changes, 'Saved. A mail tells of the change.', 'PATCH')
  }
  return (
    <section className="card account-part" aria-labelledby="profile">
      <div className="account-head">
        <h2 id="profile">Person and rights</h2>
        <p className="soft small">A right that is taken away is gone at their very next click.</p>
      </div>
      <form className="stack" onSubmit={submit} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <PersonForm value={value} onChange={setValue} faults={faults} ownRole={self} />
        {user.phone && user.phone === value.phone && (user.phoneVerifiedAt
          ? <p className="small soft">Verified {dayOf(user.phoneVerifiedAt)}.</p>
          : <p className="small soft">Not verified yet: {self ? 'you do' : 'its person does'} that under Your account.</p>)}
        {changes.email !== undefined && <Note tone="warning">The old address and the new one both get a mail, and every open link ends.</Note>}
        <div className="row">
          <Button look="main" type="submit" isDisabled={!changed} pending={act.busy !== null}>{act.busy === null ? 'Save' : 'Saving…'}</Button>
          {changed && <Button onPress={() => { setValue(before); act.forget() }}>Undo</Button>}
        </div>
      </form>
    </section>
  )
}

// Settings → Teams: who works together, and whether only they see the conversations of their team.
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import './teams.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Radios, Tick } from '../controls/ticks.tsx'
import { countOf } from '../controls/words.ts'
import { useAct } from '../channels/channel.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { usersQuery, type User } from '../users/user.ts'

interface Team { id: string; name: string; closed: boolean; members: string[] }

export function Teams() {
  const brand = useBrand()
  const { agent } = useSession()
  const admin = agent.role === 'admin'
  const found = useQuery({ queryKey: ['teams'], queryFn: () => call<{ teams: Team[] }>('GET', '/teams'), enabled: admin })
  const people = useQuery({ ...usersQuery, enabled: admin })
  const [open, setOpen] = useState<Team | 'new' | null>(null)
  const [deleting, setDeleting] = useState<Team | null>(null)
  const teams = found.data?.teams
  const everybody = people.data?.users ?? []
  if (!admin) return <Page title="Teams" settingsOf={brand}><Note tone="warning" title="Not your right">Only an administrator makes and changes teams.</Note></Page>
  return (
    <Page title="Teams" lead="A conversation can be given to a team. Who is in it decides who is asked, and in a closed team also who may see it." settingsOf={brand} width="m"
      aside={teams !== undefined && teams.length > 0 && <Button look="main" icon="plus" onPress={() => setOpen('new')}>New team</Button>}>
      {(found.error ?? people.error) && <Failed problem={problemOf(found.error ?? people.error)} onAgain={() => { void found.refetch(); void people.refetch() }} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '10rem' }} role="status" aria-label="Loading" />}
      {teams?.length === 0 && (
        <div className="empty card">
          <Icon name="team" size={40} />
          <h2>No team yet</h2>
          <p className="soft">Every agent sees every conversation. Make a team to share the work, or to keep some conversations among a few.</p>
          <Button look="main" icon="plus" onPress={() => setOpen('new')}>Make the first team</Button>
        </div>
      )}
      {teams !== undefined && teams.length > 0 && (
        <ul className="card team-list">
          {teams.map((team) => (
            <li key={team.id}>
              <div className="grow stack-s">
                <div className="row"><strong className="auto-dir break">{team.name}</strong><span className="badge" data-tone={team.closed ? 'warn' : undefined}>{team.closed ? <><Icon name="lock" size={13} />Closed</> : 'Open'}</span></div>
                <p className="small soft">{team.closed ? 'Only members see its conversations, with whoever they are assigned to and administrators.' : 'Every agent sees its conversations.'}</p>
                <p className="small soft break">{membersText(team, everybody)}</p>
              </div>
              <div className="row">
                <Button size="s" aria-label={`Change ${team.name}`} onPress={() => setOpen(team)}>Change</Button>
                <Button size="s" look="danger" aria-label={`Delete ${team.name}`} onPress={() => setDeleting(team)}>Delete</Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {open !== null && <TeamDialog team={open === 'new' ? null : open} people={everybody} onClose={() => setOpen(null)} />}
      {deleting && <DeleteDialog team={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  )
}

function membersText({ members }: Team, people: readonly User[]): string {
  if (members.length === 0) return 'Nobody is in it yet.'
  const names = members.map((id) => people.find((user) => user.id === id)?.name).filter((name) => name !== undefined)
  return `${countOf(members.length, 'member')}: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`
}

const noFaults: never[] = []

function TeamDialog({ team, people, onClose }: { team: Team | null; people: readonly User[]; onClose: () => void }) {
  const act = useAct('teams')
  const [name, setName] = useState(team?.name ?? '')
  const [closed, setClosed] = useState(team?.closed ?? false)
  const [members, setMembers] = useState<readonly string[]>(team?.members ?? [])
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  // who is gone is shown only where they still stand in the team
  const shown = people.filter((user) => user.state !== 'deactivated' || members.includes(user.id))

  async function submit(event: FormEvent) {
    event.preventDefault()
    const fields = { name: name.trim(), closed, members }
    const done = team === null
      ? await act.run('POST', '/teams', fields, `The team ${fields.name} is made.`)
      : await act.run('PATCH', `/teams/${encodeURIComponent(team.id)}`, fields, 'Saved. It holds at once for everybody.')
    if (done) onClose()
  }
  return (
    <Dialog title={team === null ? 'A new team' : `Change ${team.name}`} open onClose={onClose} size="l">
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate ref={area}>
        {act.problem && <ProblemNote problem={act.problem}>{faults.filter(({ path }) => path !== 'name').map((fault) => <p key={fault.code}>{fault.message}</p>)}</ProblemNote>}
        <TextField label="Name" value={name} onChange={setName} fault={faults.find(({ path }) => path === 'name')} autoComplete="off" />
        <Radios aria-label="Who sees its conversations" value={closed ? 'closed' : 'open'} onChange={(next) => setClosed(next === 'closed')} options={[
          { value: 'open', label: 'Open', help: 'Every agent sees its conversations.' },
          { value: 'closed', label: 'Closed', help: 'Only members see its conversations, with whoever one is assigned to and administrators.' },
        ]} />
        <fieldset className="team-people">
          <legend className="field-label">Members</legend>
          <div className="team-ticks">
            {shown.map((user) => (
              <Tick key={user.id} isSelected={members.includes(user.id)} onChange={(on) => setMembers(on ? [...members, user.id] : members.filter((id) => id !== user.id))}>
                <span className="auto-dir">{user.name}</span><span className="small soft break team-email"><bdi>{user.email}</bdi></span>
              </Tick>
            ))}
          </div>
        </fieldset>
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{act.busy ? 'Saving…' : team === null ? 'Make the team' : 'Save'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function DeleteDialog({ team, onClose }: { team: Team; onClose: () => void }) {
  const act = useAct('teams')
  async function remove() {
    if (await act.run('DELETE', `/teams/${encodeURIComponent(team.id)}`, undefined, `The team ${team.name} is deleted.`)) onClose()
  }
  return (
    <Dialog title={`Delete ${team.name}?`} role="alertdialog" open onClose={onClose}>
      <p>Its people stay. A team that still has conversations cannot be deleted: give those to another team first.</p>
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={onClose}>Cancel</Button>
        <Button look="danger" pending={act.busy} onPress={() => void remove()}>Delete</Button>
      </div>
    </Dialog>
  )
}

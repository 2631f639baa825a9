// How one wants to be told of what happens: by mail, by mail while away, in the page, or not; and the hours in which nothing is mailed.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import './notifications-section.css'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { Toggle } from '../controls/ticks.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { Failed } from '../shell/page.tsx'

type Way = 'mail' | 'away' | 'page' | 'off'
type Kind = 'new' | 'assigned' | 'mentioned' | 'answered' | 'waiting'
interface Choice { ways: Record<Kind, Way>; waitingMinutes: number; quiet: { from: number; to: number } | null; zone: string }

const kinds: readonly { id: Kind; label: string; help: string }[] = [
  { id: 'mentioned', label: 'Somebody mentions you', help: 'By @ and your name in an internal note.' },
  { id: 'assigned', label: 'A conversation is assigned to you', help: 'By somebody else.' },
  { id: 'answered', label: 'A customer answers you', help: 'In a conversation that is assigned to you.' },
  { id: 'new', label: 'A new conversation begins', help: 'In your teams, or in none.' },
  { id: 'waiting', label: 'A customer waits too long', help: 'Yours, or one that nobody has.' },
]
const ways: readonly { id: Way; label: string }[] = [{ id: 'mail', label: 'By mail' }, { id: 'away', label: 'By mail while I am away' }, { id: 'page', label: 'In the page' }, { id: 'off', label: 'Off' }]

const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
const minutesOf = (text: string): number => { const [hours = 0, minutes = 0] = text.split(':').map(Number); return hours * 60 + minutes }
const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

export function NotificationsSection() {
  const found = useQuery({ queryKey: ['notification-choice'], queryFn: () => call<{ choice: Choice; chosen: boolean }>('GET', '/account/notifications') })
  return (
    <section className="card account-part" aria-labelledby="notifications" id="notifications-part">
      <div className="account-head">
        <h2 id="notifications">Notifications</h2>
        <p className="soft small">Never more than one mail in five minutes; what happens meanwhile comes together.</p>
      </div>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '12rem' }} role="status" aria-label="Loading" />}
      {found.data && <ChoiceForm key={JSON.stringify(found.data)} given={found.data.chosen ? found.data.choice : { ...found.data.choice, zone: ownZone() }} />}
    </section>
  )
}

function ChoiceForm({ given }: { given: Choice }) {
  const id = useId()
  const client = useQueryClient()
  const [choice, setChoice] = useState(given)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const changed = JSON.stringify(choice) !== JSON.stringify(given)

  async function save(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      client.setQueryData(['notification-choice'], await call('PUT', '/account/notifications', { body: choice }))
      toast('Saved. It holds from now on.')
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className="stack" onSubmit={(event) => void save(event)} noValidate>
      <div className="told-list">
        {kinds.map((kind) => (
          <div key={kind.id} className="told-line">
            <div className="grow">
              <label className="field-label" htmlFor={`${id}-${kind.id}`}>{kind.label}</label>
              <p className="small soft" id={`${id}-${kind.id}-help`}>{kind.help}</p>
              {kind.id === 'waiting' && choice.ways.waiting !== 'off' && (
                <p className="told-minutes small"><label htmlFor={`${id}-minutes`}>After</label><input className="input" id={`${id}-minutes`} type="number" min={1} max={1440} value={choice.waitingMinutes} onChange={(event) => setChoice({ ...choice, waitingMinutes: Math.min(1440, Math.max(1, Math.trunc(Number(event.target.value)) || 1)) })} /><span>minutes</span></p>
              )}
            </div>
            <select className="input" id={`${id}-${kind.id}`} aria-describedby={`${id}-${kind.id}-help`} value={choice.ways[kind.id]} onChange={(event) => setChoice({ ...choice, ways: { ...choice.ways, [kind.id]: event.target.value as Way } })}>
              {ways.map((way) => <option key={way.id} value={way.id}>{way.label}</option>)}
            </select>
          </div>
        ))}
      </div>
      <div className="stack-s">
        <Toggle isSelected={choice.quiet !== null} onChange={(on) => setChoice({ ...choice, quiet: on ? { from: 20 * 60, to: 8 * 60 } : null, zone: on ? ownZone() : choice.zone })}>Quiet hours: no mail during these</Toggle>
        {choice.quiet && (
          <div className="told-quiet">
            <label className="field"><span className="field-label">From</span><input className="input" type="time" value={clock(choice.quiet.from)} onChange={(event) => setChoice({ ...choice, quiet: { from: minutesOf(event.target.value), to: choice.quiet?.to ?? 0 } })} /></label>
            <label className="field"><span className="field-label">To</span><input className="input" type="time" value={clock(choice.quiet.to)} onChange={(event) => setChoice({ ...choice, quiet: { from: choice.quiet?.from ?? 0, to: minutesOf(event.target.value) } })} /></label>
            <p className="small soft">In {choice.zone}. What happens meanwhile is mailed together afterwards.</p>
          </div>
        )}
      </div>
      {problem && <ProblemNote problem={problem}>{problem.faults?.map((fault) => <p key={fault.code}>{fault.message}</p>)}</ProblemNote>}
      <div><Button look="main" type="submit" isDisabled={!changed} pending={busy}>{busy ? 'Saving…' : 'Save'}</Button></div>
    </form>
  )
}

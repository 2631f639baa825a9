// What the draft of the two-factor module would mean for the people there are: how many, who, and what to do for those left out.
import { useState, type ReactNode } from 'react'
import type { Named, TwoFactorCounts } from '#policy/two-factor-counts.ts'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { countOf, numberOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { useMailed } from '../shell/mailed.ts'

const mostNames = 24

interface Tile { count: number; tone: 'good' | 'warn' | 'danger' | 'plain'; one: string; many: string }

function tilesOf({ outcomes, neverSeen }: TwoFactorCounts): Tile[] {
  const tiles: Tile[] = [
    { count: outcomes.password, tone: 'good', one: 'gets in with a password', many: 'get in with a password' },
    { count: outcomes.code, tone: 'warn', one: 'would be asked for a code', many: 'would be asked for a code' },
    { count: outcomes.stuck, tone: 'danger', one: 'has no factor and could not get in', many: 'have no factor and could not get in' },
    { count: outcomes.denied, tone: 'danger', one: 'would be denied', many: 'would be denied' },
  ]
  if (outcomes.enrol > 0) tiles.splice(2, 0, { count: outcomes.enrol, tone: 'warn', one: 'must first enrol a factor', many: 'must first enrol a factor' })
  if (neverSeen.length > 0) tiles.push({ count: neverSeen.length, tone: 'plain', one: 'was never seen, so not counted', many: 'were never seen, so not counted' })
  return tiles
}

export function TwoFactorEffect({ counts, draft, old }: { counts: TwoFactorCounts; draft: boolean; old: boolean }) {
  return (
    <section className="card effect" aria-labelledby="effect">
      <div className="stack-s">
        <h2 id="effect">{draft ? 'What this draft would mean' : 'What this means today'}</h2>
        <p className="soft small">{countOf(counts.people, 'active person', 'active people')}, each at the address they were last seen at.{old && ' The draft has something to correct; these are the figures from before.'}</p>
      </div>
      <div className="effect-tiles" role="status">
        {tilesOf(counts).map(({ count, tone, one, many }) => (
          <p className="effect-tile" key={many} data-tone={tone} data-none={count === 0 || undefined}>
            <strong className="nums">{numberOf(count)}</strong> <span className="small">{count === 1 ? one : many}</span>
          </p>
        ))}
      </div>
    </section>
  )
}

/** Who they are; nothing when nobody is left out. */
export function TwoFactorNames({ counts }: { counts: TwoFactorCounts }) {
  const { denied, stuck, enrol, withoutFactor, neverSeen } = counts
  if (denied.length + stuck.length + enrol.length + withoutFactor.length + neverSeen.length === 0) return null
  return (
    <section className="card effect" aria-labelledby="effect-people">
      <h2 id="effect-people">Who they are</h2>
      <Names title="Would be denied" hint="They were last seen outside of the list, and may not work from there. Give them remote access, or add their network." people={denied} />
      <Names title="Could not get in without a factor" hint="A code would be asked of them, and they have none to give." people={stuck} />
      <Names title="Would first enrol a factor" hint="They are inside the list, so their next sign-in leads to the enrolment page." people={enrol} />
      <WithoutFactor people={withoutFactor} />
      <Names title="Never seen" hint="Nobody signed in as them yet, so nobody can say from where they will." people={neverSeen} />
    </section>
  )
}

function Names({ title, hint, people, children }: { title: string; hint: string; people: readonly Named[]; children?: ReactNode }) {
  const [all, setAll] = useState(false)
  if (people.length === 0) return null
  const shown = all ? people : people.slice(0, mostNames)
  return (
    <div className="effect-names">
      <h3>{title} <span className="soft nums">({numberOf(people.length)})</span></h3>
      <p className="soft small">{hint}</p>
      <ul aria-label={title}>{shown.map(({ id, name }) => <li className="badge" key={id}><bdi>{name}</bdi></li>)}</ul>
      {people.length > shown.length && <div><Button look="quiet" size="s" onPress={() => setAll(true)}>Show all {numberOf(people.length)}</Button></div>}
      {children}
    </div>
  )
}

/** Everybody without a factor, under whatever mode; an admin can send each a link to enrol one. */
function WithoutFactor({ people }: { people: readonly Named[] }) {
  const { agent } = useSession()
  const mailed = useMailed()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const others = people.filter(({ id }) => id !== agent.id)

  async function send() {
    setBusy(true)
    setProblem(null)
    try {
      const { sent, skipped } = await call<{ sent: string[]; skipped: unknown[] }>('POST', '/users/enrolment-links', { body: { ids: others.map(({ id }) => id) } })
      toast(`${mailed.many(sent.length, 'link')}${skipped.length === 0 ? '' : ` ${countOf(skipped.length, 'person', 'people')} left out: not active, or not joined yet.`}`)
    } catch (error) {
      const said = problemOf(error)
      if (said.code !== 'step_up.required') setProblem(said)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Names title="Without a second factor" hint="“On” can be saved once nobody stands here. Set a date above, and send each a link by mail with which a first factor can be enrolled from anywhere." people={people}>
      {problem && <ProblemNote problem={problem} />}
      {agent.role === 'admin' && others.length > 0 && <div><Button icon="mail" pending={busy} onPress={() => void send()}>{busy ? 'Sending…' : `Send ${others.length === 1 ? 'an enrolment link' : 'enrolment links'}`}</Button></div>}
    </Names>
  )
}

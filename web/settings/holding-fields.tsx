// Whom a change on stage holds for, for how long, and when it goes back by itself.
import { useQuery } from '@tanstack/react-query'
import { useId, type ReactNode } from 'react'
import './setting.css'
import { USUAL_LIMIT } from '#policy/stage-figures.ts'
import { Tick } from '../controls/ticks.tsx'
import { dayChoices, type Holding, limitChoices, shareChoices, type SomeKind, usualLimit } from './manner.ts'
import { stageQuery } from './stage.ts'

const daysOf = (days: number): string => (days === 1 ? '1 day' : `${days} days`)
const kinds: readonly { value: SomeKind; label: string }[] = [{ value: 'share', label: 'a share of people' }, { value: 'team', label: 'a team' }, { value: 'channel', label: 'one channel' }]

function Line({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return <div className="row manner-minutes"><label htmlFor={id}>{label}</label>{children(id)}</div>
}

interface NamedProps { id: string; value: string; named: readonly { id: string; name: string }[] | undefined; none: string; onChange: (id: string) => void }

function Named({ id, value, named, none, onChange }: NamedProps) {
  if (named?.length === 0) return <span className="soft" id={id}>{none}</span>
  return (
    <select className="input" id={id} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="" disabled>Choose…</option>
      {named?.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
    </select>
  )
}

/** `percent`: null where it never goes back by itself. */
export function LimitFields({ percent, onChange }: { percent: number | null; onChange: (percent: number | null) => void }) {
  return (
    <div className="manner-limit">
      <Tick isSelected={percent !== null} onChange={(on) => onChange(on ? usualLimit : null)}>Goes back by itself when refusals rise</Tick>
      {percent !== null && (
        <Line label={`when of ${USUAL_LIMIT.least} or more decisions in ${USUAL_LIMIT.minutes} minutes it newly refuses more than`}>
          {(id) => <select className="input" id={id} value={percent} onChange={(event) => onChange(Number(event.target.value))}>{limitChoices.map((one) => <option key={one} value={one}>{one} %</option>)}</select>}
        </Line>
      )}
      {percent !== null && <p className="field-help">Of the people who work here and of your API keys, and of two or more of them. What customers and strangers meet is counted and shown, and makes nothing go back.</p>}
    </div>
  )
}

export function DaysField({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  return <Line label="Ends by itself after">{(id) => <select className="input" id={id} value={days} onChange={(event) => onChange(Number(event.target.value))}>{dayChoices.map((one) => <option key={one} value={one}>{daysOf(one)}</option>)}</select>}</Line>
}

export function HoldingFields({ holding, onChange }: { holding: Holding; onChange: (holding: Holding) => void }) {
  const { data } = useQuery(stageQuery)
  return (
    <div className="manner-trial">
      <Line label="Holds for">
        {(id) => <select className="input" id={id} value={holding.kind} onChange={(event) => onChange({ ...holding, kind: event.target.value as SomeKind })}>{kinds.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}</select>}
      </Line>
      {holding.kind === 'share' && (
        <Line label="Share of people">
          {(id) => <select className="input" id={id} value={holding.share} onChange={(event) => onChange({ ...holding, share: Number(event.target.value) })}>{[...new Set([...shareChoices, holding.share])].sort((a, b) => a - b).map((one) => <option key={one} value={one}>{one} %</option>)}</select>}
        </Line>
      )}
      {holding.kind === 'team' && <Line label="Team">{(id) => <Named id={id} value={holding.team} named={data?.teams} none="There is no team yet: make one under Teams." onChange={(team) => onChange({ ...holding, team })} />}</Line>}
      {holding.kind === 'channel' && <Line label="Channel">{(id) => <Named id={id} value={holding.in} named={data?.channels} none="There is no channel yet: make one under Channels." onChange={(channel) => onChange({ ...holding, in: channel })} />}</Line>}
      <DaysField days={holding.days} onChange={(days) => onChange({ ...holding, days })} />
      <LimitFields percent={holding.limit} onChange={(limit) => onChange({ ...holding, limit })} />
      {holding.kind === 'share' && <p className="field-help">The same people at every request and on every server; a wider share holds everybody of a narrower one.</p>}
    </div>
  )
}

/** A team or a channel is still to be chosen. */
export const unchosen = ({ kind, team, in: channel }: Holding): boolean => (kind === 'team' && team === '') || (kind === 'channel' && channel === '')

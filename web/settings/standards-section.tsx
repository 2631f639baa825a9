// One standard: its evidence to take away, and every requirement with its number, what it asks, what stands there, since when and by whom.
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { Toggle } from '../controls/ticks.tsx'
import { instantOf, utcOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { declaredOf } from './printed.ts'
import { twoFactorTab } from './privacy.tsx'
import type { Deviating } from './standards-deviation.tsx'
import { type CheckedStandard, removeDeviation, type Requirement, stateTones, stateWords, takeEvidence } from './standards.ts'

interface Props { standard: CheckedStandard; brand: string; version: number; onDeviate: ((deviating: Deviating) => void) | null }

export function StandardSection({ standard, brand, version, onDeviate }: Props) {
  const { id, name, publisher, requirements } = standard
  const heading = useId()
  const [lacking, setLacking] = useState(true)
  const [busy, setBusy] = useState<'json' | 'html' | null>(null)
  const [refusal, setRefusal] = useState<Problem | null>(null)
  const missing = requirements.filter(({ state, deviation }) => state === 'not_met' || deviation?.stale === true)
  const shown = lacking ? missing : requirements

  async function take(format: 'json' | 'html') {
    setBusy(format)
    setRefusal(null)
    try {
      await takeEvidence(id, format)
      toast(`The evidence of ${name} was taken; the audit trail says so.`)
    } catch (error) {
      setRefusal(problemOf(error))
    }
    setBusy(null)
  }

  return (
    <section className="card standard" aria-labelledby={heading}>
      <div className="apart standard-head">
        <div>
          <h2 id={heading}>{name}</h2>
          <p className="small soft">{publisher}. Held against version {version} of the settings.</p>
        </div>
        <div className="row">
          <Button icon="download" pending={busy === 'html'} onPress={() => void take('html')}>Evidence to print<span className="hidden"> for {name}</span></Button>
          <Button icon="download" pending={busy === 'json'} onPress={() => void take('json')}>JSON<span className="hidden"> evidence for {name}</span></Button>
        </div>
      </div>
      {refusal && <div className="standard-note"><ProblemNote problem={refusal} /></div>}
      <div className="standard-note"><Toggle isSelected={lacking} onChange={setLacking}>Only what is not met<span className="hidden"> in {name}</span> <span className="soft">({missing.length} of {requirements.length})</span></Toggle></div>
      {shown.length === 0 ? <p className="standard-note soft">Nothing is lacking: each requirement is met, recorded as a deviation, or yours to see to.</p> : (
        <ul className="requirements">
          {shown.map((one) => <RequirementItem key={one.id} standard={standard} requirement={one} brand={brand} onDeviate={onDeviate} />)}
        </ul>
      )}
    </section>
  )
}

function RequirementItem({ standard, requirement, brand, onDeviate }: Pick<Props, 'standard' | 'brand' | 'onDeviate'> & { requirement: Requirement }) {
  const { number, asks, by, state, about, key, value, wanted, because, origin, loose, proof } = requirement
  return (
    <li className="requirement" data-state={state}>
      <div className="requirement-asks">
        <p className="row"><strong>{number}</strong><span className="badge" data-tone={stateTones[state]}>{stateWords[state]}</span></p>
        <p>{asks}</p>
      </div>
      <div className="requirement-stands">
        {about !== null && <p className="small soft">{key === null ? `${by === 'server' ? 'Configuration of the server' : 'Built in'}: ${about}` : <SettingLink settingKey={key} label={about} brand={brand} />}</p>}
        {value !== null && <p className="break">{value}</p>}
        {state === 'not_met' && wanted !== null && <p className="small">Asks for: {wanted}</p>}
        {because !== null && <p className="small soft">{because}</p>}
        {origin !== null && <OriginLine origin={origin} />}
        {loose.length > 0 && <p className="small">Looser in {loose.map((channel, n) => <span key={channel.id}>{n > 0 && ', '}<Link to="/b/$brand/settings/channels/$id" params={{ brand, id: channel.id }}><span className="auto-dir">{channel.name}</span></Link> ({channel.value})</span>)}</p>}
        <DeviationLine standard={standard} requirement={requirement} onDeviate={onDeviate} />
        {proof.length > 0 && (
          <details className="small">
            <summary>Proven by {proof.length === 1 ? 'a test' : `${proof.length} tests`}<span className="hidden"> for {number}</span></summary>
            <ul className="proofs">{proof.map(({ file, test }) => <li key={file + test}><code className="break">{file}</code> {test}</li>)}</ul>
          </details>
        )}
      </div>
    </li>
  )
}

function SettingLink({ settingKey, label, brand }: { settingKey: string; label: string; brand: string }) {
  const to = declaredOf(settingKey)?.tab === twoFactorTab ? '/b/$brand/settings/two-factor' : '/b/$brand/settings/privacy'
  return <Link to={to} params={{ brand }} hash={settingKey}>{label}</Link>
}

function OriginLine({ origin: { from, setByName, setAt } }: { origin: NonNullable<Requirement['origin']> }) {
  if (from === 'default') return <p className="small soft">The default</p>
  if (from === 'file') return <p className="small soft">Fixed by the policy file</p>
  if (setAt === null || setAt === undefined) return null
  return <p className="small soft">Since <time dateTime={new Date(setAt).toISOString()} title={utcOf(setAt)}>{instantOf(setAt)}</time>, by <span className="auto-dir">{setByName ?? 'the server'}</span></p>
}

function DeviationLine({ standard, requirement, onDeviate }: Pick<Props, 'standard' | 'onDeviate'> & { requirement: Requirement }) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Problem | null>(null)
  const { deviation, state, number } = requirement

  async function remove(id: string) {
    setBusy(true)
    setRefusal(null)
    try {
      await removeDeviation(standard.id, id)
      toast(`The deviation from ${number} was taken back.`)
      await Promise.all(['standards', 'standards-check'].map((name) => client.invalidateQueries({ queryKey: [name] })))
    } catch (error) {
      setRefusal(problemOf(error))
    }
    setBusy(false)
  }

  return (
    <>
      {deviation && (
        <div className="requirement-deviation">
          <p className="break"><span className="auto-dir">{deviation.reason}</span></p>
          <p className="small soft">Recorded by <span className="auto-dir">{deviation.byName ?? 'somebody'}</span>, <time dateTime={new Date(deviation.at).toISOString()} title={utcOf(deviation.at)}>{instantOf(deviation.at)}</time></p>
          {deviation.stale && <p className="small"><span className="badge" data-tone="warn">Stale</span> {state === 'not_met' ? 'Another value stands there now: record it anew, or change the setting.' : 'There is nothing to deviate from any more.'}</p>}
          {onDeviate && <div><Button size="s" pending={busy} onPress={() => void remove(deviation.id)}>Take it back<span className="hidden"> (the deviation from {number})</span></Button></div>}
        </div>
      )}
      {refusal && <ProblemNote problem={refusal} />}
      {state === 'not_met' && onDeviate && <div><Button size="s" onPress={() => onDeviate({ standard: standard.id, name: standard.name, requirement: requirement.id, number, asks: requirement.asks, value: requirement.value })}>Record a deviation<span className="hidden"> from {number}: {requirement.asks}</span></Button></div>}
    </>
  )
}

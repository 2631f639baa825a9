// The last questions before a save: the reason that the history keeps, and whether the change holds now, on trial, for nobody yet or for some first.
import { useId } from 'react'
import './setting.css'
import { onlyOutsideMeets } from '#policy/stage.ts'
import { TextField } from '../controls/text-field.tsx'
import { Radios, Tick, type RadioOption } from '../controls/ticks.tsx'
import { DaysField, HoldingFields, LimitFields } from './holding-fields.tsx'
import { type Manner, mayShutOut, trialChoices, type Way } from './manner.ts'

interface Props {
  manner: Manner
  onChange: (manner: Manner) => void
  /** What is changed. */
  keys: readonly string[]
  /** Ways beside now and on trial. */
  ways?: readonly Way[]
  /** It becomes a proposal: nothing holds before a second person approved it. */
  waits?: boolean
  fault?: { message: string } | undefined
}

const options = (risky: boolean, waits: boolean): readonly (RadioOption & { value: Way })[] => [
  waits
    ? { value: 'now', label: 'As soon as it is approved', help: 'It holds for everybody once another administrator approves it, until somebody changes it again.' }
    : { value: 'now', label: 'Save now', help: risky ? 'It holds for everybody from the next request, until somebody changes it again. A wrong value may shut people out.' : 'It holds for everybody from the next request.' },
  { value: 'trial', label: 'On trial first', help: `${waits ? 'Once approved it holds for everybody' : 'It holds for everybody at once'}, and goes back by itself unless somebody confirms it. No other setting can be saved meanwhile.` },
  { value: 'report', label: 'Report only', help: 'Nothing changes yet: each decision from now on is also made under these settings, and what differs is counted.' },
  { value: 'some', label: 'For some first', help: 'It holds for a share of people, a team or one channel; for everybody else all stays as it is.' },
]

export function MannerFields({ manner, onChange, keys, ways = [], waits = false, fault }: Props) {
  const { way, reason: _reason, ...rest } = manner
  return (
    <div className="manner">
      <TextField label="Reason (optional)" value={manner.reason ?? ''} maxLength={500} fault={fault} help="Kept with this version in the history, for whoever asks later."
        onChange={(reason) => onChange({ ...rest, way, ...(reason === '' ? {} : { reason }) })} />
      <Radios aria-label="How it is saved" value={way} onChange={(value) => onChange({ ...manner, way: value as Way })} options={options(mayShutOut(keys), waits).filter(({ value }) => value === 'now' || value === 'trial' || ways.includes(value))} />
      {way === 'trial' && <TrialFields manner={manner} onChange={onChange} unwatched={onlyOutsideMeets(keys)} />}
      {way === 'report' && <div className="manner-trial"><DaysField days={manner.holding.days} onChange={(days) => onChange({ ...manner, holding: { ...manner.holding, days } })} /></div>}
      {way === 'some' && <HoldingFields holding={manner.holding} onChange={(holding) => onChange({ ...manner, holding })} />}
    </div>
  )
}

/** `unwatched`: only customers meet it, so that no rate brings it back, and it cannot stay by itself. */
function TrialFields({ manner, onChange, unwatched }: Pick<Props, 'manner' | 'onChange'> & { unwatched: boolean }) {
  const id = useId()
  const { limit, stays } = manner
  return (
    <div className="manner-trial">
      <div className="row manner-minutes">
        <label htmlFor={id}>{stays && limit !== null ? 'Is watched for' : 'Goes back after'}</label>
        <select className="input" id={id} value={manner.trialMinutes} onChange={(event) => onChange({ ...manner, trialMinutes: Number(event.target.value) })}>
          {trialChoices.map((minutes) => <option key={minutes} value={minutes}>{minutes < 120 ? `${minutes} minutes` : `${minutes / 60} hours`}</option>)}
        </select>
      </div>
      {unwatched
        ? <p className="field-help">Only customers meet this change, and what they meet brings nothing back: it stays only if somebody confirms it. On stage you are warned when many of them are refused.</p>
        : <LimitFields percent={limit} onChange={(percent) => onChange({ ...manner, limit: percent, stays: percent !== null && stays })} />}
      {limit !== null && <div className="manner-limit"><Tick isSelected={stays} onChange={(on) => onChange({ ...manner, stays: on })}>Nobody need confirm it: it stays at the end unless refusals rose</Tick></div>}
      <p className="field-help">If this change shuts you out, do nothing: {stays && limit !== null ? 'it goes back when refusals rise.' : 'everything goes back as it was.'} Confirm at the top of any page, from a session that the change lets in.</p>
    </div>
  )
}

// The last questions before a save: the reason that the history keeps, and whether the change goes live on trial first.
import { useId } from 'react'
import './setting.css'
import { TextField } from '../controls/text-field.tsx'
import { Tick } from '../controls/ticks.tsx'
import { type Manner, trialChoices, usualTrial } from './manner.ts'

interface Props { manner: Manner; onChange: (manner: Manner) => void; risky: boolean; fault?: { message: string } | undefined }

export function MannerFields({ manner, onChange, risky, fault }: Props) {
  const id = useId()
  const { trialMinutes, ...rest } = manner
  return (
    <div className="manner">
      <TextField label="Reason (optional)" value={manner.reason ?? ''} maxLength={500} fault={fault} help="Kept with this version in the history, for whoever asks later."
        onChange={(reason) => onChange({ ...(trialMinutes === undefined ? {} : { trialMinutes }), ...(reason === '' ? {} : { reason }) })} />
      {risky && (
        <div className="manner-trial">
          <Tick isSelected={trialMinutes !== undefined} onChange={(on) => onChange(on ? { ...rest, trialMinutes: usualTrial } : rest)}>
            On trial first: it goes back by itself unless somebody confirms it
          </Tick>
          {trialMinutes !== undefined && (
            <div className="row manner-minutes">
              <label htmlFor={id}>Goes back after</label>
              <select className="input" id={id} value={trialMinutes} onChange={(event) => onChange({ ...rest, trialMinutes: Number(event.target.value) })}>
                {trialChoices.map((minutes) => <option key={minutes} value={minutes}>{minutes < 120 ? `${minutes} minutes` : `${minutes / 60} hours`}</option>)}
              </select>
            </div>
          )}
          <p className="field-help">{trialMinutes === undefined
            ? 'This change holds until somebody changes it again. A wrong value may shut people out.'
            : 'If this change shuts you out, do nothing: everything goes back as it was. Confirm at the top of any page, from a session that the change lets in. No other setting can be saved meanwhile.'}</p>
        </div>
      )}
    </div>
  )
}

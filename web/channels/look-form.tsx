// What a chat is called, says and looks like: the fields, and beside them how it will look.
import { useId } from 'react'
import { channelColours, channelTexts } from '#policy/channel-look.ts'
import { FaultLine } from '../controls/fault-line.tsx'
import { TextField } from '../controls/text-field.tsx'
import type { Fault } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'
import type { Look } from './channel.ts'

export const blankLook: Look = { name: '', title: 'Chat with us', greeting: 'Hello! How can we help?', awayText: 'Nobody is here right now. Write to us, and we answer as soon as we are back.', colour: channelColours[0]?.hex ?? '' }

interface Props { value: Look; onChange: (value: Look) => void; faults: readonly Fault[]; disabled?: boolean }

export function LookForm({ value, onChange, faults, disabled = false }: Props) {
  const faultOf = (field: string): Fault | undefined => faults.find(({ path }) => path === field)
  const set = (part: Partial<Look>) => onChange({ ...value, ...part })
  return (
    <div className="look">
      <div className="stack">
        <TextField label="Name" value={value.name} onChange={(name) => set({ name })} fault={faultOf('name')} help="For your team: customers do not see it." autoComplete="off" disabled={disabled} />
        <TextField label="Title" value={value.title} onChange={(title) => set({ title })} fault={faultOf('title')} help="At the top of the chat." autoComplete="off" disabled={disabled} />
        <LongText label="Greeting" value={value.greeting} onChange={(greeting) => set({ greeting })} fault={faultOf('greeting')} help="The first lines, while somebody is there to answer." most={channelTexts.greeting.most} disabled={disabled} />
        <LongText label="Away text" value={value.awayText} onChange={(awayText) => set({ awayText })} fault={faultOf('awayText')} help="In its place while nobody is available." most={channelTexts.awayText.most} disabled={disabled} />
        <Colours value={value.colour} onChange={(colour) => set({ colour })} fault={faultOf('colour')} disabled={disabled} />
      </div>
      <Preview look={value} />
    </div>
  )
}

function LongText({ label, value, onChange, fault, help, most, disabled }: { label: string; value: string; onChange: (value: string) => void; fault: Fault | undefined; help: string; most: number; disabled: boolean }) {
  const id = useId()
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>{label}</label>
      <textarea className="input look-text" id={id} rows={3} disabled={disabled} value={value} onChange={(event) => onChange(event.target.value)} aria-invalid={fault ? true : undefined} aria-describedby={`${id}-help${fault ? ` ${id}-fault` : ''}`} />
      <div className="field-help" id={`${id}-help`}>{help} At most {most} characters.</div>
      {fault && <FaultLine fault={fault} id={`${id}-fault`} />}
    </div>
  )
}

function Colours({ value, onChange, fault, disabled }: { value: string; onChange: (hex: string) => void; fault: Fault | undefined; disabled: boolean }) {
  const id = useId()
  return (
    <fieldset className="look-colours">
      <legend className="field-label">Colour</legend>
      <div className="row">
        {channelColours.map(({ hex, name }) => (
          <label key={hex} className="look-colour" title={name}>
            <input type="radio" name={id} value={hex} checked={hex === value} disabled={disabled} onChange={() => onChange(hex)} />
            <span className="look-swatch" style={{ backgroundColor: hex }}>{hex === value && <Icon name="check" size={16} />}</span>
            <span className="hidden">{name}</span>
          </label>
        ))}
      </div>
      <p className="field-help">White text is readable on each of them.</p>
      {fault && <FaultLine fault={fault} />}
    </fieldset>
  )
}

/** The chat as it will look, as closely as this page can say; its text is only shown. */
function Preview({ look }: { look: Look }) {
  return (
    <figure className="look-preview" aria-label="Preview">
      <div className="chat-shown">
        <div className="chat-head auto-dir" style={{ backgroundColor: look.colour }}>{look.title || 'Title'}</div>
        <div className="chat-body">
          {look.greeting && <p className="chat-said auto-dir">{look.greeting}</p>}
          <p className="chat-own" style={{ backgroundColor: look.colour }}>A question from a customer</p>
          {look.awayText && <p className="chat-away auto-dir"><Icon name="clock" size={14} /><span>{look.awayText}</span></p>}
        </div>
        <div className="chat-foot">Write a message</div>
      </div>
      <figcaption className="small soft">How it will look. The greeting and the away text never stand together.</figcaption>
    </figure>
  )
}

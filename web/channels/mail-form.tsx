// What a channel of mail is made of: its name, its addresses, in whose name it answers, and how its mail comes in.
import { useId, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { Note } from '../controls/note.tsx'
import { SecretField, TextField } from '../controls/text-field.tsx'
import { Radios, Tick } from '../controls/ticks.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Fault } from '../http/shapes.ts'
import type { Mailbox, MailDraft } from './mail-channel.ts'

interface Props { value: MailDraft; onChange: (value: MailDraft) => void; faults: readonly Fault[]; hasPassword?: boolean; channel?: string; disabled?: boolean }

export function MailForm({ value, onChange, faults, hasPassword = false, channel, disabled = false }: Props) {
  const faultOf = (...paths: string[]): Fault | undefined => faults.find(({ path }) => paths.includes(path))
  const set = (part: Partial<MailDraft>) => onChange({ ...value, ...part })
  const id = useId()
  const addressFault = faults.find(({ path }) => path.startsWith('addresses'))
  return (
    <div className="stack">
      <TextField label="Name" value={value.name} onChange={(name) => set({ name })} fault={faultOf('name')} help="For your team, such as Support." autoComplete="off" disabled={disabled} />
      <div className="field">
        <label className="field-label" htmlFor={id}>Addresses it receives at</label>
        <textarea className="input look-text mono" id={id} rows={2} dir="ltr" disabled={disabled} spellCheck={false} value={value.addresses} onChange={(event) => set({ addresses: event.target.value })} aria-invalid={addressFault ? true : undefined} aria-describedby={`${id}-help`} />
        <div className="field-help" id={`${id}-help`}>One a line. Answers come back to the first one, with a token of their own behind a plus: support+k3…@example.com.</div>
        {addressFault && <FaultLine fault={addressFault} />}
      </div>
      <div className="mail-two">
        <TextField label="Sender of answers" value={value.senderName} onChange={(senderName) => set({ senderName })} fault={faultOf('senderName')} help="What customers see." placeholder={value.name} autoComplete="off" disabled={disabled} />
        <TextField label="Address of answers" value={value.senderAddress} onChange={(senderAddress) => set({ senderAddress })} fault={faultOf('senderAddress')} help="The first address where none is given." placeholder={value.addresses.split(/[\s,;]+/)[0] ?? ''} type="email" autoComplete="off" disabled={disabled} />
      </div>
      <fieldset className="look-colours" disabled={disabled}>
        <legend className="field-label">How mail comes in</legend>
        <Tick isSelected={value.takesSmtp} isDisabled={disabled} onChange={(takesSmtp) => set({ takesSmtp })}>By SMTP: your mail server forwards to us, or the MX record points here</Tick>
        <Tick isSelected={value.reads} isDisabled={disabled} onChange={(reads) => set({ reads })}>From a mailbox, by IMAP</Tick>
        {faultOf('takesSmtp') && <FaultLine fault={faultOf('takesSmtp') as Fault} />}
      </fieldset>
      {value.reads && <MailboxFields value={value} set={set} faultOf={faultOf} hasPassword={hasPassword} channel={channel} disabled={disabled} />}
    </div>
  )
}

const ports = { tls: 993, starttls: 143, none: 143 } as const

function MailboxFields({ value, set, faultOf, hasPassword, channel, disabled }: { value: MailDraft; set: (part: Partial<MailDraft>) => void; faultOf: (...paths: string[]) => Fault | undefined; hasPassword: boolean; channel: string | undefined; disabled: boolean }) {
  const { mailbox } = value
  const put = (part: Partial<Mailbox>) => set({ mailbox: { ...mailbox, ...part } })
  const [busy, setBusy] = useState(false)
  const [tried, setTried] = useState<{ ok: boolean; sentence: string } | null>(null)
  async function attempt() {
    setBusy(true)
    setTried(null)
    try {
      setTried(await call('POST', '/mail-channels/try', { body: { mailbox, password: value.password, ...(channel === undefined ? {} : { channel }) } }))
    } catch (error) {
      const problem = problemOf(error)
      if (problem.code !== 'step_up.required') setTried({ ok: false, sentence: problem.faults?.[0]?.message ?? problem.detail })
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="channel-own">
      <div className="mail-two">
        <TextField label="Server" value={mailbox.host} onChange={(host) => put({ host })} fault={faultOf('mailbox.host')} placeholder="imap.example.com" autoCapitalize="none" spellCheck={false} disabled={disabled} />
        <TextField label="Port" value={String(mailbox.port)} onChange={(text) => put({ port: Number(text.replace(/\D/g, '')) || 0 })} fault={faultOf('mailbox.port')} inputMode="numeric" disabled={disabled} />
      </div>
      <Radios aria-label="Encryption" isDisabled={disabled} value={mailbox.security} onChange={(security) => put({ security: security as Mailbox['security'], port: ports[security as Mailbox['security']] })} options={[{ value: 'tls', label: 'TLS from the start' }, { value: 'starttls', label: 'STARTTLS' }, { value: 'none', label: 'None, for a server on this very machine' }]} />
      {faultOf('mailbox.security') && <FaultLine fault={faultOf('mailbox.security') as Fault} />}
      <div className="mail-two">
        <TextField label="User" value={mailbox.user} onChange={(user) => put({ user })} fault={faultOf('mailbox.user')} autoComplete="off" autoCapitalize="none" spellCheck={false} disabled={disabled} />
        <SecretField label="Password" value={value.password} onChange={(password) => set({ password })} fault={faultOf('password', 'mailbox.password')} help={hasPassword ? 'One is kept, sealed. Type another to change it.' : 'Kept sealed with the keys of this server.'} autoComplete="new-password" disabled={disabled} />
      </div>
      <TextField label="Folder" value={mailbox.folder} onChange={(folder) => put({ folder })} fault={faultOf('mailbox.folder')} disabled={disabled} />
      <Radios aria-label="Once a mail is kept here" isDisabled={disabled} value={mailbox.after} onChange={(after) => put({ after: after as Mailbox['after'] })} options={[{ value: 'seen', label: 'Mark it as read in the mailbox' }, { value: 'move', label: 'Move it to another folder' }, { value: 'nothing', label: 'Leave it as it is' }]} />
      {mailbox.after === 'move' && <TextField label="Folder to move to" value={mailbox.moveTo} onChange={(moveTo) => put({ moveTo })} fault={faultOf('mailbox.moveTo')} disabled={disabled} />}
      {!disabled && <div className="row"><Button pending={busy} onPress={() => void attempt()}>{busy ? 'Trying…' : 'Try the mailbox'}</Button></div>}
      <div role="status">{tried && <Note tone={tried.ok ? 'good' : 'warning'} title={tried.ok ? 'The mailbox opens' : 'The mailbox does not open'}>{tried.sentence}</Note>}</div>
    </div>
  )
}

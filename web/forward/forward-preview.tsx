// The mail as it will leave, with what is masked marked; where it may not leave, why, and the question for an exception.
import { useState, type SyntheticEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Radios } from '../controls/ticks.tsx'
import { countOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { faultAt } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { useAct } from '../privacy-acts/act.ts'
import { useSession } from '../session/session.ts'
import type { Preview } from './forward.ts'
import { MailView } from './mail-view.tsx'

interface Props { conversation: string; preview: Preview; problem: Problem | null; busy: boolean; onBack: () => void; onSend: () => void; onAgain: () => void }

export function ForwardPreview({ conversation, preview, problem, busy, onBack, onSend, onAgain }: Props) {
  const { refused, masks } = preview
  const { mailsKept } = useSession()
  return (
    <div className="stack">
      {refused
        ? <Note tone="danger" title="It may not leave like this" live>{refused.sentence}</Note>
        : <Note tone={masks > 0 ? 'good' : 'info'}>{masks > 0 ? `This is the mail exactly as it will leave. ${countOf(masks, 'detail')} of the customer ${masks === 1 ? 'is' : 'are'} left out and marked.` : 'This is the mail exactly as it will leave.'}</Note>}
      <MailView from={<><bdi>{preview.from.name}</bdi> <span dir="ltr">&lt;{preview.from.address}&gt;</span></>} to={preview.to} cc={preview.cc} bcc={preview.bcc}
        replyTo={preview.replies ? 'An address made for this forward; answers become notes' : undefined} subject={preview.subject} text={preview.text} files={preview.files} />
      {preview.text.includes('/file#•') && <p className="small soft">The dots in links stand for a secret that is made for each recipient when it is sent. Each gets a mail of their own, with To and Cc as they stand above.</p>}
      {refused?.code === 'transfer.not_allowed' && <AskException conversation={conversation} addresses={[...preview.to, ...preview.cc, ...preview.bcc]} />}
      {problem && <ProblemNote problem={problem}>{problem.code === 'transfer.changed' && <div><Button size="s" onPress={onAgain}>Show the new preview</Button></div>}</ProblemNote>}
      {mailsKept && <Note tone="warning" title="It will not be sent">No mail server is set for this workspace, so the mail is written to a file on the server and reaches nobody.</Note>}
      <div className="row-end">
        <Button onPress={onBack}>Back</Button>
        <Button look="main" icon="forward" isDisabled={refused !== null} pending={busy} onPress={onSend}>{busy ? 'Sending…' : 'Send this mail'}</Button>
      </div>
    </div>
  )
}

function AskException({ conversation, addresses }: { conversation: string; addresses: readonly string[] }) {
  const [open, setOpen] = useState(false)
  const [address, setAddress] = useState(addresses[0] ?? '')
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const act = useAct()
  async function ask(event: SyntheticEvent) {
    event.preventDefault()
    if (await act.run(() => call('POST', `/conversations/${encodeURIComponent(conversation)}/exceptions`, { body: { address, reason } }), 'Your request was sent to the administrators.')) setAsked(true)
  }
  if (asked) return <Note tone="good" title="Asked">An administrator decides. Open this dialog again then; what you have chosen here is not kept.</Note>
  if (!open) return <div><Button icon="key" onPress={() => setOpen(true)}>Ask for an exception</Button></div>
  return (
    <form className="stack card forward-ask" onSubmit={(event) => void ask(event)}>
      <p className="small">An administrator can allow one address for this conversation until a date.</p>
      {addresses.length > 1 && <Radios aria-label="Address" value={address} onChange={setAddress} options={addresses.map((one) => ({ value: one, label: <bdi>{one}</bdi> }))} />}
      <TextField label="Reason" name="exception-reason" dir="auto" autoComplete="off" autoFocus maxLength={500} value={reason} onChange={setReason} fault={faultAt(act.problem?.faults, 'reason')} help="Why should this address see the conversation?" />
      {act.problem && !faultAt(act.problem.faults, 'reason') && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={() => setOpen(false)}>Cancel</Button>
        <Button type="submit" look="main" isDisabled={reason.trim() === ''} pending={act.busy}>Ask</Button>
      </div>
    </form>
  )
}

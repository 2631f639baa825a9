// Removing what one message says, for good: asked again before it is done.
import { call } from '../http/api.ts'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { useAct } from './act.ts'
import './privacy-acts.css'

interface Props {
  conversation: { id: string; number: number; held: boolean }
  message: { id: string; kind: 'text' | 'note' | 'event'; text: string; author: { name: string } }
  /** true: it was removed */
  onDone: (removed: boolean) => void
}

const path = (conversation: string, message: string) => `/conversations/${encodeURIComponent(conversation)}/messages/${encodeURIComponent(message)}/redact`

export function RedactDialog({ conversation, message, onDone }: Props) {
  const act = useAct()
  const what = message.kind === 'note' ? 'note' : 'message'
  async function remove() {
    if (await act.run(() => call('POST', path(conversation.id, message.id)), `The ${what} was removed.`)) onDone(true)
  }
  return (
    <Dialog title={`Remove this ${what}?`} open onClose={() => onDone(false)} role="alertdialog">
      <blockquote className="privacy-quote" dir="auto" tabIndex={0}>{message.text}</blockquote>
      <p>What <bdi>{message.author.name}</bdi> wrote here goes from the conversation, from search and from exports, on every screen at once{what === 'note' ? '' : ', the customer’s too'}.</p>
      <ul className="privacy-list">
        <li>A mark stays that says who removed it and when.</li>
        <li>The text cannot be brought back. Backups made before today still hold it.</li>
      </ul>
      {conversation.held && <Note tone="warning">Conversation #{conversation.number} is on legal hold: nothing of it can be removed until the hold is released.</Note>}
      {act.problem && <ProblemNote problem={act.problem} />}
      <div className="row-end">
        <Button onPress={() => onDone(false)}>Cancel</Button>
        <Button look="danger" isDisabled={conversation.held} pending={act.busy} onPress={() => void remove()}>{act.busy ? 'Removing…' : 'Remove for good'}</Button>
      </div>
    </Dialog>
  )
}

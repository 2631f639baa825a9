// The legal hold on a conversation: placed with a reason, released after it was asked again.
import { useState, type SyntheticEvent } from 'react'
import { call } from '../http/api.ts'
import { faultAt } from '../http/problem.ts'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { useAct } from './act.ts'

interface Props {
  conversation: { id: string; number: number; held: boolean }
  /** true: it was placed or released */
  onDone: (changed: boolean) => void
}

export function HoldDialog({ conversation, onDone }: Props) {
  const act = useAct()
  const [reason, setReason] = useState('')
  const { held, number } = conversation
  const fault = faultAt(act.problem?.faults, 'reason')
  async function save(event?: SyntheticEvent) {
    event?.preventDefault()
    const body = held ? { on: false } : { on: true, reason }
    if (await act.run(() => call('PUT', `/conversations/${encodeURIComponent(conversation.id)}/hold`, { body }), held ? `Conversation #${number} is released from legal hold.` : `Conversation #${number} is on legal hold.`)) onDone(true)
  }
  return (
    <Dialog title={held ? `Release #${number} from legal hold?` : `Place #${number} on legal hold`} open onClose={() => onDone(false)} role={held ? 'alertdialog' : 'dialog'}>
      <form className="stack" onSubmit={(event) => void save(event)}>
        {held
          ? <p>From then on messages can be removed, the customer can be erased, and retention takes the conversation when its days are over; that may be within minutes.</p>
          : <p>While it stands nothing of this conversation can be removed, its customer cannot be erased, and retention leaves it alone. Everybody who may open it sees that it is held.</p>}
        {!held && <TextField label="Reason" name="hold-reason" dir="auto" autoComplete="off" autoFocus maxLength={500} value={reason} onChange={setReason} fault={fault} help="Such as the name of the case. Agents who may open the conversation can read it." />}
        {act.problem && !fault && <ProblemNote problem={act.problem} />}
        <div className="row-end">
          <Button onPress={() => onDone(false)}>Cancel</Button>
          <Button look={held ? 'danger' : 'main'} type="submit" isDisabled={!held && reason.trim() === ''} pending={act.busy}>{held ? 'Release' : 'Place the hold'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

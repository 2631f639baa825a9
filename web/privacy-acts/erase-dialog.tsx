// Erasing a customer and keeping the case: counted first, in plain words, and confirmed by typing a word.
import { useQuery } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Facts } from '../controls/facts.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { countOf } from '../controls/words.ts'
import { useAct } from './act.ts'
import './privacy-acts.css'

interface Counts { conversations: number; messages: number; customerMessages: number; mentions: number; tags: number; identities: number; sessions: number; files: number }
interface DryRun { counts: Counts; held: number[]; erasedAt: number | null; fingerprint: string; refused: { code: string; title: string; sentence: string } | null }

interface Props {
  customer: { id: string; name: string | null }
  /** true: the customer was erased */
  onDone: (erased: boolean) => void
}

const word = 'erase'

export function EraseDialog({ customer, onDone }: Props) {
  const act = useAct()
  const [typed, setTyped] = useState('')
  const path = `/customers/${encodeURIComponent(customer.id)}`
  const plan = useQuery({ queryKey: ['erasure', customer.id], queryFn: () => call<DryRun>('GET', `${path}/erasure`), staleTime: 0, gcTime: 0, retry: false })
  const ready = plan.data !== undefined && plan.data.refused === null && typed.trim().toLowerCase() === word
  async function erase(event: SyntheticEvent) {
    event.preventDefault()
    if (!ready || !plan.data) return
    const { fingerprint } = plan.data
    if (await act.run(() => call('POST', `${path}/erase`, { body: { fingerprint } }), 'The customer was erased; the case is kept.')) return onDone(true)
    // what was agreed to is what happens: other counts are shown before they are agreed to
    setTyped('')
    void plan.refetch()
  }
  return (
    <Dialog title="Erase this customer?" open size="l" onClose={() => onDone(false)} role="alertdialog">
      <form className="stack" onSubmit={(event) => void erase(event)}>
        <p>Everything that says who <bdi>{customer.name ?? 'this customer'}</bdi> is goes for good. The conversations stay as cases without a person.</p>
        {plan.isPending && <div className="pulse privacy-wait" role="status" aria-label="Counting" />}
        {plan.error && <ProblemNote problem={problemOf(plan.error)} />}
        {plan.data && <Taken counts={plan.data.counts} />}
        {plan.data?.refused && <Note tone="warning" title={plan.data.refused.title}>{plan.data.refused.sentence}</Note>}
        {plan.data && !plan.data.refused && (
          <>
            <Note tone="danger" title="This cannot be undone">Nobody can bring it back, whoever runs this server included. Backups made before today still hold it until they are thrown away. The audit trail keeps that it was done, with ids and counts.</Note>
            <TextField label={`Type “${word}” to confirm`} name="erase-word" dir="ltr" autoComplete="off" autoCapitalize="none" spellCheck={false} value={typed} onChange={setTyped} help="A fresh code is asked next." />
          </>
        )}
        {act.problem && <ProblemNote problem={act.problem} />}
        <div className="row-end">
          <Button onPress={() => onDone(false)}>Cancel</Button>
          <Button look="danger" type="submit" isDisabled={!ready} pending={act.busy}>{act.busy ? 'Erasing…' : 'Erase the customer'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function Taken({ counts }: { counts: Counts }) {
  return (
    <Facts rows={[
      { label: 'Emptied', value: countOf(counts.customerMessages, 'message'), help: 'What the customer wrote. A mark stays in its place.' },
      { label: 'Masked', value: `${countOf(counts.mentions, 'text')}, ${countOf(counts.tags, 'tag')}`, help: 'Name, email, phone and the like, in what agents wrote, in notes and in tags.' },
      { label: 'Forgotten', value: `${countOf(counts.identities, 'proven identity', 'proven identities')}, ${countOf(counts.sessions, 'chat session')}`, help: 'The chat on their screen ends at once.' },
      { label: 'Files', value: countOf(counts.files, 'file') },
      { label: 'Stays', value: countOf(counts.conversations, 'conversation'), help: `With ${countOf(counts.messages, 'entry', 'entries')}: status, times, and what agents wrote, masked.` },
    ]} />
  )
}

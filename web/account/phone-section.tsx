// The phone: optional, and it counts only once a code sent to it was typed back.
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { clockOf, dayOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { Factors, Instant, Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { RemoveDialog } from './factor-list.tsx'

interface Sent { sentTo: string; expiresAt: Instant }

export function PhoneSection({ phone, sms }: { phone: Factors['phone']; sms: boolean }) {
  const client = useQueryClient()
  const [editing, setEditing] = useState(false)
  const [removing, setRemoving] = useState(false)
  const [number, setNumber] = useState(phone?.number ?? '')
  const [sent, setSent] = useState<Sent | null>(null)
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)

  async function run(event: FormEvent, work: () => Promise<void>) {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }

  const send = async () => setSent(await call<Sent>('POST', '/account/phone', { body: { number: number.trim() } }))
  async function confirm() {
    await call('POST', '/account/phone/confirm', { body: { code } })
    toast('The phone number is verified.')
    close()
    void client.invalidateQueries({ queryKey: ['factors'] })
    void client.invalidateQueries({ queryKey: ['session'] })
  }
  function close() {
    setEditing(false)
    setSent(null)
    setCode('')
    setProblem(null)
  }

  const numberFault = faultAt(problem?.faults, 'number')
  const codeFault = problem?.code.startsWith('code.') ? { message: problem.detail } : undefined
  const other = problem && !numberFault && !codeFault && problem.code !== 'step_up.required'
  return (
    <div className="account-part">
      <div className="account-head">
        <h2>Phone</h2>
        <p className="soft small">Optional: a code by text message. Counts once a code sent to it was typed back.</p>
      </div>
      <div className="stack">
        {!editing && (
          <>
            {phone
              ? <p className="row"><bdi className="mono">{phone.number}</bdi>{phone.verifiedAt ? <span className="badge" data-tone="good">Verified {dayOf(phone.verifiedAt)}</span> : <span className="badge" data-tone="warn">Not verified</span>}</p>
              : <p className="soft">No phone number.</p>}
            {!sms && <p className="soft small">No code can be sent: text messages are not set up on this server.</p>}
            {sms && <p className="soft small">A text message can be read on a locked screen, and a number can be taken over: a passkey or an authenticator app is safer.</p>}
            <div className="row">
              <Button isDisabled={!sms} onPress={() => setEditing(true)}>{phone ? (phone.verifiedAt ? 'Change' : 'Verify') : 'Add a phone number'}</Button>
              {phone && <Button look="quiet" onPress={() => setRemoving(true)}>Remove</Button>}
            </div>
            {removing && <RemoveDialog path="/account/phone" name="your phone number" onClose={() => setRemoving(false)} />}
          </>
        )}
        {other && <ProblemNote problem={problem} />}
        {editing && !sent && (
          <form className="stack" onSubmit={(event) => run(event, send)} noValidate>
            <TextField label="Phone number" name="tel" type="tel" inputMode="tel" autoComplete="tel" dir="ltr" autoFocus value={number} onChange={setNumber} fault={numberFault} help="With a plus and the country, such as +49 151 12345678. Blanks and hyphens do not matter." />
            <div className="row">
              <Button look="main" type="submit" pending={busy} isDisabled={number.trim() === ''}>Send a code</Button>
              <Button onPress={close}>Cancel</Button>
            </div>
          </form>
        )}
        {editing && sent && (
          <form className="stack" onSubmit={(event) => run(event, confirm)} noValidate>
            <p role="status">A code is on its way to <bdi className="mono">{sent.sentTo}</bdi>. It works until {clockOf(sent.expiresAt)}.</p>
            <CodeField method="sms" label="Code from the message" value={code} onChange={setCode} fault={codeFault} autoFocus />
            <div className="row">
              <Button look="main" type="submit" pending={busy} isDisabled={code.length !== 6}>Verify</Button>
              <Button onPress={() => { setSent(null); setCode('') }}>Another number</Button>
            </div>
          </form>
        )}
      </div>
    </div>
  )
}

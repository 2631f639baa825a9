// "Forgotten your password?": the email address, and the same answer whoever it belongs to.
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { Fault, Problem } from '../http/shapes.ts'
import { useBrand } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { Gate } from '../sign-in/gate.tsx'

export function Forgot() {
  const brand = useBrand()
  const [email, setEmail] = useState('')
  const [asked, setAsked] = useState<{ email: string; mailsKept: boolean } | null>(null)
  const [empty, setEmpty] = useState<Fault[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useFirstFault<HTMLFormElement>(empty)
  useTitle('Forgotten your password?')

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    const missing: Fault[] = /^[^\s@]+@[^\s@]+$/.test(email.trim()) ? [] : [{ path: 'email', code: 'email', message: 'Type the email address you sign in with, such as dana@example.com.' }]
    setEmpty(missing)
    setProblem(null)
    if (missing.length > 0) return
    setBusy(true)
    try {
      const { mailsKept } = await call<{ mailsKept: boolean }>('POST', '/renewal', { body: { brand, email: email.trim() }, gated: false })
      setAsked({ email: email.trim(), mailsKept })
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }

  if (asked !== null) {
    return (
      <Gate>
        <header>
          <h1 tabIndex={-1} ref={(heading) => heading?.focus()}>{asked.mailsKept ? 'Mails are not sent here' : 'Look into your mail'}</h1>
          <p>If <strong className="break">{asked.email}</strong> can sign in to the workspace <strong className="mono">{brand}</strong> from here, {asked.mailsKept ? 'a mail is written to a file on the server, because no mail server is set' : 'a mail is on its way'}. Its link works once, for 30 minutes.</p>
        </header>
        {asked.mailsKept
          ? <Note tone="warning" title="It reaches nobody by itself">Ask whoever runs the server: the mail lies in the outbox folder of its data directory. To have mails sent, they set SMTP_URL.</Note>
          : <Note title="Nothing came?">Look among the unwanted mail, check how the address is written, and wait a few minutes. Only some mails an hour are sent. If it still does not come, ask an administrator: they can start the renewal for you.</Note>}
        <div className="row">
          <Link className="button" data-look="main" to="/b/$brand" params={{ brand }}>Back to sign-in</Link>
          <Button onPress={() => setAsked(null)}>Use another address</Button>
        </div>
      </Gate>
    )
  }
  return (
    <Gate>
      <header>
        <h1>Forgotten your password?</h1>
        <p>Type the email address you sign in to <strong className="mono">{brand}</strong> with. A link to choose a new password is mailed there.</p>
      </header>
      <form className="stack" ref={form} onSubmit={submit} noValidate>
        {problem && <ProblemNote problem={problem} />}
        <TextField label="Email" name="email" type="email" inputMode="email" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus value={email} onChange={setEmail} fault={faultAt(empty, 'email')} />
        <Button look="main" type="submit" wide pending={busy}>{busy ? 'Asking…' : 'Mail me a link'}</Button>
        <div><Link className="small" to="/b/$brand" params={{ brand }}>Back to sign-in</Link></div>
      </form>
    </Gate>
  )
}

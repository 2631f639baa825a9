// Email and password; a refusal says the same for a wrong name as for a wrong password, as the server does.
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { SecretField, TextField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { CodeMethod, Fault, Problem } from '../http/shapes.ts'

export type Next = { next: 'workspace' } | { next: 'code'; methods: CodeMethod[]; trustDays: number }

/** a lock, of which a mail tells; being slowed for seconds is none */
const locked = /\b(?:minutes|hours)\b/

export function PasswordForm({ brand, onNext }: { brand: string; onNext: (next: Next) => void }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [empty, setEmpty] = useState<Fault[]>([])
  const [busy, setBusy] = useState(false)
  const form = useFirstFault<HTMLFormElement>(empty)

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    const missing: Fault[] = []
    if (email.trim() === '') missing.push({ path: 'email', code: 'missing', message: 'Type the email address you sign in with.' })
    if (password === '') missing.push({ path: 'password', code: 'missing', message: 'Type your password.' })
    setEmpty(missing)
    setProblem(null)
    if (missing.length > 0) return
    setBusy(true)
    try {
      onNext(await call<Next>('POST', '/sign-in', { body: { brand, email: email.trim(), password }, gated: false }))
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }

  const faults = [...empty, ...(problem?.faults ?? [])]
  return (
    <form className="stack" ref={form} onSubmit={submit} noValidate>
      {problem && (
        <ProblemNote problem={problem}>
          {problem.code === 'sign_in.locked' && locked.test(problem.detail) && <p>If somebody has this address here, {problem.mailsKept === true ? 'a mail was written to a file on the server, because no mail server is set' : 'a mail was sent to it'}: its link lets this browser try at once. Browsers that have signed in before are not stopped by wrong tries elsewhere.</p>}
        </ProblemNote>
      )}
      <TextField label="Email" name="email" type="email" inputMode="email" autoComplete="username webauthn" autoCapitalize="none" spellCheck={false} autoFocus value={email} onChange={setEmail} fault={faultAt(faults, 'email')} />
      <SecretField label="Password" name="password" autoComplete="current-password" value={password} onChange={setPassword} fault={faultAt(faults, 'password')} />
      <Button look="main" type="submit" wide pending={busy}>{busy ? 'Signing in…' : 'Sign in'}</Button>
      <p className="small soft"><Link to="/b/$brand/forgot" params={{ brand }}>Forgotten your password?</Link></p>
    </form>
  )
}

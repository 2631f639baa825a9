// The page of an enrolment link: the picture for the authenticator, the password, the first code, and the recovery codes.
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { SecretField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { Fault, Problem } from '../http/shapes.ts'
import { Enrolment } from '../setup/authenticator-step.tsx'
import { useTitle } from '../shell/page.tsx'
import { Gate } from '../sign-in/gate.tsx'
import { SignInNext, useMailedLink } from '../renewal/mailed-link.tsx'
import { KeptCodes } from './kept-codes.tsx'

interface Opened { email: string; brand: { slug: string; name: string }; totp: { secret: string; uri: string }; expiresAt: number }

const title = 'Enrol a second factor'

export function Enrol() {
  const { token, opened, instead } = useMailedLink<Opened>('/enrolment', title, 'Ask an administrator to send you another one. If you have enrolled already, sign in.')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [done, setDone] = useState(false)
  const [faults, setFaults] = useState<Fault[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useFirstFault<HTMLFormElement>(faults)
  const area = useRef<HTMLDivElement>(null)
  useTitle(title)
  useEffect(() => { if (codes) area.current?.querySelector<HTMLElement>('h1')?.focus() }, [codes, done])
  if (!opened) return instead

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    const missing: Fault[] = []
    if (code.length !== 6) missing.push({ path: 'code', code: 'missing', message: 'Type the six digits the app shows now.' })
    if (password === '') missing.push({ path: 'password', code: 'missing', message: 'Type the password you sign in with.' })
    setFaults(missing)
    setProblem(null)
    if (missing.length > 0) return
    setBusy(true)
    try {
      const said = await call<{ recoveryCodes: string[] }>('POST', '/enrolment/complete', { body: { token, password, code }, gated: false })
      setPassword('')
      setCodes(said.recoveryCodes)
    } catch (error) {
      const said = problemOf(error)
      const path = said.code.startsWith('code.') ? 'code' : said.code === 'password.wrong' ? 'password' : null
      if (path === null) setProblem(said)
      else setFaults([{ path, code: said.code, message: said.detail }])
    }
    setBusy(false)
  }

  if (codes) {
    return (
      <Gate>
        <div className="stack" ref={area}>
          {done ? <SignInNext title="Your second factor is enrolled"><p>From now on it proves that it is you, as <strong className="break">{opened.email}</strong>.</p></SignInNext> : <KeptCodes codes={codes} onKept={() => setDone(true)} />}
        </div>
      </Gate>
    )
  }
  return (
    <Gate>
      <header>
        <h1 tabIndex={-1}>{title}</h1>
        <p>for <strong className="break">{opened.email}</strong> at {opened.brand.name}. Any app that shows six-digit codes will do.</p>
      </header>
      <form className="stack" ref={form} onSubmit={submit} noValidate>
        {problem && <ProblemNote problem={problem} />}
        <Enrolment secret={opened.totp.secret} uri={opened.totp.uri} />
        <CodeField method="totp" label="The six digits the app shows now" value={code} onChange={setCode} fault={faultAt(faults, 'code')} />
        <SecretField label="Your password" name="password" autoComplete="current-password" value={password} onChange={setPassword} fault={faultAt(faults, 'password')} />
        <Button look="main" type="submit" wide pending={busy}>{busy ? 'Enrolling…' : 'Enrol it'}</Button>
      </form>
    </Gate>
  )
}

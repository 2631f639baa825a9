// The page of an invitation: your name and password, an authenticator (now, or later where that is allowed), recovery codes.
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { Fault, Problem } from '../http/shapes.ts'
import type { BreachLookup } from '../password/breach-lookup.ts'
import { KeptCodes } from '../enrolment/kept-codes.tsx'
import { SignInNext, useMailedLink } from '../renewal/mailed-link.tsx'
import { lengthFault, NewPassword } from '../renewal/new-password.tsx'
import { Enrolment } from '../setup/authenticator-step.tsx'
import { useTitle } from '../shell/page.tsx'
import { Gate } from '../sign-in/gate.tsx'

interface Opened { email: string; name: string; brand: { slug: string; name: string }; needsFactor: boolean; totp: { secret: string; uri: string } | null; expiresAt: number; minLength: number }

export function Invite() {
  const { token, opened, instead } = useMailedLink<Opened>('/invitation', 'You are invited', 'If you have joined already, sign in. Else ask whoever invited you to send another invitation.')
  const [named, setNamed] = useState<string | null>(null)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [step, setStep] = useState<'person' | 'app' | 'codes' | 'done'>('person')
  const [codes, setCodes] = useState<readonly string[]>([])
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  const [lookup, setLookup] = useState<BreachLookup>('off')
  const [busy, setBusy] = useState(false)
  const form = useFirstFault<HTMLFormElement>(faults)
  const area = useRef<HTMLDivElement>(null)
  useTitle('You are invited')
  useEffect(() => { if (step !== 'person') area.current?.querySelector<HTMLElement>('h1')?.focus() }, [step])
  if (!opened) return instead
  const name = named ?? opened.name
  const { totp } = opened

  async function join(withCode: boolean) {
    if (busy) return
    setBusy(true)
    setProblem(null)
    setFaults([])
    try {
      const said = await call<{ recoveryCodes: string[] | null; breachLookup: BreachLookup }>('POST', '/invitation/complete', { body: { token, name: name.trim(), password, ...(withCode ? { code } : {}) }, gated: false })
      setPassword('')
      setLookup(said.breachLookup)
      setCodes(said.recoveryCodes ?? [])
      setStep(said.recoveryCodes ? 'codes' : 'done')
    } catch (error) {
      const said = problemOf(error)
      setFaults(said.faults ?? [])
      if (!said.faults) setProblem(said)
      if (said.faults?.some(({ path }) => path !== 'code')) setStep('person')
    }
    setBusy(false)
  }
  function next(event: FormEvent) {
    event.preventDefault()
    if (!opened) return
    const own: Fault[] = [...(name.trim() === '' ? [{ path: 'name', code: 'text.empty', message: 'Name must not be empty.' }] : []), ...lengthFault(password, opened.minLength)]
    setFaults(own)
    setProblem(null)
    if (own.length > 0) return
    if (totp) setStep('app')
    else void join(false)
  }
  function finish(event: FormEvent) {
    event.preventDefault()
    if (code.length === 6) void join(true)
  }

  const general = problem && <ProblemNote problem={problem} />
  if (step === 'codes') return <Gate><div className="stack" ref={area}><KeptCodes codes={codes} onKept={() => setStep('done')} /></div></Gate>
  if (step === 'done') return <Gate><div className="stack" ref={area}><SignInNext title={`Welcome to ${opened.brand.name}`} lookup={lookup}><p>Your account is ready. Sign in as <strong className="break">{opened.email}</strong>.</p></SignInNext></div></Gate>
  if (step === 'app' && totp) {
    return (
      <Gate>
        <div className="stack" ref={area}>
          <header className="stack-s">
            <h1 tabIndex={-1}>Your authenticator app</h1>
            <p className="soft">It proves that it is you, besides the password. Any app that shows six-digit codes will do.</p>
          </header>
          <form className="stack" ref={form} onSubmit={finish} noValidate>
            {general}
            <Enrolment secret={totp.secret} uri={totp.uri} />
            <CodeField method="totp" label="The six digits the app shows now" value={code} onChange={setCode} fault={faultAt(faults, 'code')} />
            <Button look="main" type="submit" wide pending={busy} isDisabled={code.length !== 6}>{busy ? 'Joining…' : 'Join'}</Button>
            <div className="apart">
              <Button look="quiet" onPress={() => setStep('person')}>Back</Button>
              {!opened.needsFactor && <Button look="quiet" onPress={() => void join(false)}>Leave it for later</Button>}
            </div>
            {opened.needsFactor && <Note>This workspace asks you for a second factor, so it is enrolled now.</Note>}
          </form>
        </div>
      </Gate>
    )
  }
  return (
    <Gate>
      <header>
        <h1 tabIndex={-1}>You are invited to {opened.brand.name}</h1>
        <p>Your account is <strong className="break">{opened.email}</strong>. Choose a password that you use nowhere else.</p>
      </header>
      <form className="stack" ref={form} onSubmit={next} noValidate>
        {general}
        <TextField label="Your name" name="name" autoComplete="name" value={name} onChange={setNamed} fault={faultAt(faults, 'name')} help="As your colleagues see it." />
        <NewPassword label="Password" value={password} onChange={setPassword} shortest={opened.minLength} fault={faultAt(faults, 'password')} />
        <Button look="main" type="submit" wide pending={busy}>{totp ? 'Continue' : busy ? 'Joining…' : 'Join'}</Button>
      </form>
    </Gate>
  )
}

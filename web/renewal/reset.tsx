// The page of a renewal link: the new password, then the second factor of whoever has one. It ends at the sign-in page.
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { Note, ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { faultAt, problemOf } from '../http/problem.ts'
import type { CodeMethod, Fault, Problem } from '../http/shapes.ts'
import type { BreachLookup } from '../password/breach-lookup.ts'
import { CodeForm } from '../session/code-form.tsx'
import { useBrand } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { Link } from '@tanstack/react-router'
import { Gate } from '../sign-in/gate.tsx'
import { lengthFault, NewPassword } from './new-password.tsx'
import { SignInNext, useMailedLink } from './mailed-link.tsx'

interface Opened { needs: 'nothing' | 'factor'; methods: CodeMethod[]; expiresAt: number; brand: { slug: string; name: string }; minLength: number }

const title = 'A new password'

export function Reset() {
  const brand = useBrand()
  const dead = <>Ask for a new one: <Link to="/b/$brand/forgot" params={{ brand }}>forgotten your password?</Link></>
  const { token, opened, instead } = useMailedLink<Opened>('/renewal', title, dead)
  const [password, setPassword] = useState('')
  const [step, setStep] = useState<'password' | 'factor' | 'done'>('password')
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  const [lookup, setLookup] = useState<BreachLookup>('off')
  const [busy, setBusy] = useState(false)
  const form = useFirstFault<HTMLFormElement>(faults)
  const area = useRef<HTMLDivElement>(null)
  useTitle(title)
  useEffect(() => { if (step !== 'password') area.current?.querySelector<HTMLElement>('h1')?.focus() }, [step])
  if (!opened) return instead

  async function complete(factor?: unknown) {
    const said = await call<{ breachLookup: BreachLookup }>('POST', '/renewal/complete', { body: { token, password, ...(factor === undefined ? {} : { factor }) }, gated: false })
    setPassword('')
    setLookup(said.breachLookup)
    setStep('done')
  }
  function refused(said: Problem): boolean {
    if (said.faults === undefined && said.code !== 'link.invalid') return false
    setFaults(said.faults ?? [])
    setProblem(said.faults === undefined ? said : null)
    setStep('password')
    return true
  }
  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy || !opened) return
    const short = lengthFault(password, opened.minLength)
    setFaults(short)
    setProblem(null)
    if (short.length > 0) return
    if (opened.needs === 'factor') return setStep('factor')
    setBusy(true)
    try {
      await complete()
    } catch (error) {
      const said = problemOf(error)
      if (!refused(said)) setProblem(said)
    }
    setBusy(false)
  }

  if (step === 'done') return <Gate><div className="stack" ref={area}><SignInNext title="Your password is new" lookup={lookup}><p>You were signed out everywhere, and no device is trusted any more. Sign in with the new password.</p></SignInNext></div></Gate>
  if (step === 'factor') {
    return (
      <Gate>
        <div className="stack" ref={area}>
          <header className="stack-s">
            <h1 tabIndex={-1}>Now your second factor</h1>
            <p className="soft">A link in a mail is not enough for an account that has one. A wrong code does not use the link up.</p>
          </header>
          {opened.methods.length === 0
            ? <Note tone="warning" title="It cannot be asked for right now">Ask an administrator of {opened.brand.name}: they can remove a factor that you cannot use any more.</Note>
            : (
              <CodeForm action="Save the new password" methods={opened.methods} send={(presented) => complete(presented)} onProblem={refused}
                options={(method) => call('POST', '/renewal/options', { body: { token, method }, gated: false })}>
                <Button look="quiet" onPress={() => setStep('password')}>Back</Button>
              </CodeForm>
            )}
        </div>
      </Gate>
    )
  }
  return (
    <Gate>
      <header>
        <h1 tabIndex={-1}>{title}</h1>
        <p>for the workspace of <strong>{opened.brand.name}</strong>. Nothing changes until you save it.</p>
      </header>
      <form className="stack" ref={form} onSubmit={submit} noValidate>
        {problem && <ProblemNote problem={problem} />}
        <NewPassword value={password} onChange={setPassword} shortest={opened.minLength} fault={faultAt(faults, 'password')} autoFocus />
        <Button look="main" type="submit" wide pending={busy}>{opened.needs === 'factor' ? 'Continue' : busy ? 'Saving…' : 'Save the new password'}</Button>
      </form>
    </Gate>
  )
}

// The first-run story: brand, you, authenticator app, recovery codes, done; one link, one sitting.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Note, ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Fault, Problem, SetupOpen } from '../http/shapes.ts'
import { beginAnewOnNewFragment, takeFragment } from '../session/fragment.ts'
import { useTitle } from '../shell/page.tsx'
import { Gate } from '../sign-in/gate.tsx'
import { AuthenticatorStep } from './authenticator-step.tsx'
import { BrandStep } from './brand-step.tsx'
import { CodesStep } from './codes-step.tsx'
import { stepOfFaults, type Answers, type StepName } from './answers.ts'
import { PersonStep } from './person-step.tsx'
import { Steps } from './steps.tsx'

const empty: Answers = { brandName: '', slug: '', slugTouched: false, name: '', email: '', password: '' }

export function Setup() {
  const [token] = useState(takeFragment)
  const [answers, setAnswers] = useState(empty)
  const [step, setStep] = useState<StepName>('brand')
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [problem, setProblem] = useState<Problem | null>(null)
  const [done, setDone] = useState<{ recoveryCodes: string[]; signInUrl: string } | null>(null)
  const body = useRef<HTMLDivElement>(null)
  const opened = useQuery({ queryKey: ['setup', token], queryFn: () => call<SetupOpen>('POST', '/setup/open', { body: { token }, gated: false }), retry: false, staleTime: Infinity, enabled: token !== '' })
  useTitle('Set up')
  useEffect(beginAnewOnNewFragment, [])
  useEffect(() => { body.current?.querySelector<HTMLElement>('h1')?.focus() }, [step])

  const open = opened.data
  const change = (part: Partial<Answers>) => setAnswers((old) => ({ ...old, ...part }))

  async function complete(code: string) {
    setProblem(null)
    setFaults([])
    try {
      const brand = open?.brand ? undefined : { name: answers.brandName.trim(), slug: answers.slug }
      const admin = { name: answers.name.trim(), email: answers.email.trim(), password: answers.password }
      setDone(await call('POST', '/setup/complete', { body: { token, brand, admin, code }, gated: false }))
      setAnswers((old) => ({ ...old, password: '' }))
      setStep('codes')
    } catch (error) {
      const said = problemOf(error)
      setFaults(said.faults ?? [])
      setProblem(said)
      const back = stepOfFaults(said.faults ?? [])
      if (back) setStep(back)
    }
  }

  if (token === '' || opened.error) return <Gate><LinkFailed problem={opened.error ? problemOf(opened.error) : null} /></Gate>
  if (!open) return <Gate><span role="status" className="hidden">Opening the link</span></Gate>
  const general = problem && problem.faults === undefined && !problem.code.startsWith('code.') ? <ProblemNote problem={problem} /> : null
  const shared = { answers, change, faults }
  return (
    <Gate aside={<Steps now={step} brand={open.brand?.name ?? null} />}>
      <div className="stack" ref={body} style={{ gap: '1.500rem' }}>
        {general}
        {step === 'brand' && <BrandStep {...shared} open={open} onNext={() => setStep('person')} />}
        {step === 'person' && <PersonStep {...shared} brand={open.brand ?? { name: answers.brandName.trim(), slug: answers.slug }} onBack={() => setStep('brand')} onNext={() => setStep('app')} />}
        {step === 'app' && <AuthenticatorStep totp={open.totp} problem={problem} faults={faults} onBack={() => setStep('person')} onCode={complete} />}
        {(step === 'codes' || step === 'done') && done && (
          <CodesStep codes={done.recoveryCodes} signInUrl={done.signInUrl} email={answers.email} done={step === 'done'} onKept={() => setStep('done')} />
        )}
      </div>
    </Gate>
  )
}

function LinkFailed({ problem }: { problem: Problem | null }) {
  const lost = problem?.code === 'offline'
  return (
    <>
      <header>
        <h1>{lost ? 'The server does not answer' : 'This setup link cannot be used'}</h1>
        <p>{lost ? problem.detail : 'A setup link works for one hour and only until setup is done.'}</p>
      </header>
      {!lost && (
        <Note title="How to go on">
          <ul className="bullets">
            <li>Restart Portcullis: until setup is done, every start prints a new link in the terminal.</li>
            <li>Copy the whole link, with everything after the <code>#</code>.</li>
            <li>If setup is done already, sign in at the address your admin gave you.</li>
          </ul>
        </Note>
      )}
    </>
  )
}

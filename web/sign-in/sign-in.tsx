// Sign in: why one is here, email and password or a passkey, then a factor when the server asks for one.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { Tick } from '../controls/ticks.tsx'
import { countOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { CodeMethod, Problem } from '../http/shapes.ts'
import { CodeForm } from '../session/code-form.tsx'
import { forgetLeft, readLeft, reasonOf, type Left } from '../session/left.ts'
import { fetchSession, sessionQuery, useBrand } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { Gate } from './gate.tsx'
import { OtherBrandNote } from './other-brand.tsx'
import { PasskeyEntry } from './passkey-entry.tsx'
import { type Next, PasswordForm } from './password-form.tsx'

type Step = { name: 'password' } | { name: 'code'; methods: readonly CodeMethod[]; path: '/sign-in' | '/session'; trustDays: number }

/** What to do at the code step. */
const leadOf = (methods: readonly CodeMethod[]): string =>
  methods[0] === 'totp' ? 'Open your authenticator app and type the six digits it shows for Portcullis.' : 'Prove with your second factor that it is you.'

export function SignIn() {
  const brand = useBrand()
  const client = useQueryClient()
  const navigate = useNavigate()
  const router = useRouter()
  const [left] = useState<Left | null>(readLeft)
  const [step, setStep] = useState<Step>({ name: 'password' })
  const [again, setAgain] = useState<Problem | null>(null)
  const [trust, setTrust] = useState(false)
  const present = useQuery({ queryKey: ['session', 'present'], queryFn: () => fetchSession({ gated: false }), retry: false, gcTime: 0, staleTime: 0 })
  useTitle('Sign in')

  async function enter() {
    const returnTo = readLeft()?.returnTo
    forgetLeft()
    await client.resetQueries(sessionQuery)
    if (returnTo?.startsWith(`/b/${brand}/`)) router.history.push(returnTo)
    else void navigate({ to: '/b/$brand/inbox', params: { brand } })
  }

  const session = present.data
  const problem = present.error ? problemOf(present.error) : null
  const here = session?.brand.slug === brand
  useEffect(() => {
    if (here) void enter()
    // once, when it turns out that the session is here already
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [here])
  useEffect(() => {
    if (problem?.code !== 'second_factor.required') return
    void call<{ methods: CodeMethod[] }>('GET', '/session/code', { gated: false })
      .then(({ methods }) => setStep({ name: 'code', methods, path: '/session', trustDays: 0 }))
      .catch(() => undefined)
  }, [problem?.code])

  function next(said: Next) {
    setTrust(false)
    if (said.next === 'workspace') void enter()
    else setStep({ name: 'code', methods: said.methods, path: '/sign-in', trustDays: said.trustDays })
  }

  function startAgain(said: Problem): boolean {
    if (!said.code.startsWith('session.')) return false
    setAgain(said)
    setStep({ name: 'password' })
    return true
  }

  if (present.isPending || here) return <Gate><span role="status" className="hidden">Loading</span></Gate>
  return (
    <Gate>
      <header>
        <h1>{step.name === 'password' ? 'Sign in' : 'Your code'}</h1>
        <p>{step.name === 'password' ? <>to the workspace <strong className="mono">{brand}</strong></> : leadOf(step.methods)}</p>
      </header>
      {session && !here && <OtherBrandNote session={session} />}
      {again && step.name === 'password' && <Note tone="warning" live>That took too long. Give your email and password again.</Note>}
      {left && (left.returnTo === null || left.returnTo.startsWith(`/b/${brand}`)) && !again && step.name === 'password' && <Note tone={left.code === 'signed-out' ? 'good' : 'info'}>{reasonOf(left)}</Note>}
      {problem && problem.status !== 401 && <ProblemNote problem={problem} />}
      {step.name === 'password'
        ? (
          <>
            <PasswordForm brand={brand} onNext={next} />
            <PasskeyEntry brand={brand} onNext={next} />
          </>
        )
        : (
          <div className="stack">
            {step.trustDays > 0 && (
              <Tick isSelected={trust} onChange={setTrust}>Trust this browser for {countOf(step.trustDays, 'day')}: no code at the next sign-in. Not on a shared computer.</Tick>
            )}
            <CodeForm
              action="Sign in"
              methods={step.methods}
              send={async (presented) => {
                await call('POST', `${step.path}/code`, { body: trust ? { ...presented, trust } : presented, gated: false })
                await enter()
              }}
              options={(method) => call('POST', step.path === '/sign-in' ? '/sign-in/options' : '/session/code/options', { body: { method }, gated: false })}
              onProblem={startAgain}
            >
              <Button look="quiet" onPress={() => { setAgain(null); setStep({ name: 'password' }) }}>Back</Button>
            </CodeForm>
          </div>
        )}
    </Gate>
  )
}

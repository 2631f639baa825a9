// A passkey in the place of email and password: by a button, or offered by the browser at the email line.
import { browserSupportsWebAuthnAutofill, startAuthentication } from '@simplewebauthn/browser'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { AskedPasskey, Problem } from '../http/shapes.ts'
import { PasskeyButton } from '../passkey/passkey-button.tsx'
import { passkeysHere, stopAsking } from '../passkey/passkey.ts'
import type { Next } from './password-form.tsx'

/** what is asked of a passkey counts five minutes: it is asked anew before that */
const anewMs = 240_000

export function PasskeyEntry({ brand, onNext }: { brand: string; onNext: (next: Next) => void }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  const possible = useQuery({ queryKey: ['sign-in', 'options'], queryFn: () => call<{ passkeys: boolean }>('GET', '/sign-in/options', { gated: false }), retry: false, staleTime: Infinity })
  const offered = possible.data?.passkeys === true && passkeysHere()
  const ask = () => call<AskedPasskey>('POST', '/sign-in/passkey/options', { body: { brand }, gated: false })
  const give = async (given: { credential: object; ceremony: string }) => onNext(await call<Next>('POST', '/sign-in/passkey', { body: { brand, ...given }, gated: false }))
  const latest = useRef({ ask, give })
  latest.current = { ask, give }

  useEffect(() => {
    // a browser asks for one thing at a time: an offer made anew would take the button's question away
    if (!offered || asking) return
    let here = true
    let offering = false
    const offer = async () => {
      if (!here || !(await browserSupportsWebAuthnAutofill())) return
      const asked = await latest.current.ask().catch(() => null)
      if (!here || asked === null) return
      // who chooses none at the email line, or uses the button, is told nothing here
      offering = true
      const credential = await startAuthentication({ optionsJSON: asked.options, useBrowserAutofill: true }).catch(() => null)
      if (!here || credential === null) return
      setProblem(null)
      await latest.current.give({ credential, ceremony: asked.ceremony }).catch((error: unknown) => setProblem(problemOf(error)))
    }
    void offer()
    const timer = setInterval(() => void offer(), anewMs)
    return () => {
      here = false
      clearInterval(timer)
      if (offering) stopAsking()
    }
  }, [asking, brand, offered])

  function onButton(said: Problem | null) {
    setProblem(said)
    setAsking(said === null)
  }

  if (!offered) return null
  return (
    <div className="stack">
      {problem && <ProblemNote problem={problem} />}
      <PasskeyButton wide look="plain" ask={ask} give={give} onProblem={onButton}>Sign in with a passkey</PasskeyButton>
    </div>
  )
}

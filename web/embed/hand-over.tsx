// The question of the sign-in window: may this site present the workspace? Yes hands a code to the frame and closes the window.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { sessionQuery, useBrand } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { Gate } from '../sign-in/gate.tsx'
import { frameOf } from './handing-over.ts'

/** A press that began before the window was there is no answer to it. */
const readyAfterMs = 600

export function HandOver() {
  const brand = useBrand()
  const session = useQuery({ ...sessionQuery, retry: 0 })
  const [frame] = useState(() => frameOf(brand))
  const [problem, setProblem] = useState<Problem | null>(null)
  const [ready, setReady] = useState(false)
  const [given, setGiven] = useState(false)
  useTitle('Sign in')
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), readyAfterMs)
    return () => clearTimeout(timer)
  }, [])

  if (!session.data) return <Gate>{session.error ? <ProblemNote problem={problemOf(session.error)} /> : <span role="status" className="hidden">Loading</span>}</Gate>
  const own = `/b/${encodeURIComponent(brand)}/inbox`
  if (session.data.heldBack) {
    return (
      <Gate>
        <header><h1>One step first</h1><p>Your account asks for something before anything else opens. Do it in the workspace itself, then come back to the site.</p></header>
        <div><a className="button" data-look="main" href={own}>Open the workspace</a></div>
      </Gate>
    )
  }
  if (!frame) {
    return (
      <Gate>
        <header><h1>Nothing waits for this sign-in</h1><p>This window belongs to a workspace in another site, and that one is not there any more, or its site keeps it apart. Load that site again and press “Sign in” there.</p></header>
        <div><a className="button" data-look="main" href={own}>Open the workspace here</a></div>
      </Gate>
    )
  }
  const site = frame.framedBy.join(' in ')

  async function goOn(to: NonNullable<typeof frame>) {
    setProblem(null)
    setGiven(true)
    try {
      const { code } = await call<{ code: string }>('POST', '/frame/code', { body: { challenge: to.challenge, framedBy: to.framedBy }, gated: false })
      to.give(code)
      window.close()
    } catch (error) {
      setGiven(false)
      setProblem(problemOf(error))
    }
  }

  return (
    <Gate>
      <header>
        <h1>Open the workspace in this site?</h1>
        <p>You are signed in to {session.data.brand.name} as {session.data.agent.email}.</p>
      </header>
      <p className="handover-site mono break">{site || 'a site your browser does not name'}</p>
      <Note>There you read and answer conversations. Settings, users, keys and your account open only in a window of their own.</Note>
      {problem && <ProblemNote problem={problem} />}
      <div className="row">
        <Button look="main" isDisabled={!ready} pending={given} onPress={() => void goOn(frame)}>{given ? 'Opening…' : 'Open it there'}</Button>
        <Button onPress={() => window.close()}>Cancel</Button>
      </div>
    </Gate>
  )
}

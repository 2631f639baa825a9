// The mailed link of a lock: a press lets this browser try again, opening the address does not, so that a mail scanner cannot use it up.
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { beginAnewOnNewFragment, takeFragment } from '../session/fragment.ts'
import { useBrand } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { Gate } from './gate.tsx'

export function Admit() {
  const [token] = useState(takeFragment)
  const brand = useBrand()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const [admitted, setAdmitted] = useState(false)
  useTitle('Try again')
  useEffect(beginAnewOnNewFragment, [])

  async function redeem() {
    setBusy(true)
    setProblem(null)
    try {
      await call('POST', '/admission', { body: { token }, gated: false })
      setAdmitted(true)
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }

  const dead = token === '' || problem?.code === 'link.invalid'
  return (
    <Gate>
      <header>
        <h1>{admitted ? 'You can try again' : 'Locked by wrong tries'}</h1>
        <p>at the workspace <strong className="mono">{brand}</strong></p>
      </header>
      {problem && <ProblemNote problem={problem} />}
      {admitted && (
        <>
          <Note tone="good" live>This browser may try again now, whatever others do elsewhere.</Note>
          <div><Link className="button" data-look="main" to="/b/$brand" params={{ brand }}>Sign in</Link></div>
        </>
      )}
      {!admitted && dead && (
        <Note tone="warning" title="This link cannot be used">
          It works once, until the time in the mail. Wait until the lock is over, use a browser you have signed in with before, or ask an administrator. <Link to="/b/$brand" params={{ brand }}>To the sign-in page</Link>
        </Note>
      )}
      {!admitted && !dead && (
        <>
          <Note>Somebody typed wrong passwords for your account, so tries are refused for a while. If you are the one who wants in, let this browser try: it does not sign you in, and changes nothing for others.</Note>
          <div><Button look="main" onPress={() => void redeem()} pending={busy}>Let this browser try</Button></div>
        </>
      )}
    </Gate>
  )
}

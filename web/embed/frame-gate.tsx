// What a frame shows while nobody is signed in there: why, and the button that opens the sign-in window.
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { forgetLeft, readLeft, reasonOf } from '../session/left.ts'
import { sessionQuery, useBrand } from '../session/session.ts'
import { Mark } from '../shell/mark.tsx'
import { useTitle } from '../shell/page.tsx'
import { ancestorsOf } from './ancestors.ts'
import { hearCode, newAsking, redeem, type Asking } from './handing-over.ts'
import { tellSite } from './site.ts'

type Stage = 'here' | 'window' | 'blocked' | 'entering'
const lookEveryMs = 400

export function FrameGate() {
  const brand = useBrand()
  const client = useQueryClient()
  const router = useRouter()
  const [left] = useState(readLeft)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [stage, setStage] = useState<Stage>('here')
  const [problem, setProblem] = useState<Problem | null>(null)
  const opened = useRef<Window | null>(null)
  useTitle('Sign in')

  useEffect(() => tellSite({ type: 'portcullis:signed-out' }), [])
  useEffect(() => { void newAsking(brand).then(setAsking) }, [brand])
  useEffect(() => {
    if (!asking) return undefined
    return hearCode(asking, (code) => {
      setStage('entering')
      setProblem(null)
      redeem(code, asking).then(
        async () => {
          const returnTo = readLeft()?.returnTo
          forgetLeft()
          await client.resetQueries(sessionQuery)
          router.history.push(returnTo?.startsWith(`/b/${brand}/`) ? returnTo : `/b/${brand}/inbox`)
        },
        (error: unknown) => {
          setProblem(problemOf(error))
          setStage('here')
          void newAsking(brand).then(setAsking)
        },
      )
    })
  }, [asking, brand, client, router])
  useEffect(() => {
    if (stage !== 'window') return undefined
    const timer = setInterval(() => { if (opened.current?.closed) setStage((before) => (before === 'window' ? 'here' : before)) }, lookEveryMs)
    return () => clearInterval(timer)
  }, [stage])

  function open(to: Asking) {
    setProblem(null)
    opened.current = window.open(to.url, 'portcullis-sign-in', 'popup,width=520,height=720')
    setStage(opened.current ? 'window' : 'blocked')
  }

  const site = ancestorsOf(window)[0]
  return (
    <main className="frame-gate" id="main">
      <div className="frame-gate-body stack">
        <Mark size={34} />
        <header className="stack-s">
          <h1>{left && left.code !== 'signed-out' && left.code !== 'session.missing' ? 'Your session here is over' : 'Sign in to see conversations here'}</h1>
          <p className="soft">{left && left.code !== 'session.missing' ? reasonOf(left) : <>The workspace <strong className="mono">{brand}</strong> opens a window of its own for it{site ? <>; what you type there never reaches <span className="mono break">{site}</span></> : ''}.</>}</p>
        </header>
        {problem && <ProblemNote problem={problem} />}
        {stage === 'blocked' && asking && (
          <Note tone="warning" title="The window was stopped" live>
            Your browser does not let this site open windows. Allow it and press “Sign in” again, or <a href={asking.url} target="_blank" rel="opener">open the window by this link</a>.
          </Note>
        )}
        {stage === 'window' && <Note live>A window is open for you to sign in. This page goes on by itself.</Note>}
        <div className="row">
          <Button look="main" pending={stage === 'entering' || !asking} onPress={() => { if (asking) open(asking) }}>{stage === 'entering' ? 'Opening…' : stage === 'window' ? 'Show the window again' : 'Sign in'}</Button>
          <a className="button" data-look="quiet" href={`/b/${encodeURIComponent(brand)}/inbox`} target="_blank" rel="noreferrer">Open in a tab of its own</a>
        </div>
      </div>
    </main>
  )
}

// The break-glass link: redeemed by a press, never by opening the address, so that a scanner cannot use it up.
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Button } from '../controls/button.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { forgetLeft } from '../session/left.ts'
import { beginAnewOnNewFragment, takeFragment } from '../session/fragment.ts'
import { useBrand } from '../session/session.ts'
import { useTitle } from '../shell/page.tsx'
import { Gate } from './gate.tsx'

export function Unlock() {
  const [token] = useState(takeFragment)
  const brand = useBrand()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  useTitle('Break-glass sign-in')
  useEffect(beginAnewOnNewFragment, [])

  async function redeem() {
    setBusy(true)
    setProblem(null)
    try {
      const said = await call<{ next: 'workspace'; brand: string }>('POST', '/unlock', { body: { token }, gated: false })
      forgetLeft()
      client.clear()
      void navigate({ to: '/b/$brand/inbox', params: { brand: said.brand }, replace: true })
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }

  const dead = token === '' || problem?.code === 'link.invalid'
  return (
    <Gate>
      <header>
        <h1>Break-glass sign-in</h1>
        <p>Made on the server for one admin of <strong className="mono">{brand}</strong>. It works once, within ten minutes of being printed.</p>
      </header>
      {problem && <ProblemNote problem={problem} />}
      {dead
        ? <Note tone="warning" title="This link cannot be used">Run <code>portcullis unlock</code> on the server again: it prints a new one.</Note>
        : (
          <>
            <Note>While this session lasts, the white-list for management does not hold for you, and for nobody else. It is written to the audit trail and shown to everyone in the workspace.</Note>
            <div><Button look="main" onPress={redeem} pending={busy}>Sign in</Button></div>
          </>
        )}
    </Gate>
  )
}

// The gatekeeper: while the shell is on screen it answers refusals in place, watches for input and listens to the live line.
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { call, installGates } from '../http/api.ts'
import type { Problem } from '../http/shapes.ts'
import { CodeDialog } from './code-dialog.tsx'
import { tellSignedOut } from './idle.ts'
import { IdleWatch } from './idle-watch.tsx'
import { keepLeft } from './left.ts'
import { openLive } from './live.ts'
import { ask, forgetRefusal, refuse } from './questions.ts'
import { fetchSession, type LiveSession } from './session.ts'

/** What the shell can ask the gatekeeper for. */
export interface Gatekeeper {
  leave: (problem: Pick<Problem, 'code' | 'detail'>) => void
  signOut: () => Promise<void>
  check: () => Promise<void>
}

/** Installs the gates for as long as the caller is on screen. */
export function useGatekeeper(brand: string, session: LiveSession | undefined): Gatekeeper {
  const client = useQueryClient()
  const router = useRouter()
  const minutes = useRef<number | null>(null)
  minutes.current = session?.idle.timeoutMinutes ?? minutes.current

  const keeper: Gatekeeper = {
    leave: ({ code, detail }) => {
      const { pathname, hash } = router.state.location
      keepLeft({ code, detail, minutes: minutes.current, returnTo: code === 'signed-out' ? null : pathname + (hash ? `#${hash}` : '') })
      client.clear()
      forgetRefusal()
      void router.navigate({ to: '/b/$brand', params: { brand }, ignoreBlocker: true, replace: true })
    },
    signOut: async () => {
      await call('POST', '/sign-out', { gated: false }).catch(() => undefined)
      tellSignedOut()
      keeper.leave({ code: 'signed-out', detail: '' })
    },
    check: async () => {
      const found = await fetchSession().catch(() => null)
      if (!found) return
      forgetRefusal()
      client.setQueryData(['session'], found)
    },
  }
  const latest = useRef(keeper)
  latest.current = keeper

  useEffect(() => installGates({
    secondFactor: (problem) => ask('session', problem),
    stepUp: (problem) => ask('step-up', problem),
    ended: (problem) => latest.current.leave(problem),
    refused: refuse,
    heldBack: () => void latest.current.check(),
  }), [])
  return keeper
}

export function Watch({ session, keeper }: { session: LiveSession; keeper: Gatekeeper }) {
  const client = useQueryClient()
  const latest = useRef(keeper)
  latest.current = keeper
  const agent = session.agent.id

  useEffect(() => openLive({
    onPolicy: () => {
      void client.invalidateQueries({ queryKey: ['policy'] })
      void client.invalidateQueries({ queryKey: ['notices'] })
      void latest.current.check()
    },
    onPeople: () => {
      for (const key of ['two-factor-counts', 'own-sessions', 'users']) void client.invalidateQueries({ queryKey: [key] })
    },
    onAudit: () => void client.invalidateQueries({ queryKey: ['audit', 'head'] }),
    onClosed: () => void latest.current.check(),
    onLost: () => void latest.current.check(),
  }), [agent, client])

  return (
    <>
      <IdleWatch session={session} onCheck={() => void keeper.check()} onSignOut={() => void keeper.signOut()} />
      <CodeDialog onSignOut={() => void keeper.signOut()} onEnded={keeper.leave} />
    </>
  )
}

// The gatekeeper of a frame: nothing is proven or confirmed there, so what needs it leads to the sign-in window or to the workspace itself.
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { call, installGates } from '../http/api.ts'
import type { Gatekeeper } from '../session/gatekeeper.tsx'
import { keepLeft } from '../session/left.ts'
import { forgetRefusal, refuse } from '../session/questions.ts'
import { fetchSession, type LiveSession } from '../session/session.ts'

/** Installs the gates for as long as the caller is on screen. */
export function useFrameKeeper(brand: string, session: LiveSession | undefined): Gatekeeper {
  const client = useQueryClient()
  const router = useRouter()
  const minutes = useRef<number | null>(null)
  minutes.current = session?.idle.timeoutMinutes ?? minutes.current

  const keeper: Gatekeeper = {
    leave: ({ code, detail }) => {
      const { pathname } = router.state.location
      keepLeft({ code, detail, minutes: minutes.current, returnTo: code === 'signed-out' ? null : pathname })
      client.clear()
      forgetRefusal()
      router.history.replace(`/b/${brand}`)
    },
    signOut: async () => {
      await call('DELETE', '/frame/session', { gated: false }).catch(() => undefined)
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
    secondFactor: async () => {
      latest.current.leave({ code: 'second_factor.required', detail: 'From your present address the workspace asks for a code. Sign in again and give it in the window.' })
      return false
    },
    stepUp: async () => false,
    ended: (problem) => latest.current.leave(problem),
    refused: (problem) => (problem.code.startsWith('frame.') ? latest.current.leave(problem) : refuse(problem)),
    heldBack: () => void latest.current.check(),
  }), [])
  return keeper
}

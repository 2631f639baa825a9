// A channel as the server gives it, its ticket keys, and what is asked of the server for the pages of channels.
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Origin, Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'

export interface Channel {
  id: string
  /** public: in the snippet and in the `aud` of tickets */
  address: string
  kind: 'chat' | 'email' | 'api'
  name: string
  title: string
  greeting: string
  awayText: string
  colour: string
  enabled: boolean
  disabledAt: number | null
  createdAt: number
  createdByName: string | null
  sites: { from: Origin['from']; state: 'none' | 'only'; count: number; first: string[] }
  /** ticket keys that are not revoked */
  keys: number
  openChats: number
  /** settings with a value of its own, those looser than the module's, those a lock holds back */
  own: number
  looser: number
  clamped: number
}

export interface Channels { channels: Channel[]; /** the public address of this server */ origin: string }

export const channelsQuery = queryOptions({ queryKey: ['channels'], queryFn: () => call<Channels>('GET', '/channels') })

/** A public key with which a site signs tickets. */
export interface TicketKey { id: string; label: string; alg: 'EdDSA' | 'ES256'; mayOverride: boolean; createdAt: number; createdBy: string | null; revokedAt: number | null }
export const keysQuery = (channelId: string) => queryOptions({ queryKey: ['channels', channelId, 'keys'], queryFn: () => call<{ keys: TicketKey[] }>('GET', `/channels/${encodeURIComponent(channelId)}/keys`) })

/** What a person writes of a channel. */
export type Look = Pick<Channel, 'name' | 'title' | 'greeting' | 'awayText' | 'colour'>

export interface Act {
  busy: boolean
  problem: Problem | null
  forget: () => void
  /** Gives the answer, or undefined when it was refused. */
  run: <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown, said: string) => Promise<{ answer: T } | undefined>
}

/** Does one thing at a time, says it, and reads the lists under `keys` again. */
export function useAct(...keys: readonly string[]): Act {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    busy,
    problem,
    forget: () => setProblem(null),
    async run(method, path, body, said) {
      setBusy(true)
      setProblem(null)
      try {
        const answer = await call<never>(method, path, body === undefined ? {} : { body })
        if (said !== '') toast(said)
        await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })))
        return { answer }
      } catch (error) {
        const found = problemOf(error)
        // the person closed the question for a code: nothing happened, and they know
        if (found.code !== 'step_up.required') setProblem(found)
        return undefined
      } finally {
        setBusy(false)
      }
    },
  }
}

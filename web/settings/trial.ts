// The change that is on trial, as the server tells it, and how it ends.
import { queryOptions } from '@tanstack/react-query'
import type { RefusalLimit } from '#policy/stage-figures.ts'
import { call } from '../http/api.ts'
import type { ShownChange } from './changes.tsx'

export interface Trial { id: string; version: number; beganAt: number; beganBy: string | null; until: number; limit: RefusalLimit | null; stays: boolean; changes: ShownChange[] }

/** `skew`: the server's clock minus this device's, ms. */
export const trialQuery = queryOptions({
  queryKey: ['policy-trial'],
  queryFn: async (): Promise<{ trial: Trial | null; skew: number }> => {
    const { trial, serverTime } = await call<{ trial: Trial | null; serverTime: number }>('GET', '/policy/trial')
    return { trial, skew: serverTime - Date.now() }
  },
  refetchInterval: 20_000,
})

export const endTrial = (how: 'confirm' | 'undo', id: string): Promise<unknown> => call('POST', `/policy/trial/${how}`, { body: { id } })

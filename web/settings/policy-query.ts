// The policy as the server holds it: reading, checking a draft, saving it.
import { queryOptions } from '@tanstack/react-query'
import { call } from '../http/api.ts'
import type { PolicyCheck, PolicyState } from '../http/shapes.ts'
import { type Manner, mannerBody } from './manner.ts'

export const readPolicy = (): Promise<PolicyState> => call<PolicyState>('GET', '/policy')
export const policyQuery = queryOptions({ queryKey: ['policy'], queryFn: readPolicy })

export const checkPolicy = (settings: Readonly<Record<string, unknown>>): Promise<PolicyCheck> =>
  call('POST', '/policy/check', { body: { settings } })

/** `version`: the one the draft was judged against; another save since then gives policy.stale. */
export const savePolicy = (settings: Readonly<Record<string, unknown>>, version: number, manner: Manner): Promise<PolicyState> =>
  call('PATCH', '/policy', { body: { settings, ...mannerBody(manner) }, ifMatch: `"v${version}"` })

/** What locking or unlocking a module value would do. */
export interface LockCheck {
  faults: { message: string }[]
  channels: { id: string; name: string; own: string; held: string }[]
  value: string
  /** false: the default is saved with the lock */
  saved: boolean
  chatsClosing: number
}
export const checkLock = (key: string, locked: boolean): Promise<LockCheck> => call('POST', '/policy/locks/check', { body: { key, locked } })
export const saveLock = (key: string, locked: boolean, version: number): Promise<unknown> => call('PUT', '/policy/locks', { body: { key, locked }, ifMatch: `"v${version}"` })

// The policy as the server holds it: reading, checking a draft, saving it.
import { queryOptions } from '@tanstack/react-query'
import { call } from '../http/api.ts'
import type { PolicyCheck, PolicyState } from '../http/shapes.ts'

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: () => call<PolicyState>('GET', '/policy'),
})

export const checkPolicy = (settings: Readonly<Record<string, unknown>>): Promise<PolicyCheck> =>
  call('POST', '/policy/check', { body: { settings } })

/** `version`: the one the draft was judged against; another save since then gives policy.stale. */
export const savePolicy = (settings: Readonly<Record<string, unknown>>, version: number): Promise<PolicyState> =>
  call('PATCH', '/policy', { body: { settings }, ifMatch: `"v${version}"` })

// An API key as the server gives it, what the page asks of the server, and the state of a key in words.
import { queryOptions } from '@tanstack/react-query'
import type { ListInput } from '../list/entries.ts'
import { call } from '../http/api.ts'
import { dayOf } from '../controls/words.ts'

export interface ApiKey {
  id: string
  name: string
  scopes: string[]
  /** of them, those that were never used */
  unused: string[]
  createdAt: number
  createdBy: string | null
  expiresAt: number | null
  revokedAt: number | null
  lastUsedAt: number | null
  lastUsedFrom: string | null
  allowlist: ListInput
  rotatedAt: number | null
  /** until when the secret before the last rotation works */
  previousUntil: number | null
  previousUsedAt: number | null
}

export interface Scope { scope: string; label: string; help: string; needs: string | null }
export interface ApiKeys { keys: ApiKey[]; next: string | null; scopes: Scope[] }
export interface Trial { ok: boolean; from: string | null; steps: { step: string; ok: boolean; sentence: string }[] }

export const keysQuery = (cursor: string | undefined) => queryOptions({
  queryKey: ['api-keys', cursor ?? ''],
  queryFn: () => call<ApiKeys>('GET', cursor === undefined ? '/api-keys' : `/api-keys?cursor=${encodeURIComponent(cursor)}`),
})

export const keyPath = (key: ApiKey): string => `/api-keys/${encodeURIComponent(key.id)}`

/** Works, or why not; with the tone of its badge. */
export function stateOf(key: ApiKey, now: number): { live: boolean; words: string; tone?: 'good' | 'warn' } {
  if (key.revokedAt !== null) return { live: false, words: `Revoked ${dayOf(key.revokedAt)}` }
  if (key.expiresAt !== null && key.expiresAt <= now) return { live: false, words: `Ran out ${dayOf(key.expiresAt)}`, tone: 'warn' }
  return { live: true, words: 'Works', tone: 'good' }
}

/** The resource a scope is about: scopes of one stand together. */
export const resourceOf = (scope: string): string => scope.slice(0, scope.indexOf(':'))

/** The end of that day where the reader is, ms; null for none. */
export const endOf = (day: string): number | null => (day === '' ? null : new Date(`${day}T23:59:59`).getTime())

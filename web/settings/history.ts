// The versions of the policy, as the server tells them, and going back to one.
import { call } from '../http/api.ts'
import type { PolicyCheck } from '../http/shapes.ts'
import { type Manner, mannerBody } from './manner.ts'
import type { ShownChange } from './changes.tsx'

export interface Version {
  version: number
  at: number
  reason: string | null
  author: { id: string; name: string } | null
  /** who approved it, where somebody had to */
  approvals: { by: { id: string; name: string }; at: number }[]
  /** null: made before versions said what they changed */
  changes: ShownChange[] | null
  trial: { state: 'waiting' | 'confirmed' | 'undone' | 'returned'; until: number; endedAt: number | null; endedBy: string | null } | null
}

export interface VersionPage { versions: Version[]; present: number; next: number | null }

export const readVersions = (before: number | null): Promise<VersionPage> => call('GET', `/policy/versions${before === null ? '' : `?before=${before}`}`)
export const compareVersions = (from: number, to: number): Promise<{ changes: ShownChange[] }> => call('GET', `/policy/versions/${from}?with=${to}`)
export const checkRestore = (version: number): Promise<PolicyCheck> => call('POST', `/policy/versions/${version}/restore/check`)
export const restoreVersion = (version: number, present: number, manner: Manner): Promise<unknown> => call('POST', `/policy/versions/${version}/restore`, { body: mannerBody(manner), ifMatch: `"v${present}"` })

// The people in the table of the two-factor module: counted by the server, by the very rules of its door, under the draft as it stands.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { TwoFactorCounts } from '#policy/two-factor-counts.ts'
import { call } from '../http/api.ts'
import type { Editing } from './editing.ts'

export interface Counted { counts: TwoFactorCounts | null; error: unknown; retry: () => void; /** the draft has faults: what stands there is of the draft before */ old: boolean }

const deciding = ['two_factor.mode', 'management.allowlist']

/** Counts again when the draft changes, and when people or the policy do. */
export function useTwoFactorCounts({ state, judgement, faults }: Editing): Counted {
  const found = useQuery({
    queryKey: ['two-factor-counts', state.version, deciding.map((key) => judgement.patch[key] ?? null)],
    // the whole draft goes along: its rules are judged together
    queryFn: () => call<TwoFactorCounts>('POST', '/two-factor/counts', { body: { settings: judgement.patch } }),
    enabled: faults.length === 0,
    placeholderData: keepPreviousData,
  })
  return { counts: found.data ?? null, error: found.error, retry: () => void found.refetch(), old: faults.length > 0 }
}

// Changes that wait for a second person, as the server tells them, and what can be done with one.
import { queryOptions } from '@tanstack/react-query'
import { isKey } from '#policy/catalogue.ts'
import { needsSecondPerson } from '#policy/decide/second-person.ts'
import { effective } from '#policy/effective.ts'
import { call } from '../http/api.ts'
import type { ShownChange } from './changes.tsx'

interface Named { id: string; name: string }
type Rule = 'off' | 'guarded' | 'all'

export interface EndedProposal {
  id: string
  state: 'approved' | 'rejected' | 'withdrawn' | 'expired'
  proposedAt: number
  by: Named | null
  until: number
  reason: string | null
  trialMinutes: number | null
  changes: ShownChange[]
  endedAt: number | null
  endedBy: Named | null
  why: string | null
}

export interface Proposal extends Omit<EndedProposal, 'state'> {
  mine: boolean
  /** the settings were changed after it was made */
  stale: boolean
  /** what it names was not */
  untouched: boolean
  mayApprove: boolean
  /** how many may approve it; null of another's */
  approvers: number | null
  mayReject: boolean
  /** null: it is not all of one place, so it cannot be tried on traffic here */
  draft: { channel: string | null; settings: Record<string, unknown> } | null
  /** it enforces what is on stage, with what was counted of it; over: the stage has ended */
  enforces: { over: boolean; beganAt: number | null; kind: string | null; decisions: number; nowRefused: number; nowAllowed: number } | null
  /** null: the history does not reach so far */
  meanwhile: ShownChange[] | null
}

export interface Proposals { rule: Rule; administrators: number; proposals: Proposal[]; ended: EndedProposal[] }

export const proposalsQuery = queryOptions({ queryKey: ['policy-proposals'], queryFn: () => call<Proposals>('GET', '/policy/proposals'), refetchInterval: 30_000 })

export type ProposalAct = 'approve' | 'withdraw' | 'again'
export const actOn = (id: string, act: ProposalAct): Promise<unknown> => call('POST', `/policy/proposals/${encodeURIComponent(id)}/${act}`, { body: {} })
export const rejectWith = (id: string, why: string): Promise<unknown> => call('POST', `/policy/proposals/${encodeURIComponent(id)}/reject`, { body: { why } })

/** A save was kept as a proposal: nothing changed yet. */
export const isProposed = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && (answer as { proposed?: unknown }).proposed === true
export const proposedWords = 'Proposed: it waits until another administrator approves it. Nothing has changed yet.'

/** Would a save of these become a proposal? The server asks the same. */
export function waitsFor(rule: Rule | undefined, keys: readonly string[]): boolean {
  if (rule === undefined || rule === 'off') return false
  return needsSecondPerson(effective({ version: 0, module: { 'policy.second_person': { value: rule } } }), keys.filter(isKey))
}

// Standards as the server tells them: which there are, how the settings stand to them, recorded deviations, and evidence as a file.
import { call } from '../http/api.ts'
import type { Instant, Origin } from '../http/shapes.ts'

export type State = 'met' | 'not_met' | 'deviation' | 'not_applicable' | 'yours'
export type Summary = Record<State, number>
export interface Standard { id: string; name: string; publisher: string; about: string; summary: Summary }

export interface Deviation { id: string; reason: string; at: Instant; by: string; byName: string | null; stale: boolean }
export interface Requirement {
  id: string
  number: string
  asks: string
  by: 'setting' | 'product' | 'server' | 'you'
  state: State
  /** the label of the setting, or of what is built in */
  about: string | null
  key: string | null
  value: string | null
  wanted: string | null
  because: string | null
  origin: Origin | null
  /** channels with a value of their own that does not satisfy it */
  loose: { id: string; name: string; value: string }[]
  deviation: Deviation | null
  proof: { file: string; test: string }[]
}
export interface CheckedStandard extends Standard { requirements: Requirement[] }
export interface Side { preset: string; requirement: string; number: string; asks: string; state: State; because: string | null }
export interface Conflict { about: string; value: string | null; state: 'open' | 'decided' | 'avoided'; sides: [Side, Side] }
export interface DraftValue { key: string; label: string; value: unknown; beforeText: string; afterText: string; askedBy: string[] }
export interface StandardsCheck { version: number; presets: CheckedStandard[]; conflicts: Conflict[]; draft: DraftValue[] }

export const readStandards = (): Promise<{ presets: Standard[] }> => call('GET', '/presets')
export const checkStandards = ([first = '', ...beside]: readonly string[]): Promise<StandardsCheck> => call('GET', `/presets/${first}/check${beside.length === 0 ? '' : `?beside=${beside.join(',')}`}`)
export const recordDeviation = (standard: string, requirement: string, reason: string): Promise<unknown> => call('POST', `/presets/${standard}/deviations`, { body: { requirement, reason } })
export const removeDeviation = (standard: string, id: string): Promise<unknown> => call('DELETE', `/presets/${standard}/deviations/${id}`)

/** Long enough for every browser to have begun. */
const keepMs = 60_000

/** The browser keeps it where it keeps what it downloads. Throws a ProblemError. */
export async function takeEvidence(standard: string, format: 'json' | 'html'): Promise<void> {
  const file = await call<Blob>('POST', `/presets/${standard}/evidence`, { body: { format }, file: true })
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = `evidence-${standard}.${format}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), keepMs)
}

export const stateWords: Record<State, string> = { met: 'Met', not_met: 'Not met', deviation: 'Deviation', not_applicable: 'Does not apply', yours: 'Yours to see to' }
export const stateTones: Record<State, 'good' | 'danger' | 'warn' | undefined> = { met: 'good', not_met: 'danger', deviation: 'warn', not_applicable: undefined, yours: undefined }

let last: readonly string[] = []
/** What was chosen last on this page, for whoever follows a setting and comes back. */
export const chosenLast = (): readonly string[] => last
export function keepChosen(ids: readonly string[]): void { last = ids }

// The audit page's filters, kept in the address, and the query they make.
import { isInstant } from '#policy/instant.ts'
import { nameInWords } from '#policy/sentence.ts'
import { instantOf, numberOf } from '../controls/words.ts'
import type { AuditRow } from '../http/shapes.ts'
import { printed } from '../settings/printed.ts'

export interface Filters { who?: string; what?: string; entity?: string; from?: string; to?: string; before?: string; after?: string }

/** The query string for GET /audit. Days mean the reader's own: from its first instant up to the first of the next. */
export function auditPath(filters: Filters, cursor: string | null): string {
  const query = new URLSearchParams()
  if (filters.who) query.set('who', filters.who)
  if (filters.what) query.set('what', filters.what)
  if (filters.entity) query.set('entity', filters.entity)
  const from = dayStart(filters.from, 0)
  const to = dayStart(filters.to, 1)
  if (from !== null) query.set('from', from)
  if (to !== null) query.set('to', to)
  if (filters.before) query.set('before', filters.before)
  if (filters.after) query.set('after', filters.after)
  if (cursor) query.set('cursor', cursor)
  const text = query.toString()
  return text ? `/audit?${text}` : '/audit'
}

function dayStart(day: string | undefined, plus: number): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '')
  if (!match) return null
  return new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + plus).toISOString()
}

export const isRefusal = (row: AuditRow): boolean => row.event === 'request.refused' || row.event.startsWith('refusals.')

/** What stood before or after, in words; a setting's value as its own kind says it. */
export function valueText(row: AuditRow, value: unknown): string {
  if (row.entity.kind === 'setting' && row.entity.id !== null) return printed(row.entity.id, value) ?? factText(value)
  return factText(value)
}

const labels: Record<string, string> = { address: 'From the address', admin: 'An administrator', code: 'Refused as', inside: 'Inside the white-list', method: 'Kind of request', mode: 'Two-factor mode', proven: 'Signed in with', route: 'What was asked for', base: 'Made on version', policyVersion: 'Version of the settings' }

/** What a fact of a row is called: "Policy version" for `policyVersion`. */
export const factLabel = (name: string): string => labels[name] ?? nameInWords(name)

/** A fact as text: lists of settings in words, records as short JSON. */
export function factText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return isInstant(value) ? instantOf(value) : numberOf(value)
  if (isList(value)) return value.state === 'only' ? `only ${entriesText(value.entries)}` : value.state
  if (Array.isArray(value)) return value.map(factText).join(', ') || 'none'
  return Object.entries(value).map(([key, one]) => `${key}: ${factText(one)}`).join('; ')
}

interface List { state: string; entries: { value: string }[] }
const isList = (value: unknown): value is List => typeof value === 'object' && value !== null && 'state' in value && 'entries' in value && Array.isArray(value.entries)

const shownEntries = 4
function entriesText(entries: { value: string }[]): string {
  const shown = entries.slice(0, shownEntries).map((entry) => entry.value).join(', ')
  return entries.length > shownEntries ? `${shown} and ${entries.length - shownEntries} more` : shown
}

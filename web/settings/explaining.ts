// Explanations as the server gives them: why something was refused, or what would be decided, and what would have to change.
import type { QuestionName } from '#policy/questions.ts'
import { call } from '../http/api.ts'
import type { Instant, Origin } from '../http/shapes.ts'

export interface ExplainedSetting { key: string; label: string; value: string; origin: Origin }
interface Told { allowed: boolean; code: string | null; sentence: string; setting: ExplainedSetting | null }

export interface Explained extends Told {
  /** null: what was asked then was not kept whole */
  question: QuestionName | null
  did: string | null
  channel: { id: string; name: string } | null
  facts: { fact: string; label: string; text: string }[]
  /** of a refusal */
  at: Instant | null
  version: number | null
  now: (Told & { version: number }) | null
  read: ExplainedSetting[]
  whatWouldChange: { steps: { key: string; label: string; place: 'brand' | 'channel' | 'file'; before: string; after: string; words: string }[]; allowed: boolean; code: string | null }[]
}

export interface Hypothetical {
  question: string
  channel?: string
  /** as a person writes them, or as a journal kept them */
  facts: Readonly<Record<string, unknown>>
  draft?: { settings: Readonly<Record<string, unknown>>; channel?: string }
}

export const explainRefusal = (id: string): Promise<Explained> => call('GET', `/policy/explain?refusal=${encodeURIComponent(id)}`)
export const explainQuestion = (asked: Hypothetical): Promise<Explained> => call('POST', '/policy/explain', { body: asked })

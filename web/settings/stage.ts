// The change on stage, as the server tells it, and what can be done with it.
import { queryOptions } from '@tanstack/react-query'
import { metWords, type OutsideMet, type RefusalLimit } from '#policy/stage-figures.ts'
import { countOf, numberOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { type Holding, holdingBody } from './manner.ts'
import type { ShownChange } from './changes.tsx'

interface Sums { decisions: number; nowRefused: number; nowAllowed: number; changed: number }

export interface StageFigures extends Sums {
  within: Sums
  differences: { question: string; did: string; was: string | null; becomes: string | null; wasTitle: string | null; becomesTitle: string | null; count: number }[]
}

export interface Stage {
  id: string
  kind: 'report' | 'share' | 'team' | 'channel'
  share: number | null
  team: { id: string; name: string | null } | null
  in: { id: string; name: string | null } | null
  reason: string | null
  beganAt: number
  beganBy: string | null
  until: number
  limit: RefusalLimit | null
  changes: ShownChange[]
  draft: { channel: string | null; settings: Readonly<Record<string, unknown>> }
  people: { within: number; of: number } | null
  /** it holds for whoever reads */
  you: boolean
  figures: StageFigures
  /** what customers met since it holds for whom it holds for; null: it holds for nobody */
  outside: (OutsideMet & { since: number; told: boolean }) | null
}

export interface EndedStage { id: string; state: 'enforced' | 'taken_back' | 'returned' | 'over'; endedAt: number; endedBy: string | null; labels: string[]; figures: StageFigures | null }

export interface StageState {
  stage: Stage | null
  last: EndedStage | null
  teams: { id: string; name: string }[]
  channels: { id: string; name: string }[]
  serverTime: number
}

const dismissedKey = 'portcullis.stage-told'
/** Whoever has read that a stage ended by itself is not told again in this tab. */
export const wasTold = (id: string): boolean => sessionStorage.getItem(dismissedKey) === id
export const markTold = (id: string): void => sessionStorage.setItem(dismissedKey, id)

export const stageQuery = queryOptions({ queryKey: ['policy-stage'], queryFn: () => call<StageState>('GET', '/policy/stage'), refetchInterval: 20_000 })

/** `version`: the one the draft was judged against. */
export const beginStage = (draft: { channel: string | null; settings: Readonly<Record<string, unknown>>; reason?: string }, holding: Holding, version: number): Promise<unknown> =>
  call('POST', '/policy/stage', { body: { ...draft, ...holdingBody(holding) }, ifMatch: `"v${version}"` })
export const widenStage = (id: string, holding: Holding): Promise<unknown> => call('POST', '/policy/stage/widen', { body: { id, ...holdingBody(holding) } })
export const endStage = (how: 'enforce' | 'take-back', id: string): Promise<unknown> => call('POST', `/policy/stage/${how}`, { body: { id } })

/** A channel, and whether its value of the setting follows the module's. */
export interface StagePlace { channel: string; follows: boolean }

/** What becomes of this setting there under the stage: of its own value, or of the module's where it follows that and the stage reaches it. */
export function stagedIn({ kind, in: held, changes }: Pick<Stage, 'kind' | 'in' | 'changes'>, key: string, place: StagePlace | null): ShownChange | undefined {
  const ofKey = changes.filter((one) => one.key === key)
  if (place === null) return ofKey.find(({ channel }) => channel === null)
  const own = ofKey.find(({ channel }) => channel?.id === place.channel)
  if (own || !place.follows || (kind === 'channel' && held?.id !== place.channel)) return own
  return ofKey.find(({ channel }) => channel === null)
}

/** "Customers refused: 12 of 90, 3.5 times the usual." Null while over no rate. */
export function outsideWords({ outside }: Pick<Stage, 'outside'>): string | null {
  if (outside === null || !outside.told) return null
  return `Customers refused: ${metWords(outside, numberOf)}.`
}

/** "for 10 % of people (3 of 31)" */
export function whomWords({ kind, share, team, in: channel, people }: Stage): string {
  if (kind === 'report') return 'for nobody yet'
  if (kind === 'channel') return `in the channel “${channel?.name ?? 'one that is gone'}”`
  const counted = people === null ? '' : ` (${people.within} of ${people.of})`
  return kind === 'team' ? `for the team “${team?.name ?? 'one that is gone'}”${counted}` : `for ${share} % of people${counted}`
}

export function figuresWords({ kind, figures: { decisions, nowRefused, nowAllowed, within } }: Stage): string {
  const { decisions: made, nowRefused: refused, nowAllowed: allowed } = kind === 'report' ? { decisions, nowRefused, nowAllowed } : within
  if (made === 0) return kind === 'report' ? 'No decision yet.' : 'Nobody whom it holds for has come yet.'
  const would = kind === 'report' ? 'would be' : 'were'
  const parts = [`${numberOf(refused)} ${would} newly refused`, ...(allowed > 0 ? [`${numberOf(allowed)} ${would} newly allowed`] : [])]
  return `Of ${countOf(made, 'decision')} ${kind === 'report' ? 'since it began' : 'under it'}, ${parts.join(' and ')}.`
}

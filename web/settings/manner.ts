// How a change is saved: at once, on trial, only counted, or for some people first; and why.
import { isKey, settingOf } from '#policy/catalogue.ts'
import { type RefusalLimit, USUAL_LIMIT } from '#policy/stage-figures.ts'

/** `now` and `trial` save it; `report` and `some` put it on stage. */
export type Way = 'now' | 'trial' | 'report' | 'some'
export type SomeKind = 'share' | 'team' | 'channel'

/** Whom a change on stage holds for. */
export interface Holding {
  kind: SomeKind | 'report'
  share: number
  team: string
  in: string
  days: number
  /** percent of refusals at which it goes back; null: never by itself */
  limit: number | null
}

export interface Manner {
  way: Way
  reason?: string
  trialMinutes: number
  /** percent, as above; of a trial */
  limit: number | null
  /** of a trial: nobody need confirm it */
  stays: boolean
  holding: Holding
}

/** Minutes of a trial that the page offers. */
export const trialChoices = [5, 10, 30, 60, 240] as const
const usualTrial = 10
export const shareChoices = [1, 5, 10, 25, 50, 75] as const
export const dayChoices = [1, 3, 7, 14, 30] as const
export const limitChoices = [1, 5, 10, 20, 50] as const
export const usualLimit = USUAL_LIMIT.percent

export const limitOf = (percent: number): RefusalLimit => ({ ...USUAL_LIMIT, percent })

/** A wrong value of one of these may shut people or programs out. */
export const mayShutOut = (keys: readonly string[]): boolean => keys.some((key) => isKey(key) && settingOf(key).mayShutOut === true)

/** What the page proposes for a change of these keys. */
export function usualManner(keys: readonly string[]): Manner {
  const inChannels = keys.length > 0 && keys.every((key) => isKey(key) && settingOf(key).scope === 'channel')
  return {
    way: mayShutOut(keys) ? 'trial' : 'now', trialMinutes: usualTrial, limit: null, stays: false,
    holding: { kind: inChannels ? 'channel' : 'share', share: 10, team: '', in: '', days: 7, limit: usualLimit },
  }
}

/** As the server takes it with a save. */
export function mannerBody({ way, reason, trialMinutes, limit, stays }: Manner): object {
  const trial = way !== 'trial' ? {} : { trialMinutes, ...(limit === null ? {} : { limit: limitOf(limit), ...(stays ? { stays } : {}) }) }
  return { ...(reason === undefined ? {} : { reason }), ...trial }
}

/** As the server takes it with a change on stage. */
export function holdingBody({ kind, share, team, in: channel, days, limit }: Holding): object {
  const whom = kind === 'share' ? { share } : kind === 'team' ? { team } : kind === 'channel' ? { in: channel } : {}
  return { kind, ...whom, days, ...(kind === 'report' || limit === null ? {} : { limit: limitOf(limit) }) }
}

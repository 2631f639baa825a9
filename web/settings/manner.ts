// How a change is saved: why, and for how long it is on trial.
import { isKey, settingOf } from '#policy/catalogue.ts'

export interface Manner { reason?: string; trialMinutes?: number }

/** Minutes of a trial that the page offers. */
export const trialChoices = [5, 10, 30, 60, 240] as const
export const usualTrial = 10

/** A wrong value of one of these may shut people or programs out. */
export const mayShutOut = (keys: readonly string[]): boolean => keys.some((key) => isKey(key) && settingOf(key).mayShutOut === true)

// Instants, durations and numbers in words. English as the page is; the time zone is the reader's own.
/** An instant as the server gives it: milliseconds since 1970, or RFC 3339 text. */
export type Instant = number | string

/** Milliseconds since 1970. */
export const msOf = (at: Instant): number => (typeof at === 'number' ? at : Date.parse(at))

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const short = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const number = new Intl.NumberFormat('en-GB')

/** "12 Nov 2026" */
export const dayOf = (at: Instant): string => day.format(msOf(at))
/** "14:03:09" */
export const clockOf = (at: Instant): string => clock.format(msOf(at))
/** "12 Nov 2026, 14:03" */
export const instantOf = (at: Instant): string => `${dayOf(at)}, ${short.format(msOf(at))}`
/** "2026-11-12 14:03:09 UTC" */
export const utcOf = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
/** "1,204" */
export const numberOf = (value: number): string => number.format(value)
/** "1 row", "1,204 rows" */
export const countOf = (value: number, one: string, many = `${one}s`): string => `${number.format(value)} ${value === 1 ? one : many}`

const few = 5
/** "Ada, Noa", "Ada, Noa, Liat, Tomas, Aiko and 3 more" */
export const namesOf = (names: readonly string[]): string => (names.length > few ? `${names.slice(0, few).join(', ')} and ${numberOf(names.length - few)} more` : names.join(', '))

/** "12 s", "4 min", "3 h", "2 days": how long ago or how long still, from milliseconds. */
export function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86400)} days`
}

/** A text of the server with its UTC instants put into the reader's own time. */
export const withLocalTimes = (text: string): string =>
  text.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z/g, (at) => instantOf(at))

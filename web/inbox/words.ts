// What the inbox says in words: counts, waiting times, days, how somebody is verified, and where the words of a search stand.
import { dayOf } from '../controls/words.ts'
import type { Summary, VerifiedBy } from './shapes.ts'

/** The server counts to a thousand and no further. */
export const countText = (count: number): string => (count >= 1000 ? '1000+' : String(count))

/** "now", "4m", "3h", "2d" */
export function brief(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000)
  if (minutes < 1) return 'now'
  if (minutes < 60) return `${minutes}m`
  if (minutes < 60 * 24) return `${Math.floor(minutes / 60)}h`
  return `${Math.floor(minutes / 1440)}d`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
const monthDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** "14:03" */
export const timeOf = (at: number): string => clock.format(at)

const dayNumber = (at: number): number => new Date(at).setHours(0, 0, 0, 0)
/** True when two instants lie on one day of the reader. */
export const sameDay = (a: number, b: number): boolean => dayNumber(a) === dayNumber(b)

/** "Today", "Yesterday", "Monday 16 November", "12 Nov 2025" */
export function dayName(at: number, now: number): string {
  const days = Math.round((dayNumber(now) - dayNumber(at)) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? weekday.format(at) : dayOf(at)
}

/** When a conversation was last written in, as short as a row needs it: "14:03", "12 Nov" or "12 Nov 2025". */
export function rowTime(at: number, now: number): string {
  if (sameDay(at, now)) return timeOf(at)
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? monthDay.format(at) : dayOf(at)
}

const ways: Record<VerifiedBy, string> = { external_id: 'external id', email: 'email address', phone: 'phone number' }

/** What the mark at a message means. */
export const verifiedMark = (by: VerifiedBy | null): string => `Written while signed in on your site${by ? ` (${ways[by]})` : ''}`

/** How a customer is known, in a sentence for the card. */
export const verifiedWords = (by: VerifiedBy | null): string => (by ? `Signed in on your site; your site vouched for the ${ways[by]}.` : 'Not verified: anybody could have typed this name.')

/** A customer's name, or what stands for one. */
export const nameOf = ({ name, erased }: Summary['customer']): string => (erased ? 'Erased customer' : name?.trim() || 'Visitor')

/** Something was said after what this person read last. */
export const isUnread = ({ lastSeq, readSeq }: Summary): boolean => lastSeq > readSeq

/** A text cut where words of a search stand in it; marked pieces are the found ones. Words are found at their beginning, without regard to case. */
export function markedPieces(text: string, words: readonly string[]): { text: string; marked: boolean }[] {
  const wanted = words.filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).toSorted((a, b) => b.length - a.length)
  if (wanted.length === 0) return [{ text, marked: false }]
  const pieces: { text: string; marked: boolean }[] = []
  let end = 0
  for (const found of text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${wanted.join('|')})`, 'giu'))) {
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), marked: false })
    pieces.push({ text: found[0], marked: true })
    end = found.index + found[0].length
  }
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false })
  return pieces
}

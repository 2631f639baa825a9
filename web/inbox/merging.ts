// How what arrives is put to what is there: by id, the newer state wins, nothing missed, nothing doubled, in the order of the server.
import type { Message, Opened, Summary } from './shapes.ts'

/** What is known and what arrived, by id; of two states of a message the one with the higher feed number stays. In the order of `seq`. */
export function mergeMessages(known: readonly Message[], arrived: readonly Message[]): Message[] {
  const byId = new Map(known.map((message) => [message.id, message]))
  for (const message of arrived) {
    const before = byId.get(message.id)
    if (before && before.feed > message.feed) continue
    // the client id is told only once, to whoever wrote it
    byId.set(message.id, before?.clientId && !message.clientId ? { ...message, clientId: before.clientId } : message)
  }
  return [...byId.values()].toSorted((a, b) => a.seq - b.seq)
}

/** True when between what is known and what arrived at least one message is not there. */
export function leavesGap(known: readonly Message[], arrived: readonly Message[]): boolean {
  const last = known.at(-1)?.seq
  if (last === undefined || arrived.length === 0) return false
  const next = arrived.map(({ seq }) => seq).filter((seq) => seq > last).toSorted((a, b) => a - b)
  return next.some((seq, place) => seq !== last + place + 1)
}

/** A conversation asked for again: earlier pages that were loaded stay where they touch the newest ones, else they go. */
export function openedAgain(before: Opened | undefined, now: Opened): Opened {
  const first = now.messages[0]
  if (!before || !first || before.messages.length === 0) return now
  const last = before.messages.at(-1)!
  const earliest = before.messages[0]!
  if (last.seq + 1 < first.seq) return now
  const messages = mergeMessages(before.messages, now.messages)
  return { ...now, messages, more: earliest.seq < first.seq ? before.more : now.more, conversation: newer(before.conversation, now.conversation) }
}

const newer = <S extends Summary>(before: S, now: S): S => (before.feed > now.feed ? before : now)

/** The newest first; of two at once the higher id. */
export const byNewest = (a: Summary, b: Summary): number => b.lastMessageAt - a.lastMessageAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)

interface Page { conversations: Summary[]; next: string | null }

/** All pages of a list as one: each conversation once, in its newest state. */
export function flatten(pages: readonly Page[]): Summary[] {
  const byId = new Map<string, Summary>()
  for (const page of pages) {
    for (const one of page.conversations) {
      const before = byId.get(one.id)
      byId.set(one.id, before ? newer(before, one) : one)
    }
  }
  return [...byId.values()].toSorted(byNewest)
}

/**
 * Puts changed conversations into the pages of one list: updated in place, moved, added or taken away.
 * What belongs below the last loaded row is left out while there is more to load; it comes with its page.
 */
export function withChanges<P extends Page>(pages: readonly P[], changed: readonly Summary[], stands: (one: Summary) => boolean): P[] {
  const first = pages[0]
  if (!first) return [...pages]
  const known = new Map(flatten(pages).map((one) => [one.id, one]))
  const news = changed.filter((one) => (known.get(one.id)?.feed ?? -1) <= one.feed)
  if (news.length === 0) return [...pages]
  const gone = new Set(news.map(({ id }) => id))
  const kept = pages.map((page) => ({ ...page, conversations: page.conversations.filter(({ id }) => !gone.has(id)) }))
  const more = pages.at(-1)!.next !== null
  const last = flatten(pages).at(-1)
  const added = news.filter((one) => stands(one) && (!more || !last || byNewest(one, last) <= 0))
  kept[0] = { ...kept[0]!, conversations: [...added, ...kept[0]!.conversations].toSorted(byNewest) }
  return kept
}

// The conversation as the frame knows it: messages by number, own ones that wait; pure, so that cuts and repeats can be tried without a network.
import type { Named } from './files.ts'
import type { ShownFile } from './sending-file.ts'

export interface ChatMessage {
  readonly id: string
  readonly seq: number
  readonly feed: number
  readonly from: 'customer' | 'agent' | 'system'
  readonly name: string | null
  readonly text: string
  /** ms */
  readonly at: number
  readonly redacted: boolean
  readonly files?: readonly ShownFile[]
  readonly clientId?: string
}

/** An own message that the server's list does not hold yet. `sent`: it was acknowledged, so it is safe there. */
export interface Unsent {
  readonly clientId: string
  readonly text: string
  /** Files that the desk has taken in for it, or refused. */
  readonly files?: readonly Named[]
  readonly at: number
  readonly state: 'waiting' | 'sent' | 'failed'
  /** Why it failed: a code of the server. */
  readonly code?: string
}

export interface Thread {
  /** By seq, each once. */
  readonly messages: readonly ChatMessage[]
  /** In the order they were written. */
  readonly unsent: readonly Unsent[]
  /** The newest change that is known; where a resumed connection goes on. */
  readonly feed: number | null
}

export const EMPTY: Thread = { messages: [], unsent: [], feed: null }

/** Takes in messages, new or changed, in any order and any number of times. A message never goes back to an older state of itself. */
export function take(thread: Thread, came: readonly ChatMessage[], feed: number, reset = false): Thread {
  const known = new Map((reset ? [] : thread.messages).map((message) => [message.id, message]))
  for (const message of came) {
    const before = known.get(message.id)
    if (before === undefined || before.feed <= message.feed) known.set(message.id, message)
  }
  const arrived = new Set(came.map(({ clientId }) => clientId))
  return {
    messages: [...known.values()].sort((a, b) => a.seq - b.seq),
    unsent: thread.unsent.filter(({ clientId }) => !arrived.has(clientId)),
    feed: reset ? feed : Math.max(feed, thread.feed ?? 0),
  }
}

/** Its old mark is taken off. */
export const withoutCode = ({ code: _code, ...one }: Unsent): Unsent => one

export function write(thread: Thread, one: Unsent): Thread {
  return thread.unsent.some(({ clientId }) => clientId === one.clientId) ? thread : { ...thread, unsent: [...thread.unsent, one] }
}

/** The next state of an own message; one that has arrived meanwhile, or that the server has, does not fail any more. */
export function mark(thread: Thread, clientId: string, state: Unsent['state'], code?: string): Thread {
  return {
    ...thread,
    unsent: thread.unsent.map((one) => {
      if (one.clientId !== clientId || (one.state === 'sent' && state !== 'sent')) return one
      return { ...withoutCode(one), state, ...(code === undefined ? {} : { code }) }
    }),
  }
}

/** The oldest one that waits to be sent: one goes at a time, so that they arrive in order. */
export const next = (thread: Thread): Unsent | undefined => thread.unsent.find(({ state }) => state === 'waiting')

/** How many of the other side's messages came after the last one that was seen. */
export const unreadAfter = (thread: Thread, seq: number): number => thread.messages.filter((message) => message.from === 'agent' && message.seq > seq && !message.redacted).length

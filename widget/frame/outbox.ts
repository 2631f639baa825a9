// Sends own messages one after the other until each is acknowledged; kept on the device until then, and the same id again makes no second one.
import { desk } from './desk.ts'
import type { Keep } from './keep.ts'
import { mark, next, type Thread, type Unsent, withoutCode } from './thread.ts'

/** The live door takes frames of 32 kB; what is larger (8,000 letters that JSON writes as \u0000 escapes) goes by HTTP. */
const LIVE_BYTES = 30_000
const ACK_MS = 8000
const SLOW_MS = 3000

export interface Around {
  thread(): Thread
  change(thread: Thread): void
  token(): string | null
  /** Begins an anonymous session for the first message; calls `flush` once it stands. */
  begin(): void
  sendLive(frame: object): boolean
  /** No ack came: the connection is taken for dead. */
  doubt(): void
  /** Whether HTTP is to be used because no live connection comes about. */
  byHttp(): boolean
  ended(status: number, code: string): void
  tooFast(): void
}

interface Kept extends Unsent { readonly who: string }

const bytes = (text: string): number => new TextEncoder().encode(JSON.stringify(text)).length
/** 128 random bits in the letters a client id may have. */
export const newClientId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

export function openOutbox(keep: Keep, around: Around) {
  let underWay: string | null = null
  let timer = 0
  let resting = false

  const kept = (): readonly Kept[] => keep.get<Kept[]>('unsent') ?? []
  const put = (one: Unsent): void => keep.set('unsent', [...kept().filter(({ clientId }) => clientId !== one.clientId), { ...one, who: around.token() ?? '' }].slice(-50))
  const forget = (clientId: string): void => keep.set('unsent', kept().filter((one) => one.clientId !== clientId))

  function settle(): void {
    window.clearTimeout(timer)
    underWay = null
  }
  function rest(): void {
    resting = true
    window.setTimeout(() => {
      resting = false
      flush()
    }, SLOW_MS)
  }
  function refused(clientId: string, status: number, code: string): void {
    if (underWay === clientId) settle()
    const tooFast = status === 429 || code === 'chat.too_fast' || code === 'request.rate_limited'
    if (tooFast) around.tooFast()
    // Nothing is wrong with the message: it waits, and goes again under the same id.
    if (tooFast || code === 'chat.not_kept') return rest()
    around.change(mark(around.thread(), clientId, 'failed', code))
    const one = around.thread().unsent.find((it) => it.clientId === clientId)
    if (one !== undefined) put(one)
    flush()
  }
  function acked(clientId: string): void {
    if (underWay === clientId) settle()
    forget(clientId)
    around.change(mark(around.thread(), clientId, 'sent'))
    flush()
  }

  async function post(token: string, { clientId, text, files = [] }: Unsent): Promise<void> {
    const answer = await desk.send(token, clientId, text, files.map(({ id }) => id))
    if (underWay !== clientId) return
    if (answer.ok) return acked(clientId)
    if (answer.status === 0 || answer.status >= 500) {
      settle()
      return rest()
    }
    if (answer.status === 401 || answer.code === 'chat.site_not_allowed' || answer.code === 'chat.channel_off') {
      settle()
      return around.ended(answer.status === 401 ? 4401 : 4403, answer.code)
    }
    refused(clientId, answer.status, answer.code)
  }

  /** Sends the oldest one that waits, if nothing is under way; harmless at any time. */
  function flush(): void {
    const one = next(around.thread())
    if (one === undefined || underWay !== null || resting) return
    const token = around.token()
    if (token === null) return around.begin()
    const large = bytes(one.text) > LIVE_BYTES
    if (!large && around.sendLive({ type: 'send', id: one.clientId, text: one.text, files: (one.files ?? []).map(({ id }) => id) })) {
      underWay = one.clientId
      timer = window.setTimeout(() => {
        settle()
        around.doubt()
      }, ACK_MS)
    } else if (large || around.byHttp()) {
      underWay = one.clientId
      void post(token, one)
    }
  }

  return {
    flush,
    put,
    acked,
    refused,
    /** The live connection is gone: what was under way is sent again on the next. */
    cut: settle,
    /** What was under way was too much for the live door. */
    tooLarge(): void {
      if (underWay !== null) refused(underWay, 413, 'chat.frame_too_large')
    },
    /** After messages came: those that are among them need no sending any more. */
    arrived(before: Thread): void {
      const left = new Set(around.thread().unsent.map(({ clientId }) => clientId))
      for (const { clientId } of before.unsent) if (!left.has(clientId)) forget(clientId)
      if (underWay !== null && !left.has(underWay)) {
        settle()
        flush()
      }
    },
    /** What was written and not sent in this session ('' before there is one). */
    of: (who: string): readonly Unsent[] => kept().filter((one) => one.who === who).map(({ who: _who, ...one }) => one),
    retry(clientId: string): void {
      const thread = around.thread()
      // Its old mark does not hold it back: a failed one may wait again.
      around.change({ ...thread, unsent: thread.unsent.map((one) => (one.clientId === clientId ? { ...withoutCode(one), state: 'waiting' as const } : one)) })
      flush()
    },
  }
}

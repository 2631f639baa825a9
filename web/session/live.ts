// The live line to the server, both ways: news of policy, people and conversations, and the end of the session the moment it happens.
import { standsInFrame } from '../http/api.ts'
import type { Message, Named, Summary } from '../inbox/shapes.ts'

export interface LiveNews {
  onPolicy: (version: number) => void
  onAudit: (seq: number) => void
  /** people, their factors or their sessions changed */
  onPeople: () => void
  /** closed for a reason that GET /session will explain: 4401 ended, 4403 address refused, 4423 code needed */
  onClosed: (code: number, reason: string) => void
  /** could not be opened or broke: worth asking whether the session still stands */
  onLost: () => void
}

/** What the server says of the inbox. A feed is the number of the newest change that is in it. */
export type InboxNews =
  | { type: 'hello'; version: number; feed?: number }
  | { type: 'messages'; feed: number; conversation: string; messages: Message[] }
  | { type: 'inbox'; feed: number; changed?: Summary[]; many?: boolean }
  | { type: 'typing'; conversation: string; by: { kind: 'customer' | 'agent'; id: string; name: string } }
  | { type: 'viewers'; conversation: string; people: Named[] }
  | { type: 'presence' }

/** What this page says. It is never the person's input. */
export type LiveWord =
  | { type: 'resume'; feed: number | null; watching: string | null }
  | { type: 'watch'; conversation: string | null }
  | { type: 'typing'; conversation: string }

const firstWaitMs = 1000
const longestWaitMs = 30_000
const saidByServer = new Set([4401, 4403, 4423])
const inboxTypes = new Set(['hello', 'messages', 'inbox', 'typing', 'viewers', 'presence'])

let present: WebSocket | null = null
let greeted: InboxNews | null = null
/** when the line was lost, ms; null while it stands or was never there */
let lostAt: number | null = null
const hearers = new Set<(news: InboxNews) => void>()
const watchers = new Set<() => void>()

/** Hears what is said of the inbox; one who comes late gets the greeting again. Returns what ends it. */
export function hearInbox(hearer: (news: InboxNews) => void): () => void {
  hearers.add(hearer)
  if (greeted) hearer(greeted)
  return () => hearers.delete(hearer)
}

/** Says something, or nothing while the line is down: what must not be lost is said again on `hello`. */
export function sayLive(word: LiveWord): void {
  if (present?.readyState === 1) present.send(JSON.stringify(word))
}

/** When the line was lost (ms since 1970), null while it stands; for useSyncExternalStore. */
export const lostSince = (): number | null => lostAt
export function watchLine(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

function mark(lost: number | null): void {
  if ((lost === null) === (lostAt === null)) return
  lostAt = lost
  for (const watcher of watchers) watcher()
}

/** Opens the socket and keeps it open, waiting twice as long after every failure; returns what closes it for good. */
export function openLive(news: LiveNews): () => void {
  let socket: WebSocket | null = null
  let wait = firstWaitMs
  let timer: ReturnType<typeof setTimeout> | null = null
  let stopped = false

  function open(): void {
    timer = null
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const opened = new WebSocket(`${scheme}://${location.host}/api/v1/live${standsInFrame() ? '/frame' : ''}`)
    socket = present = opened
    opened.onmessage = ({ data }: MessageEvent<string>) => {
      const said = JSON.parse(data) as { type: string; version?: number; seq?: number }
      wait = firstWaitMs
      mark(null)
      if (said.type === 'policy' && said.version !== undefined) news.onPolicy(said.version)
      if (said.type === 'people') news.onPeople()
      if (said.type === 'audit' && said.seq !== undefined) news.onAudit(said.seq)
      if (!inboxTypes.has(said.type)) return
      if (said.type === 'hello') greeted = said as InboxNews
      for (const hearer of hearers) hearer(said as InboxNews)
    }
    opened.onclose = ({ code, reason }) => {
      if (stopped || socket !== opened) return
      broke(code, reason)
    }
  }

  function broke(code: number, reason: string): void {
    socket = present = greeted = null
    mark(lostAt ?? Date.now())
    if (saidByServer.has(code)) news.onClosed(code, reason)
    else news.onLost()
    timer = setTimeout(open, wait * (0.75 + Math.random() / 2))
    wait = Math.min(wait * 2, longestWaitMs)
  }

  // A browser that has lost its network tells so at once; the socket itself would notice much later.
  function onOffline(): void {
    const dead = socket
    if (!dead) return
    socket = null
    dead.close()
    broke(1006, '')
  }
  function onOnline(): void {
    if (!timer) return
    clearTimeout(timer)
    open()
  }

  open()
  addEventListener('offline', onOffline)
  addEventListener('online', onOnline)
  return () => {
    stopped = true
    removeEventListener('offline', onOffline)
    removeEventListener('online', onOnline)
    if (timer) clearTimeout(timer)
    if (present === socket) present = greeted = null
    mark(null)
    socket?.close()
  }
}

// The live connection: says hello, resumes where it stopped, and comes back by itself with growing, scattered pauses.
import type { Picture } from './desk.ts'
import type { ChatMessage } from './thread.ts'

export type Heard =
  | ({ readonly type: 'welcome' } & Picture)
  | { readonly type: 'ack'; readonly id: string }
  | { readonly type: 'refused'; readonly id?: string; readonly code: string; readonly detail?: string }
  | { readonly type: 'messages'; readonly feed: number; readonly conversation: string; readonly messages: readonly ChatMessage[] }
  | { readonly type: 'conversation'; readonly feed: number; readonly conversation: Picture['conversation'] }
  | { readonly type: 'typing'; readonly name: string }
  | { readonly type: 'online'; readonly online: boolean }

export interface Line {
  /** @returns false when nobody would hear it */
  send(frame: object): boolean
  /** Gives this connection up and calls again at once. */
  again(): void
  close(): void
}

export interface Ears {
  heard(said: Heard): void
  /** Connected and welcomed, or not; `tries` counts calls in a row that came to nothing. */
  up(connected: boolean, tries: number): void
  /** The server ended it for good: 4401 or 4403, with its code. */
  ended(status: number, code: string): void
  /** The server closed it because of what we sent: 4413 too large, 4429 too fast. */
  scolded(status: number): void
}

const FIRST_MS = 500
const LONGEST_MS = 30_000
/** A server that takes the call and then says nothing. */
const WELCOME_MS = 10_000

/** Half to one and a half times the pause: thousands of frames must not come back in the same moment. */
export const pause = (tries: number, chance: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 10)) * (0.5 + chance)

export function openLine({ token, since }: { token: string; since: () => number | null }, ears: Ears): Line {
  let socket: WebSocket | undefined
  let welcomed = false
  let tries = 0
  let timer = 0
  let lastHeard = 0
  let closed = false

  function call(): void {
    window.clearTimeout(timer)
    if (closed) return
    const mine = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/chat/live`)
    socket = mine
    timer = window.setTimeout(() => drop(mine, 0), WELCOME_MS)
    mine.addEventListener('open', () => mine.send(JSON.stringify({ type: 'hello', token, since: since() })))
    mine.addEventListener('message', (event) => {
      if (mine !== socket) return
      lastHeard = Date.now()
      const said = JSON.parse(String(event.data)) as Heard
      if (said.type === 'welcome') {
        window.clearTimeout(timer)
        welcomed = true
        tries = 0
      }
      ears.heard(said)
      if (said.type === 'welcome') ears.up(true, 0)
    })
    mine.addEventListener('close', (event) => drop(mine, event.code, event.reason))
  }

  /** A socket that is cut may take minutes to say so: it is let go at once and what it still says is not heard. */
  function drop(mine: WebSocket, status: number, reason = ''): void {
    if (mine !== socket) return
    socket = undefined
    welcomed = false
    mine.close()
    window.clearTimeout(timer)
    if (closed) return
    if (status === 4401 || status === 4403) {
      close()
      return ears.ended(status, reason)
    }
    if (status === 4413 || status === 4429) ears.scolded(status)
    tries += 1
    const wait = status === 4429 ? Math.max(5000, pause(tries, Math.random())) : pause(tries - 1, Math.random())
    timer = window.setTimeout(call, wait)
    ears.up(false, tries)
  }

  function again(): void {
    if (closed) return
    const mine = socket
    socket = undefined
    welcomed = false
    mine?.close()
    ears.up(false, tries)
    call()
  }
  const back = (): void => again()
  const gone = (): void => { if (socket !== undefined) drop(socket, 0) }
  const seen = (): void => {
    if (document.visibilityState !== 'visible') return
    // A device that slept has a connection that only looks alive.
    if (!welcomed || Date.now() - lastHeard > 60_000) again()
  }
  function close(): void {
    closed = true
    window.clearTimeout(timer)
    window.removeEventListener('online', back)
    window.removeEventListener('offline', gone)
    document.removeEventListener('visibilitychange', seen)
    const mine = socket
    socket = undefined
    mine?.close()
  }
  window.addEventListener('online', back)
  window.addEventListener('offline', gone)
  document.addEventListener('visibilitychange', seen)
  call()
  return {
    send(frame) {
      if (!welcomed || socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(frame))
      return true
    },
    again,
    close,
  }
}

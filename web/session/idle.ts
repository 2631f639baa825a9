// The idle clock of this device: a person's own input only, shared by all tabs; the server keeps the one that counts.
import { call } from '../http/api.ts'

const events = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const
const shareEveryMs = 1000

export interface IdleClock {
  /** ms until the session ends without further input, by this device's clock */
  left: () => number
  /** counts as input at once and tells the server */
  stay: () => Promise<void>
  /** while a warning is on screen, moving the mouse past it is not an answer */
  hold: (held: boolean) => void
  stop: () => void
}

interface Start {
  timeoutMs: number
  /** end by this device's clock, ms since 1970 */
  expiresAt: number
  reportEveryMs: number
  skew: number
  onMessage: (type: 'signed-out') => void
}

export const idleChannel = 'portcullis.idle'

/** Starts listening; `stop` takes every listener away again. */
export function startIdleClock({ timeoutMs, expiresAt, reportEveryMs, skew, onMessage }: Start): IdleClock {
  const channel = new BroadcastChannel(idleChannel)
  let ends = expiresAt
  let lastInput = 0
  let lastReport = 0
  let lastShare = 0
  let held = false
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | null = null

  function saw(at: number): void {
    lastInput = Math.max(lastInput, at)
    ends = Math.max(ends, lastInput + timeoutMs)
  }

  async function report(): Promise<void> {
    timer = null
    lastReport = Date.now()
    const idleSeconds = Math.floor((lastReport - lastInput) / 1000)
    const said = await call<{ idle: { expiresAt: number | null } }>('POST', '/session/input', { body: { idleSeconds } }).catch(() => null)
    if (stopped || !said?.idle.expiresAt) return
    ends = Math.max(said.idle.expiresAt - skew, lastInput + timeoutMs)
    channel.postMessage({ type: 'ends', at: ends })
  }

  function onInput(event: Event): void {
    if (!event.isTrusted || held) return
    const now = Date.now()
    saw(now)
    if (now - lastShare >= shareEveryMs) {
      lastShare = now
      channel.postMessage({ type: 'input', at: now })
    }
    timer ??= setTimeout(report, Math.max(0, lastReport + reportEveryMs - now))
  }

  channel.onmessage = ({ data }: MessageEvent<{ type: string; at: number }>) => {
    if (data.type === 'input') saw(data.at)
    if (data.type === 'ends') ends = Math.max(ends, data.at)
    if (data.type === 'signed-out') onMessage('signed-out')
  }
  for (const name of events) addEventListener(name, onInput, { capture: true, passive: true })

  return {
    left: () => ends - Date.now(),
    hold: (next) => { held = next },
    stay: async () => {
      saw(Date.now())
      channel.postMessage({ type: 'input', at: Date.now() })
      await report()
    },
    stop: () => {
      stopped = true
      for (const name of events) removeEventListener(name, onInput, { capture: true })
      if (timer) clearTimeout(timer)
      channel.close()
    },
  }
}

/** Tells the other tabs of this browser that the session was ended by hand. */
export function tellSignedOut(): void {
  const channel = new BroadcastChannel(idleChannel)
  channel.postMessage({ type: 'signed-out', at: Date.now() })
  channel.close()
}

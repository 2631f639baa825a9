// The time, told again every half minute, so that "4m" does not stay "4m".
import { useSyncExternalStore } from 'react'

const everyMs = 30_000
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

// one function for good: another at each render would be another subscription, each with a new time, without end
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = Date.now()
  listeners.add(listener)
  timer ??= setInterval(tick, everyMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || !timer) return
    clearInterval(timer)
    timer = null
  }
}

/** ms since 1970 by this device's clock. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

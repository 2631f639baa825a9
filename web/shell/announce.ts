// What is said to everyone: a line for screen readers, and a toast that is also seen.
import { useSyncExternalStore } from 'react'

export interface Toast { id: number; text: string; seen: boolean }
let toasts: readonly Toast[] = Object.freeze([])
let next = 1
const listeners = new Set<() => void>()
const stayMs = 6000

function set(list: readonly Toast[]): void {
  toasts = Object.freeze([...list])
  for (const listener of listeners) listener()
}

function add(text: string, seen: boolean): void {
  const id = next++
  set([...toasts.slice(-2), { id, text, seen }])
  setTimeout(() => dismiss(id), stayMs)
}

/** Said to screen readers only. */
export const announce = (text: string): void => add(text, false)
/** Shown at the foot of the page and said. */
export const toast = (text: string): void => add(text, true)

export function dismiss(id: number): void {
  if (toasts.some((one) => one.id === id)) set(toasts.filter((one) => one.id !== id))
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => toasts)
}

// Light, dark or as the system has it: the only thing this page keeps in localStorage.
import { useSyncExternalStore } from 'react'

export type Appearance = 'system' | 'light' | 'dark'
const place = 'portcullis.appearance'
const listeners = new Set<() => void>()
let current: Appearance = read()

function read(): Appearance {
  try {
    const kept = localStorage.getItem(place)
    return kept === 'light' || kept === 'dark' ? kept : 'system'
  } catch {
    return 'system'
  }
}

function show(): void {
  if (current === 'system') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.dataset.theme = current
}

/** Applies what was chosen before; called once, before the first paint of the app. */
export const showAppearance = show

export function chooseAppearance(next: Appearance): void {
  current = next
  try {
    if (next === 'system') localStorage.removeItem(place)
    else localStorage.setItem(place, next)
  } catch {
    // a browser that keeps nothing still gets the choice for this visit
  }
  show()
  for (const listener of listeners) listener()
}

export function useAppearance(): Appearance {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => current)
}

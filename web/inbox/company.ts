// Who else is in a conversation right now: who writes, and who looks at it. Nothing of it is kept.
import { useSyncExternalStore } from 'react'
import { sayLive } from '../session/live.ts'
import type { Named } from './shapes.ts'

const typingStaysMs = 5000
const sayEveryMs = 2500
const none: readonly never[] = Object.freeze([])

interface Company { typing: readonly Named[]; viewers: readonly Named[] }
const alone: Company = Object.freeze({ typing: none, viewers: none })
const companies = new Map<string, Company>()
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

function set(conversation: string, next: Partial<Company>): void {
  companies.set(conversation, Object.freeze({ ...(companies.get(conversation) ?? alone), ...next }))
  for (const listener of listeners) listener()
}

function quiet(conversation: string, id: string): void {
  const key = `${conversation} ${id}`
  clearTimeout(timers.get(key))
  timers.delete(key)
  const { typing } = companies.get(conversation) ?? alone
  if (typing.some((one) => one.id === id)) set(conversation, { typing: typing.filter((one) => one.id !== id) })
}

export function heardTyping(conversation: string, { id, name }: Named): void {
  const key = `${conversation} ${id}`
  clearTimeout(timers.get(key))
  timers.set(key, setTimeout(() => quiet(conversation, id), typingStaysMs))
  const { typing } = companies.get(conversation) ?? alone
  if (!typing.some((one) => one.id === id)) set(conversation, { typing: [...typing, { id, name }] })
}

export const heardViewers = (conversation: string, people: readonly Named[]): void => set(conversation, { viewers: people })

/** Whoever has said something is no longer writing it. */
export const heardFrom = (conversation: string, id: string | null): void => { if (id) quiet(conversation, id) }

export function useCompany(conversation: string): Company {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => companies.get(conversation) ?? alone)
}

let said = { conversation: '', at: 0 }
/** Tells the others that this person writes here; at most every 2.5 s. */
export function sayTyping(conversation: string): void {
  const now = Date.now()
  if (said.conversation === conversation && now - said.at < sayEveryMs) return
  said = { conversation, at: now }
  sayLive({ type: 'typing', conversation })
}

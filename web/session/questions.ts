// What the server asks in place: a code for this session, a code for a save, or nothing but a refusal.
import { useSyncExternalStore } from 'react'
import type { Problem } from '../http/shapes.ts'

export type Purpose = 'session' | 'step-up'
interface Question { purpose: Purpose; problem: Problem }
interface State { question: Question | null; refusal: Problem | null }

let state: State = Object.freeze({ question: null, refusal: null })
let waiting: { purpose: Purpose; promise: Promise<boolean>; resolve: (ok: boolean) => void } | null = null
const listeners = new Set<() => void>()

function set(next: Partial<State>): void {
  state = Object.freeze({ ...state, ...next })
  for (const listener of listeners) listener()
}

/** Asks once, however many requests wait for it; resolves true when a code was accepted. */
export function ask(purpose: Purpose, problem: Problem): Promise<boolean> {
  if (waiting?.purpose === purpose) return waiting.promise
  waiting?.resolve(false)
  let resolve: (ok: boolean) => void = () => undefined
  const promise = new Promise<boolean>((done) => { resolve = done })
  waiting = { purpose, promise, resolve }
  set({ question: { purpose, problem } })
  return promise
}

export function answer(ok: boolean): void {
  const open = waiting
  waiting = null
  set({ question: null })
  open?.resolve(ok)
}

export const refuse = (problem: Problem): void => set({ refusal: problem })
export const forgetRefusal = (): void => { if (state.refusal) set({ refusal: null }) }

export function useQuestions(): State {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => state)
}

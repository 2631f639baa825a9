// The draft: edits of settings that are not saved yet, kept in this tab so that nothing is lost to a sign-out.
import { useSyncExternalStore } from 'react'

export interface Draft {
  /** whose draft it is: brand slug and agent id */
  owner: string
  inputs: Readonly<Record<string, unknown>>
  /** the saved value that stood there when the edit began, as JSON */
  bases: Readonly<Record<string, string>>
}

const place = 'portcullis.draft'
const writeAfterMs = 250
const none: Draft = Object.freeze({ owner: '', inputs: Object.freeze({}), bases: Object.freeze({}) })
const listeners = new Set<() => void>()
let draft: Draft = read()
let timer: ReturnType<typeof setTimeout> | null = null

function read(): Draft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place) ?? 'null') as Draft | null
    return kept && typeof kept.owner === 'string' && kept.inputs && kept.bases ? kept : none
  } catch {
    return none
  }
}

function write(): void {
  timer = null
  try {
    if (Object.keys(draft.inputs).length === 0) sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, JSON.stringify(draft))
  } catch {
    // a list too large for the browser's storage lives on in memory
  }
}

function set(next: Draft): void {
  draft = Object.freeze(next)
  timer ??= setTimeout(write, writeAfterMs)
  for (const listener of listeners) listener()
}

addEventListener('pagehide', () => { if (timer) write() })

/** Another person's draft is never shown: it is dropped when the owner changes. */
export function openDraft(owner: string): void {
  if (draft.owner !== owner) set({ owner, inputs: {}, bases: {} })
}

export function editSetting(key: string, input: unknown, savedValue: unknown): void {
  const bases = key in draft.bases ? draft.bases : { ...draft.bases, [key]: JSON.stringify(savedValue) }
  set({ ...draft, inputs: { ...draft.inputs, [key]: input }, bases })
}

/** Forgets the edits of these settings, or all. */
export function dropEdits(keys: readonly string[] = Object.keys(draft.inputs)): void {
  const inputs = { ...draft.inputs }
  const bases = { ...draft.bases }
  for (const key of keys) {
    delete inputs[key]
    delete bases[key]
  }
  set({ ...draft, inputs, bases })
}

/** The edit stands, now over the value that was saved meanwhile. */
export function rebase(key: string, savedValue: unknown): void {
  set({ ...draft, bases: { ...draft.bases, [key]: JSON.stringify(savedValue) } })
}

export function useDraft(): Draft {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => draft)
}

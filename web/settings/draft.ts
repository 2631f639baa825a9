// The draft: edits of settings that are not saved yet, kept in this tab so that nothing is lost to a sign-out. One for the module, one for each channel.
import { createContext, useContext, useSyncExternalStore } from 'react'

export interface Draft {
  /** whose draft it is: brand slug and agent id */
  owner: string
  inputs: Readonly<Record<string, unknown>>
  /** the saved value that stood there when the edit began, as JSON */
  bases: Readonly<Record<string, string>>
}

export interface DraftBox {
  /** Another person's draft is never shown: it is dropped when the owner changes. */
  open: (owner: string) => void
  edit: (key: string, input: unknown, savedValue: unknown) => void
  /** Forgets the edits of these settings, or all. */
  drop: (keys?: readonly string[]) => void
  /** The edit stands, now over the value that was saved meanwhile. */
  rebase: (key: string, savedValue: unknown) => void
  read: () => Draft
  subscribe: (listener: () => void) => () => void
}

const writeAfterMs = 250
const none: Draft = Object.freeze({ owner: '', inputs: Object.freeze({}), bases: Object.freeze({}) })

function keptAt(place: string): Draft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place) ?? 'null') as Draft | null
    return kept && typeof kept.owner === 'string' && kept.inputs && kept.bases ? kept : none
  } catch {
    return none
  }
}

function makeBox(place: string): DraftBox {
  const listeners = new Set<() => void>()
  let draft = keptAt(place)
  let timer: ReturnType<typeof setTimeout> | null = null

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

  return {
    read: () => draft,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open(owner) {
      if (draft.owner !== owner) set({ owner, inputs: {}, bases: {} })
    },
    edit(key, input, savedValue) {
      const bases = key in draft.bases ? draft.bases : { ...draft.bases, [key]: JSON.stringify(savedValue) }
      set({ ...draft, inputs: { ...draft.inputs, [key]: input }, bases })
    },
    drop(keys = Object.keys(draft.inputs)) {
      const inputs = { ...draft.inputs }
      const bases = { ...draft.bases }
      for (const key of keys) {
        delete inputs[key]
        delete bases[key]
      }
      set({ ...draft, inputs, bases })
    },
    rebase(key, savedValue) {
      set({ ...draft, bases: { ...draft.bases, [key]: JSON.stringify(savedValue) } })
    },
  }
}

const boxes = new Map<string, DraftBox>()

/** The draft kept under this name in this tab: the same box each time. */
export function draftBox(place: string): DraftBox {
  const box = boxes.get(place) ?? makeBox(place)
  boxes.set(place, box)
  return box
}

export const moduleDraft = draftBox('portcullis.draft')
export const channelDraft = (channelId: string): DraftBox => draftBox(`portcullis.draft.${channelId}`)

const Box = createContext<DraftBox>(moduleDraft)
/** What stands below edits this draft; the module's when nothing is said. */
export const DraftProvider = Box.Provider
export const useDraftBox = (): DraftBox => useContext(Box)
export const useDraft = (box: DraftBox): Draft => useSyncExternalStore(box.subscribe, box.read)

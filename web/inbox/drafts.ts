// Drafts: what was written and not sent, kept on this device per person, conversation and kind; and what could not be sent.
export type DraftKind = 'text' | 'note'
/** What of a browser's storage is used; it may throw when it is full or not allowed. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> & { readonly length: number; key: (place: number) => string | null }

/** A message on its way, or one that was refused. `fault`: why, in words; null while it is on its way. */
/** `files`: what the server has taken in for it. */
export interface Unsent { id: string; conversation: string; kind: DraftKind; text: string; files?: readonly { id: string; name: string }[]; at: number; fault: string | null; /** copies of an answer by mail */ cc?: readonly string[] }

const place = (owner: string, conversation: string, kind: DraftKind): string => `portcullis.draft.${owner}.${conversation}.${kind}`
const unsentPlace = (owner: string): string => `portcullis.unsent.${owner}`

export interface Drafts {
  read: (conversation: string, kind: DraftKind) => string
  /** an empty text takes the draft away */
  write: (conversation: string, kind: DraftKind, text: string) => void
  has: (conversation: string) => boolean
  unsent: () => readonly Unsent[]
  put: (message: Unsent) => void
  drop: (id: string) => void
  /** told after every change, also of another tab (call `changed`) */
  listen: (listener: () => void) => () => void
  changed: () => void
  /** goes up with every change */
  version: () => number
}

/** The drafts of one person. What the browser will not keep is kept for this visit. `own`: ids that this tab is sending right now. */
export function openDrafts(owner: string, shelf: Shelf): Drafts {
  const here = new Map<string, string>()
  const onTheWay = new Set<string>()
  const listeners = new Set<() => void>()
  let version = 0

  function get(key: string): string | null {
    if (here.has(key)) return here.get(key) ?? null
    try {
      return shelf.getItem(key)
    } catch {
      return null
    }
  }
  function set(key: string, value: string): void {
    try {
      if (value === '') shelf.removeItem(key)
      else shelf.setItem(key, value)
      here.delete(key)
    } catch {
      here.set(key, value)
    }
    changed()
  }
  function changed(): void {
    version += 1
    for (const listener of listeners) listener()
  }
  function unsent(): readonly Unsent[] {
    try {
      const kept: unknown = JSON.parse(get(unsentPlace(owner)) || '[]')
      if (!Array.isArray(kept)) return []
      // what another visit left on its way did not arrive, as far as anybody here knows
      return kept.filter(isUnsent).map((one) => (one.fault === null && !onTheWay.has(one.id) ? { ...one, fault: 'The page was closed before this was confirmed.' } : one))
    } catch {
      return []
    }
  }
  return {
    read: (conversation, kind) => get(place(owner, conversation, kind)) ?? '',
    write: (conversation, kind, text) => set(place(owner, conversation, kind), text),
    has: (conversation) => (['text', 'note'] as const).some((kind) => (get(place(owner, conversation, kind)) ?? '').trim() !== '') || unsent().some((one) => one.conversation === conversation && one.fault !== null),
    unsent,
    put: (message) => {
      if (message.fault === null) onTheWay.add(message.id)
      else onTheWay.delete(message.id)
      set(unsentPlace(owner), JSON.stringify([...unsent().filter(({ id }) => id !== message.id), message]))
    },
    drop: (id) => {
      onTheWay.delete(id)
      const left = unsent().filter((one) => one.id !== id)
      set(unsentPlace(owner), left.length === 0 ? '' : JSON.stringify(left))
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    changed,
    version: () => version,
  }
}

function isUnsent(value: unknown): value is Unsent {
  const one = value as Partial<Unsent> | null
  return typeof one === 'object' && one !== null && typeof one.id === 'string' && typeof one.text === 'string' && typeof one.conversation === 'string' && (one.kind === 'text' || one.kind === 'note')
}

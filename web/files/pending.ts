// Files on their way into a message: sent as soon as they are added, kept with the draft they belong to until it is sent.
import type { DraftKind } from '../inbox/drafts.ts'
import { ownShelf } from '../inbox/shelf.ts'
import { problemOf } from '../http/problem.ts'
import { isAborted } from '../http/upload.ts'
import { type Course, sendFile } from './sending-file.ts'
import type { ShownFile, UploadRules } from './shapes.ts'
import { refusedAtOnce } from './words.ts'

/** `waiting`: another goes first. `cut`: no connection, tried again. `failed`: it may be sent again. `refused`: it may not. */
export type Stage = 'waiting' | 'sending' | 'cut' | 'done' | 'failed' | 'refused'

export interface Pending {
  key: string
  name: string
  bytes: number
  stage: Stage
  /** 0 to 1 */
  progress: number
  /** once the server has taken it */
  id: string | null
  type: string | null
  /** why it was refused, or did not arrive */
  words: string
}

/** Files of one message; the server takes no more. */
export const mostFiles = 10
const atOnce = 2

interface Live { source: File; stop: AbortController; course: Course }
type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const lists = new Map<string, readonly Pending[]>()
const live = new Map<string, Live>()
const listeners = new Set<() => void>()
const empty: readonly Pending[] = []
let version = 0

const place = (owner: string, conversation: string, kind: DraftKind): string => `portcullis.files.${owner}.${conversation}.${kind}`

export function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const versionNow = (): number => version

/** What a visit before this one had taken in: it is at the server, and only waits for its message. */
function kept(shelf: Shelf, at: string): readonly Pending[] {
  try {
    const found: unknown = JSON.parse(shelf.getItem(at) ?? '[]')
    return Array.isArray(found) ? found.filter((one): one is Pending => typeof one === 'object' && one !== null && (one as Pending).stage === 'done' && typeof (one as Pending).id === 'string') : empty
  } catch {
    return empty
  }
}

export interface PendingFiles {
  read: () => readonly Pending[]
  add: (files: readonly File[], rules: UploadRules) => void
  again: (key: string) => void
  remove: (key: string) => void
  /** the message takes them along: they are no draft any more */
  take: () => { id: string; name: string }[]
  /** back into the draft */
  restore: (files: readonly { id: string; name: string }[]) => void
}

export function pendingOf(owner: string, conversation: string, kind: DraftKind, shelf: Shelf = ownShelf()): PendingFiles {
  const at = place(owner, conversation, kind)
  if (!lists.has(at)) lists.set(at, kept(shelf, at))
  const read = (): readonly Pending[] => lists.get(at) ?? empty

  function set(next: readonly Pending[]): void {
    lists.set(at, next)
    try {
      const done = next.filter(({ stage }) => stage === 'done')
      if (done.length === 0) shelf.removeItem(at)
      else shelf.setItem(at, JSON.stringify(done))
    } catch {
      // kept for this visit all the same
    }
    version += 1
    for (const listener of listeners) listener()
  }
  const change = (key: string, part: Partial<Pending>): void => set(read().map((one) => (one.key === key ? { ...one, ...part } : one)))

  function goOn(): void {
    const busy = read().filter(({ stage }) => stage === 'sending' || stage === 'cut').length
    for (const { key } of read().filter(({ stage }) => stage === 'waiting').slice(0, Math.max(0, atOnce - busy))) void send(key)
  }
  async function send(key: string): Promise<void> {
    const one = live.get(key)
    if (!one) return
    change(key, { stage: 'sending', words: '' })
    try {
      const taken = await sendFile(conversation, one.source, one.course, {
        signal: one.stop.signal,
        onProgress: (bytes) => change(key, { progress: Math.min(1, bytes / Math.max(1, one.source.size)), stage: 'sending' }),
        onCut: (cut) => change(key, { stage: cut ? 'cut' : 'sending' }),
      })
      live.delete(key)
      change(key, { stage: 'done', id: taken.id, name: taken.name, type: taken.type, progress: 1 })
    } catch (error) {
      if (!isAborted(error)) change(key, refusedBy(error))
    }
    goOn()
  }
  return {
    read,
    add: (files, rules) => {
      const room = mostFiles - read().length
      const added = files.map((source, index): Pending => {
        const key = crypto.randomUUID()
        const words = index >= room ? `A message carries at most ${mostFiles} files.` : refusedAtOnce(source, rules)
        if (words === null) live.set(key, { source, stop: new AbortController(), course: { upload: null } })
        return { key, name: source.name, bytes: source.size, stage: words === null ? 'waiting' : 'refused', progress: 0, id: null, type: null, words: words ?? '' }
      })
      set([...read(), ...added])
      goOn()
    },
    again: (key) => {
      const one = live.get(key)
      if (!one) return
      live.set(key, { ...one, stop: new AbortController() })
      change(key, { stage: 'waiting', words: '' })
      goOn()
    },
    remove: (key) => {
      live.get(key)?.stop.abort()
      live.delete(key)
      set(read().filter((one) => one.key !== key))
      goOn()
    },
    take: () => {
      const taken = read().flatMap(({ id, name, stage }) => (stage === 'done' && id !== null ? [{ id, name }] : []))
      set(empty)
      return taken
    },
    restore: (files) => set([...read(), ...files.map(({ id, name }): Pending => ({ key: id, name, bytes: 0, stage: 'done', progress: 1, id, type: null, words: '' }))]),
  }
}

function refusedBy(error: unknown): Partial<Pending> {
  const problem = problemOf(error)
  const { file } = problem as { file?: ShownFile }
  if (file?.refusal) return { stage: 'refused', words: file.refusal.detail }
  const mayPass = problem.status === 0 || problem.status >= 500 || problem.status === 429
  return { stage: mayPass ? 'failed' : 'refused', words: problem.status === 0 ? 'The connection was cut.' : problem.detail }
}

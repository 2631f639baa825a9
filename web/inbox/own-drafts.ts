// The drafts of the person who is signed in, for components; they outlive the session and the page.
import { useEffect, useSyncExternalStore } from 'react'
import { useSession } from '../session/session.ts'
import { openDrafts, type Drafts, type Shelf } from './drafts.ts'

const opened = new Map<string, Drafts>()

/** In a frame of another site a browser may let us keep nothing: what is written then lasts for this visit. */
function shelf(): Shelf {
  try {
    return localStorage
  } catch {
    return { length: 0, key: () => null, getItem: () => null, removeItem: () => undefined, setItem: () => { throw new Error('This browser keeps nothing here.') } }
  }
}

/** One for each owner and tab: what is on its way stays known while pages come and go. */
export function draftsOf(owner: string): Drafts {
  const known = opened.get(owner)
  if (known) return known
  const drafts = openDrafts(owner, shelf())
  opened.set(owner, drafts)
  return drafts
}

/** The drafts, read again whenever one changes here or in another tab. */
export function useDrafts(): Drafts {
  const drafts = draftsOf(useSession().agent.id)
  useSyncExternalStore(drafts.listen, drafts.version)
  useEffect(() => {
    const other = ({ key }: StorageEvent) => { if (key === null || key.startsWith('portcullis.')) drafts.changed() }
    addEventListener('storage', other)
    return () => removeEventListener('storage', other)
  }, [drafts])
  return drafts
}

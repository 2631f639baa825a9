// The drafts of the person who is signed in, for components; they outlive the session and the page.
import { useEffect, useSyncExternalStore } from 'react'
import { useSession } from '../session/session.ts'
import { openDrafts, type Drafts } from './drafts.ts'
import { ownShelf } from './shelf.ts'

const opened = new Map<string, Drafts>()

/** One for each owner and tab: what is on its way stays known while pages come and go. */
export function draftsOf(owner: string): Drafts {
  const known = opened.get(owner)
  if (known) return known
  const drafts = openDrafts(owner, ownShelf())
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

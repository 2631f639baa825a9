// The waiting files of what is being written in one conversation, for components.
import { useMemo, useSyncExternalStore } from 'react'
import type { DraftKind } from '../inbox/drafts.ts'
import { useSession } from '../session/session.ts'
import { listen, pendingOf, versionNow, type PendingFiles } from './pending.ts'

export function usePending(conversation: string, kind: DraftKind): PendingFiles {
  const owner = useSession().agent.id
  useSyncExternalStore(listen, versionNow)
  return useMemo(() => pendingOf(owner, conversation, kind), [owner, conversation, kind])
}

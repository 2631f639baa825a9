// Which of the two a person was writing in a conversation, an answer or a note: remembered for this visit.
import { useState } from 'react'
import type { DraftKind } from '../inbox/drafts.ts'

const chosen = new Map<string, DraftKind>()

export function useComposerKind(conversation: string): [DraftKind, (kind: DraftKind) => void] {
  const [kind, set] = useState<DraftKind>(chosen.get(conversation) ?? 'text')
  return [kind, (next) => {
    chosen.set(conversation, next)
    set(next)
  }]
}

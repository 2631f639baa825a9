// Sending what was written: shown at once, confirmed by the server, and never lost when it is refused.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { pendingOf } from '../files/pending.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { putMessages, putRead } from '../inbox/cache.ts'
import type { Drafts, DraftKind, Unsent } from '../inbox/drafts.ts'
import { draftsOf } from '../inbox/own-drafts.ts'
import type { Message } from '../inbox/shapes.ts'
import { copiesOf, forgetCopies } from './mail-to.tsx'
import { useSession } from '../session/session.ts'

/** The most characters of one message; the server refuses more. */
export const longestMessage = 8000

export interface Sending {
  begin: (kind: DraftKind, text: string, files: Unsent['files']) => void
  /** the same message with the same id: the server doubles nothing */
  again: (message: Unsent) => void
  giveUp: (message: Unsent) => void
}

export function useSending(conversation: string): Sending {
  const client = useQueryClient()
  const owner = useSession().agent.id
  const drafts = draftsOf(owner)
  return {
    begin: (kind, text, files) => void deliver(client, drafts, { id: crypto.randomUUID(), conversation, kind, text, files, at: Date.now(), fault: null, ...(kind === 'text' && copiesOf(conversation) ? { cc: copiesOf(conversation) } : {}) }),
    again: (message) => void deliver(client, drafts, { ...message, fault: null }),
    giveUp: (message) => {
      // back to where it was written, before or after what stands there now
      const written = drafts.read(conversation, message.kind)
      drafts.write(conversation, message.kind, written.trim() ? `${message.text}\n\n${written}` : message.text)
      pendingOf(owner, conversation, message.kind).restore(message.files ?? [])
      drafts.drop(message.id)
    },
  }
}

async function deliver(client: QueryClient, drafts: Drafts, message: Unsent): Promise<void> {
  drafts.put(message)
  try {
    const { message: kept } = await call<{ message: Message }>('POST', `/conversations/${encodeURIComponent(message.conversation)}/messages`, { body: { id: message.id, kind: message.kind, text: message.text, files: (message.files ?? []).map(({ id }) => id), ...(message.cc ? { cc: message.cc } : {}) } })
    putMessages(client, message.conversation, [{ ...kept, clientId: message.id }])
    putRead(client, message.conversation, kept.seq)
    drafts.drop(message.id)
    forgetCopies(message.conversation)
  } catch (error) {
    const problem = problemOf(error)
    drafts.put({ ...message, fault: problem.detail || problem.title })
  }
}

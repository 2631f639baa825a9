// What the chat knows at one moment, and all that its look is drawn from.
import type { Session } from './desk.ts'
import { EMPTY, type Thread } from './thread.ts'

/** `idle`: nothing was written yet, so there is no session. `ended`, `closed`: nothing of before is shown. */
export type Phase = 'starting' | 'idle' | 'ready' | 'ended' | 'closed'

export interface Talk {
  readonly phase: Phase
  readonly connected: boolean
  /** Calls in a row that came to nothing. */
  readonly tries: number
  readonly session: Session | null
  /** The session that ended was of somebody signed in. */
  readonly wasSignedIn: boolean
  readonly online: boolean
  readonly thread: Thread
  readonly typing: string | null
  /** A code to be said in words. */
  readonly notice: string | null
  readonly unread: number
}

export const AT_FIRST: Talk = { phase: 'starting', connected: false, tries: 0, session: null, wasSignedIn: false, online: false, thread: EMPTY, typing: null, notice: null, unread: 0 }

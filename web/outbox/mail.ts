// An outgoing mail as the server gives it, and what its kinds and states are called.
export type List = 'failed' | 'waiting' | 'files'

export interface Line {
  id: string
  kind: string
  letter: string | null
  state: 'waiting' | 'failed' | 'unconfirmed' | 'bounced' | 'file'
  createdAt: number
  failedAt: number | null
  nextAt: number | null
  attempts: number
  subject: string | null
  recipients: { address: string; state: 'sent' | 'waiting' | 'refused' | 'unknown'; why: string | null }[]
  why: string | null
  code: string | null
  conversationId: string | null
  file: string | null
  canResend: boolean
}

export interface Mail extends Line { from: string | null; replyTo: string | null; messageId: string; text: string | null; html: string | null; files: string[] }
export interface Outbox { sending: { kind: 'smtp' | 'folder'; description: string; folder: string | null }; mails: Line[]; next: string | null }

const kinds: Record<string, string> = { letter: 'A letter about an account', notice: 'A notification', reply: 'An answer to a customer', transfer: 'A forward', 'bounce-note': 'An automatic answer' }
export const kindOf = ({ kind }: Line): string => kinds[kind] ?? 'A mail'

export const stateWords: Record<Line['state'], string> = { waiting: 'Waiting', failed: 'Not sent', unconfirmed: 'Perhaps sent', bounced: 'Came back', file: 'Written as a file' }
export const recipientWords: Record<Line['recipients'][number]['state'], string> = { sent: 'has it', waiting: 'waits', refused: 'refused', unknown: 'not sent' }

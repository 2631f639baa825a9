// Forwards and exceptions as the workspace API gives them, and what a person has chosen for one.
import { queryOptions } from '@tanstack/react-query'
import { call } from '../http/api.ts'

export interface Forward {
  id: string
  at: number
  byName: string
  to: string[]
  cc: string[]
  bcc: string[]
  subject: string
  text: string
  files: string[]
  linked: string[]
  links: { file: string; recipient: string; state: 'open' | 'revoked' | 'expired'; until: number; openedAt: number | null }[]
  details: boolean
  mayReply: boolean
  mail: 'waiting' | 'sent' | 'kept' | 'failed'
  replies: number
  lastReplyAt: number | null
  ended: { at: number; reason: string } | null
}

export interface Exception {
  id: string
  conversationId: string
  address: string
  reason: string
  askedByName: string
  askedAt: number
  state: 'asked' | 'allowed' | 'refused' | 'withdrawn' | 'over'
  decidedByName: string | null
  until: number | null
}

export interface Forwards {
  forwards: Forward[]
  exceptions: Exception[]
  may: { details: boolean; reply: boolean; anyone: boolean; nobody: boolean }
  /** what it is called where nobody says otherwise */
  subject: string
}

export interface Preview {
  from: { name: string; address: string }
  replies: boolean
  to: string[]
  cc: string[]
  bcc: string[]
  subject: string
  text: string
  files: string[]
  masks: number
  fingerprint: string
  refused: { code: string; sentence: string } | null
}

/** What the dialog holds. */
export interface Choice {
  to: string
  cc: string
  bcc: string
  subject: string
  note: string
  messages: readonly string[]
  files: readonly string[]
  /** how they leave */
  as: 'link' | 'attachment'
  /** as it is typed */
  linkDays: string
  mayReply: boolean
  details: boolean
}

export const forwardsPath = (conversation: string): string => `/conversations/${encodeURIComponent(conversation)}/forwards`

export const forwardsQuery = (conversation: string) => queryOptions({ queryKey: ['forwards', conversation], queryFn: () => call<Forwards>('GET', forwardsPath(conversation)), staleTime: 0 })

/** People separate addresses by commas, semicolons or new lines; what stands between is sent as it was typed, for the server to judge. */
export const addressesOf = (text: string): string[] => text.split(/[,;\n]/).map((one) => one.trim()).filter((one) => one !== '')

const mostDays = 90
export const daysFault = (days: string): { message: string } | undefined => (/^[0-9]{1,2}$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= mostDays ? undefined : { message: `Enter a whole number of days from 1 to ${mostDays}.` })

export const bodyOf = ({ to, cc, bcc, subject, note, messages, files, as, linkDays, mayReply, details }: Choice) => ({
  to: addressesOf(to), cc: addressesOf(cc), bcc: addressesOf(bcc), subject, note, messageIds: [...messages], files: files.map((id) => ({ id, as })), ...(as === 'link' && files.length > 0 ? { linkDays: Number(linkDays) } : {}), mayReply, details,
})

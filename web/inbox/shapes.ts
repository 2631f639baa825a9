// The shapes of conversations, messages and customers as the workspace API gives them. Instants are milliseconds since 1970.
import type { ShownFile, UploadRules } from '../files/shapes.ts'

export type Status = 'open' | 'pending' | 'solved' | 'archived'
export type VerifiedBy = 'external_id' | 'email' | 'phone'
export interface Named { id: string; name: string }

/** One conversation as a row of a list. */
export interface Summary {
  id: string
  number: number
  channel: Named
  kind: 'chat' | 'email' | 'api'
  /** what a conversation by mail is about */
  subject: string | null
  customer: { id: string; name: string | null; verifiedBy: VerifiedBy | null; erased: boolean }
  status: Status
  assignee: Named | null
  team: Named | null
  tags: string[]
  preview: string
  lastAuthor: 'customer' | 'agent' | 'system'
  lastSeq: number
  readSeq: number
  lastMessageAt: number
  waitingSince: number | null
  held: boolean
  /** somebody outside answered a forward then, and nobody here has written since */
  forwardReplyAt: number | null
  /** the number in the brand's feed of its latest change: of two states the one with the higher number is newer */
  feed: number
}

export interface Message {
  id: string
  seq: number
  feed: number
  kind: 'text' | 'note' | 'event'
  author: { kind: 'customer' | 'agent' | 'system'; id: string | null; name: string }
  /** only for whoever wrote it */
  clientId?: string
  /** of an event: the sentence */
  text: string
  verified: boolean
  at: number
  redacted: { at: number; byName: string } | null
  /** of one that came or left by mail */
  mail?: MailShown
  files: ShownFile[]
}

export interface MailAddress { name: string; address: string }
export interface MailShown {
  direction: 'in' | 'out'
  from: MailAddress
  to: MailAddress[]
  cc: MailAddress[]
  subject: string
  /** there is a formatted version */
  formatted: boolean
  /** images that are held back in it */
  remoteImages: number
  /** the whole text is longer than what stands in the message */
  more: boolean
  unreadable: boolean
  /** sentences */
  marks: string[]
  delivery: { state: 'waiting' | 'sent' | 'kept' | 'failed' | 'back'; sentence: string | null; at: number | null } | null
}
/** GET /conversations/:id/messages/:messageId/mail. */
export interface WholeMail { from: MailAddress; to: MailAddress[]; cc: MailAddress[]; subject: string; text: string; headers: string; authentication: string | null; formatted: boolean; raw: string | null }
/** To whom answers in a conversation by mail go. */
export interface MailHeading { subject: string; from: MailAddress | null; to: MailAddress | null; cc: MailAddress[] }

export interface Card {
  id: string
  name: string | null
  email: string | null
  phone: string | null
  externalId: string | null
  fields: { name: string; value: string; personal: boolean }[]
  verifiedBy: VerifiedBy | null
  createdAt: number
  lastSeenAt: number
  erasedAt: number | null
  /** what tickets have proven of what stands here */
  proven?: ('name' | 'email' | 'phone' | 'externalId')[]
  conversations: { id: string; number: number; status: Status; preview: string; lastMessageAt: number }[]
}

export interface Hold { at: number; byName: string; reason: string }
export interface Counts { mine: number; unassigned: number; all: number }

/** GET /inbox. */
export interface InboxPage { conversations: Summary[]; next: string | null; counts: Counts; feed: number; tags?: string[] }
/** GET /inbox/search. */
export interface Found extends Summary { found: { messageId: string | null; excerpt: string; at: number } }
export interface SearchPage { conversations: Found[]; next: string | null; words: string[] }
/** GET /conversations/:id; the messages oldest first. */
export interface Opened {
  conversation: Summary & { createdAt: number; statusAt: number; hold: Hold | null; mail: MailHeading | null }
  customer: Card
  messages: Message[]
  more: boolean
  feed: number
  /** what an agent may send in its channel */
  uploads: UploadRules
}

export type Availability = 'available' | 'away'
/** GET /inbox/people. */
export interface People {
  people: { id: string; name: string; availability: Availability; online: boolean }[]
  teams: { id: string; name: string; closed: boolean; members: string[] }[]
}

/** One of GET /conversations/:id/refusals. */
export interface Refusal { id: string; at: number; code: string; title: string; sentence: string; door: string; setting: { key: string; label: string } | string | null }

// A channel of mail as the server gives it, and what a person sets of it.
import { queryOptions } from '@tanstack/react-query'
import { call } from '../http/api.ts'

export interface Mailbox { host: string; port: number; security: 'tls' | 'starttls' | 'none'; user: string; folder: string; after: 'seen' | 'move' | 'nothing'; moveTo: string }

/** GET /mail-channels/:id. */
export interface MailChannel {
  id: string
  name: string
  enabled: boolean
  disabledAt: number | null
  /** the first one carries answers */
  addresses: string[]
  senderName: string
  senderAddress: string
  takesSmtp: boolean
  mailbox: Mailbox | null
  hasPassword: boolean
  /** when the mailbox was last read, and what went wrong since */
  readAt: number | null
  fault: string | null
  /** of the last 24 hours */
  received: { filed: number; waiting: number; ignored: number }
  /** null: this server takes no mail by SMTP */
  listener: { host: string; port: number; encrypted: boolean } | null
}

/** What stands in the form. */
export interface MailDraft { name: string; addresses: string; senderName: string; senderAddress: string; takesSmtp: boolean; reads: boolean; mailbox: Mailbox; password: string }

export const mailChannelQuery = (id: string) => queryOptions({ queryKey: ['mail-channels', id], queryFn: () => call<MailChannel>('GET', `/mail-channels/${encodeURIComponent(id)}`) })

const blankMailbox: Mailbox = { host: '', port: 993, security: 'tls', user: '', folder: 'INBOX', after: 'seen', moveTo: '' }
export const blankMail: MailDraft = { name: '', addresses: '', senderName: '', senderAddress: '', takesSmtp: true, reads: false, mailbox: blankMailbox, password: '' }

export const draftOf = (channel: MailChannel): MailDraft => ({
  name: channel.name, addresses: channel.addresses.join('\n'), senderName: channel.senderName, senderAddress: channel.senderAddress, takesSmtp: channel.takesSmtp, reads: channel.mailbox !== null,
  mailbox: channel.mailbox ?? blankMailbox, password: '',
})

/** As it is sent. The sender is the first address where none is given. */
export function fieldsOf(draft: MailDraft): Record<string, unknown> {
  const addresses = draft.addresses.split(/[\s,;]+/).filter(Boolean)
  return {
    name: draft.name, addresses, senderName: draft.senderName || draft.name, senderAddress: draft.senderAddress || (addresses[0] ?? ''), takesSmtp: draft.takesSmtp, mailbox: draft.reads ? draft.mailbox : null,
    ...(draft.reads && draft.password !== '' ? { password: draft.password } : {}),
  }
}

// What the pages say of each kind of channel: what it is, and what switching it off does.
import type { IconName } from '../shell/icon.tsx'
import type { Channel } from './channel.ts'

export type Kind = Channel['kind']

interface KindWords {
  icon: IconName
  label: string
  help: string
  lead: string
  /** while it is off */
  off: string
  /** before it is switched off */
  whenOff: string
}

export const kinds: Readonly<Record<Kind, KindWords>> = {
  chat: {
    icon: 'channel', label: 'Chat', help: 'On your own site, with one line of HTML.', lead: 'A chat on your own site.',
    off: 'The chat opens nowhere, and customers can neither write nor read.', whenOff: 'The chat then opens on no site, and open chats close at once.',
  },
  email: {
    icon: 'mail', label: 'Email', help: 'Mail to your addresses, by SMTP or from a mailbox.', lead: 'Mail that customers send you.',
    off: 'Mail to its addresses is refused, and its mailbox is not read.', whenOff: 'Mail to its addresses is then refused, and its mailbox is not read.',
  },
  api: {
    icon: 'webhook', label: 'API', help: 'A program of yours, such as a shop or a phone system, brings in what customers say.', lead: 'Conversations that a program of yours brings in.',
    off: 'Programs begin no conversation in it.', whenOff: 'Programs then begin no conversation in it; those that have begun go on.',
  },
}

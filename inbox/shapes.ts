// What the workspace is told of conversations: summaries for lists, messages, cards of customers. Times are ms since 1970 UTC.
import type { MailShown } from '#inbox/mail/mail-view.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { CustomerRow } from '#store/customers.ts';
import type { MessageRow } from '#store/messages.ts';
import type { ShownFile } from '#media/file-view.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Summary {
  readonly id: string;
  readonly number: number;
  readonly channel: Named;
  readonly kind: ConversationRow['kind'];
  /** What a conversation by mail is about; null of other kinds. */
  readonly subject: string | null;
  readonly customer: { readonly id: string; readonly name: string | null; readonly verifiedBy: CustomerRow['verified_by']; readonly erased: boolean };
  readonly status: ConversationRow['status'];
  readonly assignee: Named | null;
  readonly team: Named | null;
  readonly tags: readonly string[];
  readonly preview: string;
  readonly lastAuthor: ConversationRow['last_author'];
  readonly lastSeq: number;
  /** How far the person who is told has read. */
  readonly readSeq: number;
  readonly lastMessageAt: number;
  readonly waitingSince: number | null;
  readonly held: boolean;
  /** Somebody outside answered a forward then, and nobody here has written since; ms. */
  readonly forwardReplyAt: number | null;
  readonly feed: number;
}

export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly feed: number;
  readonly kind: MessageRow['kind'];
  readonly author: { readonly kind: MessageRow['author_kind']; readonly id: string | null; readonly name: string };
  /** Only for the person who wrote it. */
  readonly clientId?: string;
  /** Of an event: its sentence. */
  readonly text: string;
  readonly verified: boolean;
  readonly at: number;
  readonly redacted: { readonly at: number; readonly byName: string } | null;
  readonly files: readonly ShownFile[];
  /** Of one that came or left by mail. */
  readonly mail?: MailShown;
}

export interface CustomerField {
  readonly name: string;
  readonly value: string;
  readonly personal: boolean;
}

export interface Card {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly externalId: string | null;
  readonly fields: readonly CustomerField[];
  readonly verifiedBy: CustomerRow['verified_by'];
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly erasedAt: number | null;
  /** What tickets have proven of what stands here. */
  readonly proven: readonly ('name' | 'email' | 'phone' | 'externalId')[];
  /** Those the person may see, the newest first. */
  readonly conversations: readonly { readonly id: string; readonly number: number; readonly status: ConversationRow['status']; readonly preview: string; readonly lastMessageAt: number }[];
}

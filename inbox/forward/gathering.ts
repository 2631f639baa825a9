// What a forward is made of, read at one moment: the conversation, what is known of its customer, the chosen messages and files, and who it is from.
import { fileTypes } from '#policy/file-type-table.ts';
import * as channelRows from '#store/channels.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { CustomerRow } from '#store/customers.ts';
import * as agentRows from '#store/agents.ts';
import * as fileRows from '#store/files.ts';
import * as mailChannels from '#store/mail-channels.ts';
import * as messageMails from '#store/message-mails.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import type { Mailbox } from '#identity/outgoing-mail.ts';
import type { ForwardedFile, Quoted } from '#inbox/forward/composition.ts';
import type { ForwardRequest } from '#inbox/forward/request.ts';
import { readKnownIn, senderOf } from '#inbox/known-customer.ts';
import { type Known, type Matcher, matcherOf } from '#inbox/known-values.ts';

export interface Gathered {
  readonly conversation: ConversationRow;
  readonly customer: CustomerRow;
  readonly known: Known;
  readonly matcher: Matcher;
  readonly messages: readonly Quoted[];
  readonly files: readonly ForwardedFile[];
  readonly from: Mailbox | null;
}

const mediaTypes: ReadonlyMap<string, string> = new Map(fileTypes.map(({ id, mediaType }) => [id, mediaType]));

/** Undefined: one of the messages or files is not there, is no text of this conversation, or was removed. Texts alone: what agents wrote for each other stays here. */
export async function gather(brand: BrandStore, conversation: ConversationRow, { messageIds, files: wanted, details }: ForwardRequest): Promise<Gathered | undefined> {
  const [read, rows, names, mail, heads, found] = await Promise.all([
    readKnownIn(brand, conversation), messageRows.byIds(brand, messageIds), agentRows.namesById(brand), mailChannels.byId(brand, conversation.channel_id), messageMails.heads(brand, messageIds), fileRows.byIds(brand, wanted.map(({ id }) => id)),
  ]);
  if (read === undefined) return undefined;
  const chosen = [...rows.values()].filter((row) => row.conversation_id === conversation.id && row.kind === 'text' && row.redacted_at === null).toSorted((a, b) => a.seq - b.seq);
  if (chosen.length !== new Set(messageIds).size) return undefined;
  const files = wanted.flatMap((one) => {
    const file = found.find((row) => row.id === one.id && row.conversation_id === conversation.id && row.message_id !== null && row.state === 'accepted');
    return file === undefined ? [] : [{ id: file.id, name: file.name, type: (file.type_id === null ? undefined : mediaTypes.get(file.type_id)) ?? 'application/octet-stream', bytes: file.bytes ?? 0, linked: one.as === 'link' }];
  });
  if (files.length !== wanted.length) return undefined;
  const { known } = read;
  const messages = chosen.map((row): Quoted => {
    const head = heads.get(row.id);
    const name = row.author_kind === 'agent' ? (names.get(row.author_id ?? '') ?? 'An agent') : row.author_kind === 'customer' ? (read.customer.name ?? '') : '';
    return { author: row.author_kind, authorName: name, address: head === undefined || row.author_kind !== 'customer' ? null : senderOf(head.sender).address || null, subject: head?.subject ?? null, text: row.text, at: row.created_at };
  });
  const from = mail === undefined ? null : { name: mail.sender_name, address: mail.sender_address };
  return { conversation, customer: read.customer, known, matcher: matcherOf(details ? { names: [], emails: [], phones: [], externalIds: [], others: [] } : known), messages, files, from };
}

/** An address that mail comes in at: of the channel itself, or of another channel of mail. Null: nobody could answer. */
export async function replyBaseOf(brand: BrandStore, channelId: string): Promise<string | null> {
  const [mails, channels] = await Promise.all([mailChannels.all(brand), channelRows.all(brand)]);
  const on = new Set(channels.filter((channel) => channel.disabled_at === null).map(({ id }) => id));
  const usable = mails.filter((mail) => on.has(mail.channel_id) && (mail.takes_smtp === 1 || mail.imap !== null));
  const chosen = usable.find((mail) => mail.channel_id === channelId) ?? usable[0];
  const [address] = chosen === undefined ? [] : (JSON.parse(chosen.addresses) as string[]);
  return address ?? null;
}

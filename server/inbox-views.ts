// Rows as the pages of agents are told of them, for all receivers alike: what is one person's own is put in when it is sent.
import { mailsOf } from '#inbox/mail/mail-view.ts';
import { messageOf } from '#inbox/message-view.ts';
import { type Names, withWriters } from '#inbox/names.ts';
import { around, summaryOf } from '#inbox/summaries.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as conversationRows from '#store/conversations.ts';
import * as channelRows from '#store/channels.ts';
import * as customerRows from '#store/customers.ts';
import * as fileRows from '#store/files.ts';
import type { MessageRow } from '#store/messages.ts';
import type { BrandStore } from '#store/store.ts';
import type { Ready, SharedSummary } from '#server/inbox-frames.ts';

/** No agent has this id: nothing is anybody's own. */
const NOBODY = '';

/** `agents`: the names of agents and teams; `rows`: the conversations that are known already. */
export async function messagesReady(brand: BrandStore, agents: Names, messages: readonly MessageRow[], rows: readonly ConversationRow[]): Promise<Ready[]> {
  if (messages.length === 0) return [];
  const known = new Map(rows.map((row) => [row.id, row.customer_id]));
  const byMail = new Set(rows.filter((row) => row.kind === 'email').map((row) => row.id));
  const unknown = new Set(messages.map((row) => row.conversation_id).filter((id) => !known.has(id)));
  for (const row of await conversationRows.byIds(brand, [...unknown])) {
    known.set(row.id, row.customer_id);
    if (row.kind === 'email') byMail.add(row.id);
  }
  const customers = await customerRows.byIds(brand, [...new Set(messages.flatMap((row) => known.get(row.conversation_id) ?? []))]);
  const mailed = messages.filter((row) => byMail.has(row.conversation_id));
  const [names, files, mails] = await Promise.all([withWriters(brand, agents, messages), fileRows.ofMessages(brand, messages), mailed.length === 0 ? new Map() : mailsOf(brand, mailed)]);
  return messages.map((row) => ({ message: messageOf(row, { names, files, mails, customer: customers.get(known.get(row.conversation_id) ?? '') }, NOBODY), clientId: row.client_id }));
}

/** `agents`: the names of agents and teams. */
export async function summariesShared(brand: BrandStore, agents: Names, rows: readonly ConversationRow[]): Promise<SharedSummary[]> {
  if (rows.length === 0) return [];
  const channels = new Map((await channelRows.all(brand)).map((channel) => [channel.id, channel.name]));
  const about = await around(brand, rows, { ...agents, channels });
  return rows.map((row) => {
    const { readSeq: _own, ...shared } = summaryOf(row, about, 0);
    return shared;
  });
}

// The mails of notifications: one for all that is due to a person, with what they may see now and what the setting lets out.
import type { OutgoingMail } from '#identity/outgoing-mail.ts';
import { outgoing } from '#identity/post.ts';
import { newId } from '#identity/tokens.ts';
import { readKnownIn } from '#inbox/known-customer.ts';
import { matcherOf } from '#inbox/known-values.ts';
import { quietUntil } from '#inbox/notification-choice.ts';
import { type News, notificationMail } from '#inbox/notification-mail.ts';
import type { Reader } from '#inbox/notification-occasions.ts';
import { maySee } from '#inbox/sight.ts';
import * as agentRows from '#store/agents.ts';
import * as availabilityRows from '#store/availability.ts';
import * as channelRows from '#store/channels.ts';
import * as conversationRows from '#store/conversations.ts';
import * as readRows from '#store/conversation-reads.ts';
import * as customerRows from '#store/customers.ts';
import * as messageRows from '#store/messages.ts';
import * as notificationRows from '#store/notifications.ts';
import { type BrandId, type BrandStore, Conflict } from '#store/store.ts';
import type { Brand } from '#server/brands.ts';
import { type NotifyParts, readersOf } from '#server/notification-readers.ts';

/** No person gets more than one mail in this time: what happens meanwhile comes together. */
export const GATHER_MS = 5 * 60_000;
const MOST_AGENTS = 500;
const MOST_IN_MAIL = 200;
/** No mail of it is due any more. */
const LEFT_ALONE = null;

type Row = notificationRows.NotificationRow;

/** What is still worth a mail, in the order it happened: the conversation is there, open to the person, and not read meanwhile. */
async function standing(brand: BrandStore, reader: Reader, rows: readonly Row[]): Promise<{ readonly row: Row; readonly conversation: conversationRows.ConversationRow }[]> {
  const ids = [...new Set(rows.map((row) => row.conversation_id))];
  const [conversations, reads] = await Promise.all([conversationRows.byIds(brand, ids), readRows.of(brand, reader.id, ids)]);
  const byId = new Map(conversations.map((row) => [row.id, row]));
  const found = rows.flatMap((row) => {
    const conversation = byId.get(row.conversation_id);
    if (conversation === undefined || !maySee(reader.sight, conversation) || (reads.get(row.conversation_id) ?? 0) >= row.seq) return [];
    // Nobody waits any more, or waits anew.
    if (row.kind === 'waiting' && String(conversation.waiting_since) !== row.occasion) return [];
    return [{ row, conversation }];
  });
  // What happened in the same millisecond: by conversation, then by message.
  return found.toSorted((a, b) => a.row.created_at - b.row.created_at || a.conversation.number - b.conversation.number || a.row.seq - b.row.seq);
}

async function newsOf(parts: NotifyParts, brand: Brand, found: Awaited<ReturnType<typeof standing>>): Promise<{ news: News[]; open: ReadonlySet<string> }> {
  const rows = parts.store.brand(brand.id);
  const [customers, messages, channels, names] = await Promise.all([
    customerRows.byIds(rows, [...new Set(found.map(({ conversation }) => conversation.customer_id))]), messageRows.byIds(rows, found.flatMap(({ row }) => (row.message_id === null ? [] : [row.message_id]))),
    channelRows.all(rows), agentRows.namesById(rows),
  ]);
  /** Channels whose setting lets details stand in it. */
  const opened = new Set<string>();
  const news = await Promise.all(found.map(async ({ row, conversation }): Promise<News> => {
    const customer = customers.get(conversation.customer_id);
    const open = brand.policyIn(conversation.channel_id).values['mail.customer_details'];
    const told = open && customer !== undefined && customer.erased_at === null ? [customer.name, customer.email, customer.phone].filter((value) => value !== null) : [];
    if (open) opened.add(conversation.channel_id);
    const message = row.message_id === null ? undefined : messages.get(row.message_id);
    const written = message === undefined || message.kind === 'event' || message.redacted_at !== null ? null : message.text;
    const known = open ? undefined : await readKnownIn(rows, conversation);
    // Whom nobody can look up nobody can mask: then nothing that was written is told.
    const mask = known === undefined ? null : matcherOf(known.known);
    const hidden = (text: string): string => (open ? text : (mask?.mask(text) ?? ''));
    return {
      kind: row.kind, number: conversation.number, channel: hidden(channels.find(({ id }) => id === conversation.channel_id)?.name ?? ''), customer: told.length === 0 ? null : told.join(', '),
      text: written === null ? null : hidden(written), by: row.by_agent === null ? null : hidden(names.get(row.by_agent) ?? '') || null,
      minutes: Math.floor((parts.now() - (conversation.waiting_since ?? parts.now())) / 60_000), link: `${parts.config.publicUrl.origin}/b/${brand.slug}/inbox/${conversation.id}`,
    };
  }));
  return { news, open: opened };
}

/** What is due to one person: left alone, put off, or mailed. */
async function mailOne(parts: NotifyParts, brand: Brand, reader: Reader | undefined, agentId: string, here: boolean): Promise<void> {
  const rows = parts.store.brand(brand.id);
  const now = parts.now();
  const due = await notificationRows.dueOf(rows, agentId, now, MOST_IN_MAIL);
  const ids = (some: readonly Row[]): string[] => some.map(({ id }) => id);
  if (reader === undefined) return rows.note([notificationRows.postpone(rows, ids(due), LEFT_ALONE)]);
  const wanted = due.filter(({ kind }) => reader.choice.ways[kind] === 'mail' || (reader.choice.ways[kind] === 'away' && !here));
  const found = await standing(rows, reader, wanted);
  const kept = new Set(found.map(({ row }) => row.id));
  const dropped = due.filter(({ id }) => !kept.has(id));
  if (dropped.length > 0) await rows.note([notificationRows.postpone(rows, ids(dropped), LEFT_ALONE)]);
  if (found.length === 0) return;
  const before = await notificationRows.lastMailed(rows, agentId);
  const later = quietUntil(reader.choice, now) ?? (before !== null && now - before < GATHER_MS ? before + GATHER_MS : null);
  if (later !== null) return rows.note([notificationRows.postpone(rows, [...kept], later)]);
  const agent = await agentRows.byId(rows, agentId);
  if (agent === undefined) return;
  const { news, open } = await newsOf(parts, brand, found);
  const written = notificationMail(news, { brand: brand.name, name: agent.name, choices: `${parts.config.publicUrl.origin}/b/${brand.slug}/account` });
  const conversations = [...new Map(found.map(({ conversation }) => [conversation.id, conversation])).values()];
  const [only] = conversations;
  const mail: OutgoingMail = {
    kind: 'notice', from: { name: brand.name, address: parts.mail.sender.address }, to: [{ name: agent.name, address: agent.email }], ...written, agentId, details: open.size > 0, detailsOf: [...open], about: conversations.map(({ id }) => id),
    ...(conversations.length === 1 && only !== undefined ? { conversationId: only.id, channelId: only.channel_id } : {}),
  };
  const entry = { id: newId('evt'), at: now, actor: { kind: 'system', id: null }, event: 'notification.mailed', entity: { kind: 'agent', id: agentId }, facts: { notifications: found.length } } as const;
  await parts.brands.commit([rows.part({ statements: [notificationRows.mailed(rows, [...kept], now), outgoing(parts.keyring, rows, mail, now).statement], entries: [entry] })]);
}

/** Mails what is due to everybody of a brand. */
export async function mailNotifications(parts: NotifyParts, brandId: BrandId): Promise<void> {
  const rows = parts.store.brand(brandId);
  const due = await notificationRows.agentsDue(rows, parts.now(), MOST_AGENTS);
  const brand = due.length === 0 ? null : await parts.brands.byId(brandId);
  if (brand === null) return;
  const [readers, online, states] = await Promise.all([readersOf(rows), parts.presence.online(brandId), availabilityRows.all(rows)]);
  const away = new Set(states.filter(({ state }) => state === 'away').map(({ agent_id }) => agent_id));
  for (const agentId of due) {
    try {
      await mailOne(parts, brand, readers.find(({ id }) => id === agentId), agentId, online.has(agentId) && !away.has(agentId));
    } catch (error) {
      // Another node was first.
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

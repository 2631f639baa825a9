// Summaries of conversations for lists: a page of rows in a handful of queries, whoever is told.
import type { ConversationRow } from '#store/conversations.ts';
import * as readRows from '#store/conversation-reads.ts';
import * as tagRows from '#store/conversation-tags.ts';
import * as forwardRows from '#store/forwards.ts';
import * as customerRows from '#store/customers.ts';
import * as messageMails from '#store/message-mails.ts';
import type { BrandStore } from '#store/store.ts';
import { named, type Names, readNames } from '#inbox/names.ts';
import type { Summary } from '#inbox/shapes.ts';

/** What summaries of some rows need that is the same for everybody who is told. */
export interface Around {
  readonly names: Names;
  readonly customers: ReadonlyMap<string, customerRows.CustomerRow>;
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** When somebody outside answered a forward that nobody here has seen to. */
  readonly forwardReplies: ReadonlyMap<string, number>;
  readonly subjects: ReadonlyMap<string, string>;
}

export async function around(brand: BrandStore, rows: readonly ConversationRow[], known?: Names): Promise<Around> {
  const byMail = rows.filter((row) => row.kind === 'email').map((row) => row.id);
  const [names, customers, tags, forwardReplies, threads] = await Promise.all([
    known ?? readNames(brand), customerRows.byIds(brand, [...new Set(rows.map((row) => row.customer_id))]), tagRows.of(brand, rows.map((row) => row.id)), forwardRows.unseenOf(brand, rows.map((row) => row.id)),
    messageMails.threads(brand, byMail),
  ]);
  return { names, customers, tags, forwardReplies, subjects: new Map([...threads].map(([id, { subject }]) => [id, subject])) };
}

/** One row as a person who has read up to `readSeq` is told of it. */
export function summaryOf(row: ConversationRow, { names, customers, tags, forwardReplies, subjects }: Around, readSeq: number): Summary {
  const customer = customers.get(row.customer_id);
  return {
    id: row.id,
    number: row.number,
    channel: { id: row.channel_id, name: names.channels.get(row.channel_id) ?? row.channel_id },
    kind: row.kind,
    subject: subjects.get(row.id) ?? null,
    customer: { id: row.customer_id, name: customer?.name ?? null, verifiedBy: customer?.verified_by ?? null, erased: (customer?.erased_at ?? null) !== null },
    status: row.status,
    assignee: named(names.agents, row.assignee_id),
    team: named(names.teams, row.team_id),
    tags: tags.get(row.id) ?? [],
    preview: row.preview,
    lastAuthor: row.last_author,
    lastSeq: row.last_seq,
    readSeq,
    lastMessageAt: row.last_message_at,
    waitingSince: row.waiting_since,
    held: row.hold_at !== null,
    forwardReplyAt: forwardReplies.get(row.id) ?? null,
    feed: row.feed,
  };
}

/** The rows in their order, as this person is told of them. Who may be told is judged before. */
export async function summariesOf(brand: BrandStore, rows: readonly ConversationRow[], agentId: string, known?: Names): Promise<Summary[]> {
  if (rows.length === 0) return [];
  const [about, reads] = await Promise.all([around(brand, rows, known), readRows.of(brand, agentId, rows.map((row) => row.id))]);
  return rows.map((row) => summaryOf(row, about, reads.get(row.id) ?? 0));
}

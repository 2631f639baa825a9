// Conversations: one thread each between a customer and the brand, with its state and where it stands in the feed.
import type { Compilable, Expression, ExpressionBuilder, SqlBool, UpdateQueryBuilder, UpdateResult } from 'kysely';
import { standing } from '#store/feed.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';
import { reading, type Template, writing } from '#store/template.ts';

export type ConversationRow = BrandTables['conversations'];
export type Status = ConversationRow['status'];
type Update = UpdateQueryBuilder<BrandTables, 'conversations', 'conversations', UpdateResult>;

/** Every one that changed after `feed`, in that order. */
export function since(brand: BrandStore, feed: number, most: number): Promise<ConversationRow[]> {
  return brand.allOf(changed, { feed, most });
}

const changed = reading<{ feed: number; most: number }, ConversationRow>((q, { feed, most }) => q.selectFrom('conversations').selectAll().where('feed', '>', feed).orderBy('feed').limit(most));

export function byId(brand: BrandStore, id: string): Promise<ConversationRow | undefined> {
  return brand.allOf(ofId, { id }).then(([row]) => row);
}

const ofId = reading<{ id: string }, ConversationRow>((q, { id }) => q.selectFrom('conversations').selectAll().where('id', '=', id));

export async function byIds(brand: BrandStore, ids: readonly string[]): Promise<ConversationRow[]> {
  return ids.length === 0 ? [] : brand.all(brand.q.selectFrom('conversations').selectAll().where('id', 'in', ids));
}

/** By the short number that people say. */
export function byNumber(brand: BrandStore, number: number): Promise<ConversationRow | undefined> {
  return brand.one(brand.q.selectFrom('conversations').selectAll().where('number', '=', number));
}

/** Those whose customer has waited since between the two instants, the longest first. */
export function waitingBetween(brand: BrandStore, from: number, to: number, most: number): Promise<ConversationRow[]> {
  return brand.all(brand.q.selectFrom('conversations').selectAll().where('waiting_since', '>', from).where('waiting_since', '<=', to).orderBy('waiting_since').limit(most));
}

/** All of one customer, the newest first. */
export async function ofCustomer(brand: BrandStore, customerId: string): Promise<ConversationRow[]> {
  // Put in order here: asked to, SQLite would walk all conversations by their numbers.
  const rows = await brand.allOf(theirs, { customerId });
  return rows.sort((a, b) => b.number - a.number);
}

const theirs = reading<{ customerId: string }, ConversationRow>((q, { customerId }) => q.selectFrom('conversations').selectAll().where('customer_id', '=', customerId));

/** One that begins with its first message. Another open chat of the same customer in the channel is a conflict `conversation.open_chat`. */
export function begin(brand: BrandStore, row: Omit<ConversationRow, 'number' | 'last_seq' | 'feed' | 'hold_at' | 'hold_by' | 'hold_reason'>): Statement {
  const query = brand.q.insertInto('conversations').values((eb) => ({
    ...row, hold_at: null, hold_by: null, hold_reason: null, last_seq: 1, number: standing(eb, 'conversation'), feed: standing(eb, 'feed'),
  }));
  return brand.write(query, { expect: 1, otherwise: 'conversation.open_chat' });
}

/** What a message changes of its conversation beside the count. `waiting`: null ends the wait, a number (ms) begins one where none is. */
export interface Counted {
  readonly said?: Pick<ConversationRow, 'preview' | 'last_author' | 'last_message_at'>;
  readonly waiting?: number | null;
  /** A solved or pending conversation is opened again, at this instant (ms). */
  readonly reopenedAt?: number;
}

/** What was judged of a conversation before something is written to it. */
export type Judged = Pick<ConversationRow, 'id' | 'status' | 'assignee_id' | 'team_id'>;

/** Counts a message: after `feed.advance`, before it is written. One that is archived, gone, or elsewhere than judged is a conflict `conversation.changed`. */
export function count(brand: BrandStore, id: string, { said, waiting, reopenedAt }: Counted, judged?: Judged): Statement {
  if (said !== undefined && typeof waiting === 'number' && reopenedAt === undefined && judged !== undefined) return countUsual(brand, said, waiting, judged);
  let query = brand.q.updateTable('conversations').set((eb) => ({
    ...said,
    ...(waiting === undefined ? {} : { waiting_since: waiting === null ? null : eb.fn.coalesce('waiting_since', eb.val(waiting)) }),
    ...(reopenedAt === undefined ? {} : { status: 'open' as const, status_at: eb.case().when('status', '=', 'open').then(eb.ref('status_at')).else(reopenedAt).end() }),
    last_seq: eb('last_seq', '+', 1),
    feed: standing(eb, 'feed'),
  })).where('id', '=', id).where('status', '<>', 'archived');
  if (judged !== undefined) query = asJudged(query, judged);
  return brand.write(query, { expect: 1, otherwise: 'conversation.changed' });
}

type Usual = Counted['said'] & { readonly id: string; readonly status: Status; readonly waiting: number; readonly assignee: string; readonly team: string };
/** What nearly every message of a customer does: built once for each of four kinds, by whether somebody and whether a team is named. */
const usual = new Map<string, Template<Usual & Record<string, string | number>, Compilable<UpdateResult>>>();

function countUsual(brand: BrandStore, { preview, last_author, last_message_at }: NonNullable<Counted['said']>, waiting: number, { id, status, assignee_id: assignee, team_id: team }: Judged): Statement {
  const which = `${assignee === null ? '-' : 'a'}${team === null ? '-' : 't'}`;
  const known = usual.get(which) ?? writing<Usual & Record<string, string | number>>((q, blank) => asJudged(
    q.updateTable('conversations').set((eb) => ({
      preview: blank.preview, last_author: blank.last_author, last_message_at: blank.last_message_at, waiting_since: eb.fn.coalesce('waiting_since', eb.val(blank.waiting)), last_seq: eb('last_seq', '+', 1), feed: standing(eb, 'feed'),
    })).where('status', '<>', 'archived'),
    { id: blank.id, status: blank.status, assignee_id: assignee === null ? null : blank.assignee, team_id: team === null ? null : blank.team },
  )) as Template<Usual & Record<string, string | number>, Compilable<UpdateResult>>;
  usual.set(which, known);
  return brand.writeOf(known, { id, status, preview, last_author, last_message_at, waiting, assignee: assignee ?? '', team: team ?? '' }, { expect: 1, otherwise: 'conversation.changed' });
}

/** Counts an event, also of an archived conversation, which is as it was judged; else a conflict `conversation.changed`. */
export function countEvent(brand: BrandStore, judged: Judged): Statement {
  const query = brand.q.updateTable('conversations').set((eb) => ({ last_seq: eb('last_seq', '+', 1), feed: standing(eb, 'feed') }));
  return brand.write(asJudged(query, judged), { expect: 1, otherwise: 'conversation.changed' });
}

function asJudged(query: Update, { id, status, assignee_id: assignee, team_id: team }: Judged): Update {
  const same = query.where('id', '=', id).where('status', '=', status);
  const held = assignee === null ? same.where('assignee_id', 'is', null) : same.where('assignee_id', '=', assignee);
  return team === null ? held.where('team_id', 'is', null) : held.where('team_id', '=', team);
}

/** What agents change of a conversation. */
export type State = Pick<ConversationRow, 'status' | 'status_at' | 'assignee_id' | 'team_id' | 'waiting_since'>;

/**
 * New state in the place of what was judged; counts no event. Changed meanwhile: a conflict `conversation.changed`. Another chat of the
 * customer is open (the unique index): a conflict `conversation.open_chat`.
 */
export function change(brand: BrandStore, judged: Judged, state: Partial<State>): Statement[] {
  const { status, ...others } = state;
  const first = brand.q.updateTable('conversations').set((eb) => ({ ...others, feed: standing(eb, 'feed') }));
  const statements = [brand.write(asJudged(first, judged), { expect: 1, otherwise: 'conversation.changed' })];
  // Apart, so that a broken index says which one it was.
  if (status !== undefined) statements.push(brand.write(brand.q.updateTable('conversations').set({ status }).where('id', '=', judged.id), { expect: 1, otherwise: 'conversation.open_chat' }));
  return statements;
}

/** Touches a conversation whose customer or tags changed, so that followers see it. */
export function touch(brand: BrandStore, ids: readonly string[]): Statement {
  return brand.write(brand.q.updateTable('conversations').set((eb) => ({ feed: standing(eb, 'feed') })).where('id', 'in', ids), { expect: ids.length, otherwise: 'conversation.changed' });
}

/** Which conversations are looked for. Times in ms. */
export interface Looked {
  readonly statuses: readonly Status[];
  /** null: assigned to nobody. */
  readonly assigneeId?: string | null | undefined;
  readonly teamId?: string | undefined;
  readonly tagKey?: string | undefined;
  readonly channelId?: string | undefined;
  /** Teams whose conversations are hidden but from their assignee. */
  readonly hidden: { readonly teams: readonly string[]; readonly exceptAssignee: string };
  /** What is due by retention: channels and the instants of `retentionEnds`. */
  readonly due: readonly { readonly channels: readonly string[]; readonly ends: { readonly open: number | null; readonly solved: number | null; readonly archived: number | null } }[];
  /** The last of the page before. */
  readonly after?: { readonly at: number; readonly id: string } | undefined;
  readonly limit: number;
}

type Builder = ExpressionBuilder<BrandTables, 'conversations'>;

function conditions(eb: Builder, looked: Omit<Looked, 'statuses' | 'limit'>, status: Status): Expression<SqlBool> {
  const { assigneeId, teamId, tagKey, channelId, hidden, due, after } = looked;
  const all: Expression<SqlBool>[] = [eb('conversations.status', '=', status)];
  if (assigneeId === null) all.push(eb('conversations.assignee_id', 'is', null));
  else if (assigneeId !== undefined) all.push(eb('conversations.assignee_id', '=', assigneeId));
  if (teamId !== undefined) all.push(eb('conversations.team_id', '=', teamId));
  // Inside a function, so that no index of channels is entered by: it would put a fifth of everything in order for one page.
  if (channelId !== undefined) all.push(eb(eb.fn.coalesce('conversations.channel_id', eb.val('')), '=', channelId));
  if (tagKey !== undefined) all.push(eb('conversations.id', 'in', eb.selectFrom('conversation_tags').select('conversation_tags.conversation_id').where('conversation_tags.tag_key', '=', tagKey)));
  if (hidden.teams.length > 0) all.push(eb.or([eb('conversations.team_id', 'is', null), eb('conversations.team_id', 'not in', hidden.teams), eb('conversations.assignee_id', '=', hidden.exceptAssignee)]));
  for (const { channels, ends } of due) {
    const end = status === 'solved' ? ends.solved : status === 'archived' ? ends.archived : ends.open;
    const from = status === 'solved' || status === 'archived' ? 'conversations.status_at' : 'conversations.last_message_at';
    if (end !== null) all.push(eb.or([eb('conversations.channel_id', 'not in', channels), eb('conversations.hold_at', 'is not', null), eb(from, '>', end)]));
  }
  // The first condition is the one that the index is entered by.
  if (after !== undefined) all.push(eb('conversations.last_message_at', '<=', after.at), eb.or([eb('conversations.last_message_at', '<', after.at), eb('conversations.id', '<', after.id)]));
  return eb.and(all);
}

const newestFirst = (a: ConversationRow, b: ConversationRow): number => b.last_message_at - a.last_message_at || (a.id < b.id ? 1 : -1);

/** When the last message of the conversation that is silent for longest was written, ms; null where none has one of these statuses. */
export async function oldest(brand: BrandStore, statuses: readonly Status[]): Promise<number | null> {
  const found = await Promise.all(statuses.map((status) => brand.one(brand.q.selectFrom('conversations').select((eb) => eb.fn.min<number | null>('last_message_at').as('at')).where('status', '=', status))));
  const times = found.flatMap((row) => (row?.at === null || row?.at === undefined ? [] : [Number(row.at)]));
  return times.length === 0 ? null : Math.min(...times);
}

/** The newest first. One query a status, each along its index: both engines would sort everything for several at once. */
export async function page(brand: BrandStore, { statuses, limit, ...looked }: Looked): Promise<ConversationRow[]> {
  const pages = await Promise.all(statuses.map((status) => brand.all(
    brand.q.selectFrom('conversations').selectAll().where((eb) => conditions(eb, looked, status)).orderBy('last_message_at', 'desc').orderBy('id', 'desc').limit(limit),
  )));
  return pages.flat().sort(newestFirst).slice(0, limit);
}

/** How many there are, counted up to `limit` and no further. */
export async function counted(brand: BrandStore, { statuses, limit, ...looked }: Looked): Promise<number> {
  const counts = await Promise.all(statuses.map((status) => {
    const few = brand.q.selectFrom('conversations').select('conversations.id').where((eb) => conditions(eb, looked, status)).limit(limit).as('few');
    return brand.one(brand.q.selectFrom(few).select((eb) => eb.fn.count<number>('few.id').as('n')));
  }));
  return Math.min(limit, counts.reduce((sum, row) => sum + Number(row?.n ?? 0), 0));
}

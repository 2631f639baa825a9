// The journal of decisions as stored: groups of equal ones by day, counted up by every node; and how many of them are kept.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables, JournalCounter } from '#store/tables.ts';
import { writing } from '#store/template.ts';

export type DecisionRow = BrandTables['decisions'];
export type SubjectKind = DecisionRow['subject_kind'];

/** Adds to a group, or begins it. */
export function count(brand: BrandStore, row: DecisionRow): Statement {
  return brand.writeOf(counted, { ...row }, { expect: 1 });
}

const counted = writing<DecisionRow>((q, { id, question, channel_id, subject_kind, subject_id, facts, code, version, count: times, first_at, last_at }) =>
  q.insertInto('decisions').values({ id, question, channel_id, subject_kind, subject_id, facts, code, version, count: times, first_at, last_at })
    .onConflict((oc) => oc.columns(['id']).doUpdateSet((eb) => ({ count: eb('decisions.count', '+', times), last_at, version }))));

/** Decided under this version of the policy or a later one; what a draft on stage decided has the version below zero. */
function under(brand: BrandStore, from: number) {
  const rows = brand.q.selectFrom('decisions');
  return from === 0 ? rows : rows.where((eb) => eb.or([eb('version', '>=', from), eb('version', '<=', -from)]));
}

/** The next groups by id, after this one. */
export function page(brand: BrandStore, after: string, most: number, from = 0): Promise<DecisionRow[]> {
  return brand.all(under(brand, from).selectAll().where('id', '>', after).orderBy('id').limit(most));
}

/** How many groups are kept, by the kind of whom they are about. */
export async function sizes(brand: BrandStore, from = 0): Promise<ReadonlyMap<SubjectKind, number>> {
  const rows = await brand.all(under(brand, from).select((eb) => ['subject_kind', eb.fn.countAll<number>().as('rows')]).groupBy('subject_kind'));
  return new Map(rows.map(({ subject_kind: kind, rows: n }) => [kind, Number(n)]));
}

export async function size(brand: BrandStore, from = 0): Promise<number> {
  return [...(await sizes(brand, from)).values()].reduce((sum, n) => sum + n, 0);
}

/** When the oldest group that is kept began; null while there is none. */
export async function since(brand: BrandStore, from = 0): Promise<number | null> {
  return (await brand.one(under(brand, from).select((eb) => eb.fn.min('first_at').as('at'))))?.at ?? null;
}

export const sweep = (brand: BrandStore, before: number): Statement => brand.write(brand.q.deleteFrom('decisions').where('last_at', '<', before));

/** What each key was last let in with, by one question: one row a key. */
export async function latestOfKeys(brand: BrandStore, question: string): Promise<Pick<DecisionRow, 'subject_id' | 'facts'>[]> {
  const rows = await brand.all(brand.q.selectFrom('decisions').select((eb) => ['subject_id', 'facts', eb.fn.max('last_at').as('at')])
    .where('question', '=', question).where('subject_kind', '=', 'key').where('code', 'is', null).groupBy(['subject_id', 'facts']));
  const last = new Map<string | null, (typeof rows)[number]>();
  for (const row of rows) if (row.at > (last.get(row.subject_id)?.at ?? -1)) last.set(row.subject_id, row);
  return [...last.values()];
}

/** Whose decisions of one question are meant: of a draft on stage or of what is saved, under this version or a later one, until lately. */
export interface Lately {
  readonly question: string;
  readonly staged: boolean;
  readonly from: number;
  readonly since: number;
}

function ofOwn(brand: BrandStore, { question, staged, from, since: moment }: Lately) {
  return brand.q.selectFrom('decisions').where('question', '=', question).where('last_at', '>=', moment).where('subject_kind', 'in', ['agent', 'key'])
    .where('version', staged ? '<=' : '>=', staged ? -from : from);
}

/** How many different agents and keys were judged. */
export async function ownMet(brand: BrandStore, lately: Lately): Promise<number> {
  return (await brand.all(ofOwn(brand, lately).select(['subject_kind', 'subject_id']).groupBy(['subject_kind', 'subject_id']))).length;
}

/** What of them was refused. */
export function ownRefused(brand: BrandStore, lately: Lately, most: number): Promise<Pick<DecisionRow, 'subject_id' | 'channel_id' | 'facts'>[]> {
  return brand.all(ofOwn(brand, lately).select(['subject_id', 'channel_id', 'facts']).where('code', 'is not', null).orderBy('last_at', 'desc').limit(most));
}

/** Drops the groups of these kinds from this id on: a fair part of them. */
export const dropFrom = (brand: BrandStore, kinds: readonly SubjectKind[], id: string): Statement => brand.write(brand.q.deleteFrom('decisions').where('subject_kind', 'in', kinds).where('id', '>=', id));

/** What was decided about somebody who is erased. */
export const forget = (brand: BrandStore, subjectId: string): Statement => brand.write(brand.q.deleteFrom('decisions').where('subject_id', '=', subjectId));

/** Forwards that were judged with one of these addresses in them, in whichever case it was typed. */
export function forgetMails(brand: BrandStore, addresses: readonly string[]): Statement[] {
  return addresses.map((address) => {
    const typed = `%${JSON.stringify(address.toLowerCase()).slice(1, -1).replace(/[%\\_]/g, '_')}%`;
    return brand.write(brand.q.deleteFrom('decisions').where('question', '=', 'outbound-mail').where((eb) => eb(eb.fn<string>('lower', ['facts']), 'like', typed)));
  });
}

/** What was noted of customers meanwhile who are erased, or gone: it was under way on some node when they went. */
export function forgetGone(brand: BrandStore): Statement {
  // Looked up one by one: a brand may have far more customers than its journal has groups.
  return brand.write(brand.q.deleteFrom('decisions').where('subject_kind', '=', 'customer').where(({ exists, not, selectFrom }) =>
    not(exists(selectFrom('customers').select('customers.id').whereRef('customers.id', '=', 'decisions.subject_id').where('customers.erased_at', 'is', null)))));
}

/** Which of these customers are still there and not erased. */
export async function present(brand: BrandStore, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await brand.all(brand.q.selectFrom('customers').select('id').where('id', 'in', ids).where('erased_at', 'is', null));
  return new Set(rows.map(({ id }) => id));
}

/** One group of 2^level is kept. */
export async function level(brand: BrandStore, room: JournalCounter): Promise<number> {
  return (await brand.one(brand.q.selectFrom('counters').select('value').where('name', '=', room)))?.value ?? 0;
}

export function setLevel(brand: BrandStore, room: JournalCounter, value: number): Statement {
  return brand.write(brand.q.insertInto('counters').values({ name: room, value }).onConflict((oc) => oc.columns(['name']).doUpdateSet({ value })), { expect: 1 });
}

// The card of a customer: what is known of them and the conversations one may see, and what an agent writes on it.
import { isRecord, fault, type Fault, shown } from '#policy/fault.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { endedWhile } from '#identity/actor.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import { parsePhone } from '#identity/phone.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import type { CustomerFields, CustomerRow } from '#store/customers.ts';
import { advance } from '#store/feed.ts';
import { type BrandId, type BrandStore, Conflict } from '#store/store.ts';
import { type Actor, type DeskParts, TRIES } from '#inbox/agent-message.ts';
import { type Detail, originsText, readOrigins, stands } from '#inbox/customer-origins.ts';
import { headsAnew } from '#inbox/head-text.ts';
import type { Card, CustomerField } from '#inbox/shapes.ts';
import { isKept, maySee, sightOf } from '#inbox/sight.ts';

/** What a customer is called where nothing better is known. */
export const customerName = (customer: Pick<CustomerRow, 'name' | 'erased_at'> | undefined): string =>
  customer === undefined || customer.erased_at !== null ? 'Erased customer' : (customer.name ?? 'Customer');

/** The fields of a row as they were stored; what is none is left out. */
export function readFields(json: string): CustomerField[] {
  const list: unknown = JSON.parse(json);
  return !Array.isArray(list) ? [] : list.filter(isRecord).map(({ name, value, personal }) => ({ name: String(name), value: String(value), personal: personal !== false }));
}

const MOST_SHOWN = 50;

/** What tickets have proven of this kind. */
function provenValues(customer: CustomerRow, identities: readonly { readonly kind: string; readonly value: string }[], kind: Detail): string[] {
  const told = readOrigins(customer).ticket[kind];
  return [...(told === undefined ? [] : [told]), ...identities.filter((one) => one.kind === kind).map(({ value }) => value)];
}

/** The card, with the conversations that this person may see; undefined when they may see none: then the customer is not theirs to see either. */
export async function readCard(brand: BrandStore, actor: Pick<Actor, 'id' | 'admin' | 'policyIn'>, customerId: string, now: number): Promise<Card | undefined> {
  const [customer, identities, rows, sight] = await Promise.all([customerRows.byId(brand, customerId), customerRows.provenOf(brand, customerId), conversationRows.ofCustomer(brand, customerId), sightOf(brand, actor)]);
  const seen = rows.filter((row) => maySee(sight, row) && isKept(actor.policyIn, row, now));
  // One who has none yet was made by a program: whoever sees everything sees them.
  if (customer === undefined || (seen.length === 0 && !(actor.admin && rows.length === 0))) return undefined;
  const proven = (['name', 'email', 'phone'] as const).filter((kind) => provenValues(customer, identities, kind).some((value) => stands(kind, customer[kind], value)));
  return {
    id: customer.id, name: customer.name, email: customer.email, phone: customer.phone, externalId: customer.external_id, fields: readFields(customer.fields), verifiedBy: customer.verified_by,
    createdAt: customer.created_at, lastSeenAt: customer.last_seen_at, erasedAt: customer.erased_at,
    proven: [...proven, ...(customer.external_id === null ? [] : ['externalId' as const])],
    conversations: seen.slice(0, MOST_SHOWN).map((row) => ({ id: row.id, number: row.number, status: row.status, preview: row.preview, lastMessageAt: row.last_message_at })),
  };
}

/** As given: what is undefined was not given. */
export interface GivenCustomer {
  readonly name?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly fields?: readonly CustomerField[];
}

const LONGEST_NAME = 120;
const MOST_FIELDS = 30;
const LONGEST = { name: 60, value: 500 } as const;

const blank = (text: string | null): boolean => text === null || text.trim() === '';

function fieldFaults(fields: readonly CustomerField[]): Fault[] {
  if (fields.length > MOST_FIELDS) return [fault('fields', 'fields.too_many', 'A customer', `have at most ${MOST_FIELDS} fields`, String(fields.length))];
  return fields.flatMap((field, at) => (['name', 'value'] as const).flatMap((part) => {
    const path = `fields/${at}/${part}`;
    if (part === 'name' && blank(field.name)) return [fault(path, 'text.empty', 'The name of a field', 'say what it is', 'be empty')];
    const length = [...field[part]].length;
    return length > LONGEST[part] ? [fault(path, 'text.too_long', `The ${part} of a field`, `have at most ${LONGEST[part]} characters`, String(length))] : [];
  }));
}

/** What was given in the form it is kept, and everything that is wrong with it. Names and fields are kept to the letter. */
export function readGiven({ name, email, phone, fields }: GivenCustomer): { set: Partial<CustomerFields>; faults: Fault[] } {
  const faults: Fault[] = [];
  const set: Partial<CustomerFields> = {};
  if (name !== undefined) {
    if (name !== null && [...name].length > LONGEST_NAME) faults.push(fault('name', 'text.too_long', 'The name', `have at most ${LONGEST_NAME} characters`, String([...name].length)));
    set.name = blank(name) ? null : name;
  }
  if (email !== undefined) {
    const read = blank(email) ? null : parseEmailAddress(email);
    if (read?.ok === false) faults.push({ path: 'email', code: read.code, message: read.sentence });
    set.email = read?.ok === true ? read.value.address : null;
  }
  if (phone !== undefined) {
    const read = blank(phone) ? null : parsePhone(phone);
    if (read?.ok === false) faults.push({ path: 'phone', code: read.code, message: read.sentence });
    set.phone = read?.ok === true ? read.value : null;
  }
  if (fields !== undefined) {
    faults.push(...fieldFaults(fields));
    set.fields = JSON.stringify(fields.map(({ name: label, value, personal }) => ({ name: label, value, personal })));
  }
  return { set, faults };
}

export type CustomerChanged = { readonly ok: true } | { readonly ok: false; readonly denial: Denial } | { readonly ok: false; readonly faults: readonly Fault[] };
const NOT_FOUND = { ok: false, denial: deny('customer.not_found', null, {}) } as const;

/** Writes on a card. What a ticket has proven stands as it is: it would read as proven afterwards too. */
export async function changeCustomer(parts: DeskParts, brandId: BrandId, actor: Actor, customerId: string, given: GivenCustomer): Promise<CustomerChanged> {
  const brand = parts.store.brand(brandId);
  for (let tried = 1; ; tried += 1) {
    const now = parts.now();
    const [card, customer, proven] = await Promise.all([readCard(brand, actor, customerId, now), customerRows.byId(brand, customerId), customerRows.provenOf(brand, customerId)]);
    if (card === undefined || customer === undefined) return NOT_FOUND;
    if (customer.erased_at !== null) return { ok: false, denial: deny('customer.erased', null, { customer: customerId }) };
    const { set, faults } = readGiven(given);
    for (const kind of ['email', 'phone'] as const) {
      const moves = set[kind] !== undefined && set[kind] !== customer[kind];
      const values = provenValues(customer, proven, kind);
      // It may be corrected to what is proven.
      if (moves && values.length > 0 && !values.some((value) => stands(kind, set[kind] ?? null, value))) faults.push(fault(kind, 'customer.proven', `The ${kind}`, 'stay what the customer’s site has proven', shown(given[kind])));
    }
    if (faults.length > 0) return { ok: false, faults };
    const what = (Object.keys(set) as (keyof CustomerFields)[]).filter((name) => set[name] !== customer[name]);
    if (what.length === 0) return { ok: true };
    const known = readOrigins(customer);
    const { name = known.agent.name ?? null, email = known.agent.email ?? null, phone = known.agent.phone ?? null } = set;
    const origins = originsText({ ...known, agent: { name, email, phone } });
    const after = { ...customer, ...set };
    const entry = { id: newId('evt'), at: now, actor, event: 'customer.changed', entity: { kind: 'customer', id: customerId }, facts: { what: what.join(', ') } } as const;
    const statements = [advance(brand), actor.still(brand), customerRows.change(brand, customer, { ...set, origins }), ...(await headsAnew(brand, customerId, after))];
    try {
      await parts.commit([brand.part({ statements, entries: [entry], bumps: ['inbox'] })]);
      return { ok: true };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const ended = endedWhile(error.code);
      if (ended !== undefined) return { ok: false, denial: deny(ended, null, {}) };
      if (!['customer.changed', 'conversation.changed'].includes(error.code) || tried === TRIES) throw error;
    }
  }
}

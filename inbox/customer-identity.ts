// Which customer a ticket speaks of. It joins only history that was verified by the same kind of identifier; a conflict never merges.
import { createHash } from 'node:crypto';
import * as customerRows from '#store/customers.ts';
import * as identityRows from '#store/customer-identities.ts';
import { advance } from '#store/feed.ts';
import { type BrandStore, Conflict, type Statement } from '#store/store.ts';
import type { IdentifierKind, TicketCustomer } from '#identity/ticket-claims.ts';
import { newId } from '#identity/tokens.ts';
import { originsText, readOrigins, stands } from '#inbox/customer-origins.ts';
import { headsAnew } from '#inbox/head-text.ts';

/** Whom the ticket speaks of, and what writes it down. */
export interface Identified {
  readonly customerId: string;
  /** The kind of identifier they were found by, or are new by. */
  readonly verifiedBy: IdentifierKind;
  /** As it stands once the unit is made. */
  readonly name: string | null;
  readonly made: boolean;
  /** Identifiers of the ticket that are somebody else's: left alone. */
  readonly conflicts: readonly IdentifierKind[];
  /** First in the unit of the chat session. A conflict of `LOOK_AGAIN`: look again. */
  readonly statements: readonly Statement[];
  /** The unit's bumps: the inbox goes on when it shows the customer otherwise than before. */
  readonly bumps: readonly 'inbox'[];
}

/** Somebody else wrote about the same customer meanwhile. */
export const LOOK_AGAIN: ReadonlySet<string> = new Set(['identity.taken', 'customer.changed', 'customer.erased', 'conversation.changed', 'ticket.ended']);

/** What a sign-out by the site is remembered by, in one channel or (null) in all. */
export const signOutHash = ({ kind, value }: identityRows.Identifier, channelId: string | null): string => createHash('sha256').update(`${channelId ?? '*'}\n${kind}\n${value}`).digest('hex');

/** What a ticket names its customer by, the strongest first. */
export function identifiersOf(ticket: TicketCustomer): identityRows.Identifier[] {
  const all = [{ kind: 'external_id', value: ticket.externalId }, { kind: 'email', value: ticket.emailKey }, { kind: 'phone', value: ticket.phone }] as const;
  return all.flatMap(({ kind, value }) => (value === null ? [] : [{ kind, value }]));
}

/**
 * The customer of a ticket: whoever was verified by its strongest identifier (external id, else email address, else phone number), else
 * somebody new. What it names beside that is a proven detail of them and no key: who has only the address does not read what the external
 * id opened. An erased customer has no identifiers any more, and so is not found.
 * @param at ms
 */
export async function customerOfTicket(brand: BrandStore, ticket: TicketCustomer, at: number): Promise<Identified> {
  const identifiers = identifiersOf(ticket);
  const [key, ...beside] = identifiers;
  if (key === undefined) throw new Error('A ticket without an identifier reached the customers.');
  const rows = await identityRows.owners(brand, identifiers);
  const ownerOf = ({ kind, value }: identityRows.Identifier): string | undefined => rows.find((row) => row.kind === kind && row.value === value)?.customer_id;
  const owner = ownerOf(key);
  const present = owner === undefined ? undefined : await customerRows.byId(brand, owner);
  if (owner !== undefined && (present === undefined || present.erased_at !== null)) throw new Conflict('identity.taken');
  // Somebody may hold it beside a stronger identifier: their history was verified by that one.
  const joins = present !== undefined && present.verified_by === key.kind;
  const customerId = joins ? present.id : newId('cus');

  const conflicts = beside.filter((one) => (ownerOf(one) ?? customerId) !== customerId).map(({ kind }) => kind);
  // Somebody else's address or number is not written into this customer's card either: an agent would take it for theirs.
  const mine = (kind: IdentifierKind, value: string | null): string | null => (conflicts.includes(kind) ? null : value);
  const told = { name: ticket.name, email: mine('email', ticket.email), phone: mine('phone', ticket.phone) };

  if (!joins) {
    const held = present === undefined ? identityRows.insert(brand, { ...key, customer_id: customerId, verified_at: at }) : identityRows.move(brand, key, present.id, customerId, at);
    const origins = originsText({ ticket: told, agent: {} });
    const row = { id: customerId, ...told, external_id: ticket.externalId, fields: '[]', verified_by: key.kind, created_at: at, last_seen_at: at, erased_at: null, erased_by: null, origins };
    return { customerId, verifiedBy: key.kind, name: told.name, made: true, conflicts, statements: [customerRows.insert(brand, row), held], bumps: [] };
  }
  const known = { customerId, verifiedBy: key.kind, made: false, conflicts };
  const origins = readOrigins(present);
  const proven = { ...origins.ticket };
  const fields: Partial<Record<'name' | 'email' | 'phone', string>> = {};
  for (const column of ['name', 'email', 'phone'] as const) {
    const value = told[column];
    if (value === null) continue;
    // What an earlier ticket or an agent set stays unless the ticket says so and its key may; what the customer typed never stands against a ticket.
    const before = present[column];
    const kept = before !== null && before !== value && !ticket.override && (stands(column, before, origins.ticket[column]) || before === origins.agent[column]);
    if (kept && stands(column, before, origins.ticket[column])) continue;
    proven[column] = value;
    if (!kept && before !== value) fields[column] = value;
  }
  const text = originsText({ ...origins, ticket: proven });
  // Always in this order, so that two units never wait for each other: identifier, customer.
  const still = identityRows.stillOf(brand, key, customerId, at);
  const seen = customerRows.seen(brand, customerId, at);
  const set = { ...fields, ...(text === present.origins ? {} : { origins: text }) };
  if (Object.keys(set).length === 0) return { ...known, name: present.name, statements: [still, seen], bumps: [] };
  const after = { ...present, ...fields };
  const statements = [advance(brand), still, customerRows.change(brand, present, set), seen, ...(await headsAnew(brand, customerId, after))];
  return { ...known, name: after.name, statements, bumps: ['inbox'] };
}

/** Whose an identifier is, for the site that speaks of its customers; null for nobody. */
export async function customerBy(brand: BrandStore, identifier: identityRows.Identifier): Promise<string | null> {
  return (await identityRows.owners(brand, [identifier]))[0]?.customer_id ?? null;
}

// Which customer a ticket speaks of. It joins only history that was verified by the same kind of identifier; a conflict never merges.
import * as customerRows from '#store/customers.ts';
import * as identityRows from '#store/customer-identities.ts';
import { advance } from '#store/feed.ts';
import { type BrandStore, Conflict, type Statement } from '#store/store.ts';
import type { IdentifierKind, TicketCustomer } from '#identity/ticket-claims.ts';
import { newId } from '#identity/tokens.ts';
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
export const LOOK_AGAIN: ReadonlySet<string> = new Set(['identity.taken', 'customer.changed', 'customer.erased', 'conversation.changed']);

function identifiersOf(ticket: TicketCustomer): identityRows.Identifier[] {
  const all = [{ kind: 'external_id', value: ticket.externalId }, { kind: 'email', value: ticket.emailKey }, { kind: 'phone', value: ticket.phone }] as const;
  return all.flatMap(({ kind, value }) => (value === null ? [] : [{ kind, value }]));
}

/**
 * The customer of a ticket. With an external id: whoever has it, else somebody new, never who has its email address. Without: who has
 * its email address, else its phone number, else somebody new. Whatever else the ticket says is attached if nobody has it. An erased customer
 * has no identifiers any more, and so is not found.
 * @param at ms
 */
export async function customerOfTicket(brand: BrandStore, ticket: TicketCustomer, at: number): Promise<Identified> {
  const identifiers = identifiersOf(ticket);
  const rows = await identityRows.owners(brand, identifiers);
  const ownerOf = ({ kind, value }: identityRows.Identifier): string | undefined => rows.find((row) => row.kind === kind && row.value === value)?.customer_id;

  const first = identifiers[0];
  if (first === undefined) throw new Error('A ticket without an identifier reached the customers.');
  const found = ticket.externalId !== null ? [first] : identifiers;
  const by = found.find((one) => ownerOf(one) !== undefined);
  const customerId = by === undefined ? newId('cus') : (ownerOf(by) as string);

  const free = identifiers.filter((one) => ownerOf(one) === undefined);
  const conflicts = identifiers.filter((one) => (ownerOf(one) ?? customerId) !== customerId).map(({ kind }) => kind);
  // Somebody else's address or number is not written into this customer's card either: an agent would take it for theirs.
  const mine = (kind: IdentifierKind, value: string | null): string | null => (conflicts.includes(kind) ? null : value);
  const told = { name: ticket.name, email: mine('email', ticket.email), phone: mine('phone', ticket.phone) };

  const attaching = free.map(({ kind, value }) => identityRows.insert(brand, { kind, value, customer_id: customerId, verified_at: at }));
  if (by === undefined) {
    const row = { id: customerId, ...told, external_id: ticket.externalId, fields: '[]', verified_by: first.kind, created_at: at, last_seen_at: at, erased_at: null, erased_by: null };
    return { customerId, verifiedBy: first.kind, name: told.name, made: true, conflicts, statements: [customerRows.insert(brand, row), ...attaching], bumps: [] };
  }
  const present = await customerRows.byId(brand, customerId);
  if (present === undefined || present.erased_at !== null) throw new Conflict('identity.taken');
  const known = { customerId, verifiedBy: by.kind, made: false, conflicts };
  // Always in this order, so that two units never wait for each other: identifier, customer, further identifiers.
  const still = identityRows.stillOf(brand, by, customerId, at);
  const proven = [customerRows.seen(brand, customerId, at), ...attaching];
  // Into empty fields, or over what stood there where the ticket says so and its key may.
  const columns = (['name', 'email', 'phone'] as const).filter((column) => told[column] !== null && told[column] !== present[column] && (ticket.override || present[column] === null));
  if (columns.length === 0) return { ...known, name: present.name, statements: [still, ...proven], bumps: [] };
  const fields = Object.fromEntries(columns.map((column) => [column, told[column]]));
  const after = { ...present, ...fields };
  const statements = [advance(brand), still, customerRows.change(brand, present, fields), ...proven, ...(await headsAnew(brand, customerId, after))];
  return { ...known, name: after.name, statements, bumps: ['inbox'] };
}

/** Whose an identifier is, for the site that speaks of its customers; null for nobody. */
export async function customerBy(brand: BrandStore, identifier: identityRows.Identifier): Promise<string | null> {
  return (await identityRows.owners(brand, [identifier]))[0]?.customer_id ?? null;
}

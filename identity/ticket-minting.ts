// Tickets that the API mints for a site: a secret shown once, kept as its hash, and what it says sealed.
import { ticketDeadAt } from '#policy/decide/ticket.ts';
import type { Policy } from '#policy/effective.ts';
import * as ticketRows from '#store/tickets.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { IDENTIFIERS, type TicketCustomer } from '#identity/ticket-claims.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';

export interface Minting {
  readonly channelId: string;
  readonly customer: TicketCustomer;
  /** The API key it is minted with. */
  readonly keyId: string;
  /** Of the channel. */
  readonly policy: Policy;
  /** ms */
  readonly now: number;
  readonly address: string | null;
}

export interface Minted {
  /** `tkt_<brand id>.<256-bit secret>`. Kept nowhere. */
  readonly text: string;
  readonly expiresAt: number;
  readonly statement: Statement;
  readonly entry: Entry;
}

const MINTED = /^tkt_(b[0-9a-z]{12})\.([A-Za-z0-9_-]{43})$/;
const ownerOf = (id: string): string => `tickets/${id}`;
const given = (customer: TicketCustomer): string[] => IDENTIFIERS.filter((kind) => ({ external_id: customer.externalId, email: customer.email, phone: customer.phone })[kind] !== null);

export const looksMinted = (text: string): boolean => text.startsWith('tkt_');

/** The brand and the hash of a minted ticket; undefined for what cannot be one. */
export function readMinted(text: string): { readonly brandId: string; readonly hash: Uint8Array } | undefined {
  const parsed = MINTED.exec(text);
  return parsed === null ? undefined : { brandId: parsed[1] as string, hash: tokenHash(text) };
}

/** Mints a ticket. Its row tells which identifiers it has, never what they are. */
export function mintTicket(keyring: Keyring, brand: BrandStore, minting: Minting): Minted {
  const { channelId, customer, keyId, policy, now, address } = minting;
  const id = newId('tkt');
  const text = `tkt_${brand.id}.${newToken().text}`;
  const expiresAt = ticketDeadAt(policy, { issuedAt: now, expiresAt: Infinity });
  const sealed = keyring.seal(JSON.stringify(customer), ownerOf(id));
  const row = { id, channel_id: channelId, token_hash: tokenHash(text), sealed, key_id: keyId, issued_at: now, expires_at: expiresAt, one_time: customer.oneTime ? 1 : 0, used_at: null };
  const facts = { channel: channelId, by: given(customer), oneTime: customer.oneTime, override: customer.override, address };
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'key', id: keyId }, event: 'ticket.minted', entity: { kind: 'ticket', id }, facts };
  return { text, expiresAt, statement: ticketRows.insert(brand, row), entry };
}

/** What a minted ticket says. */
export function openMinted(keyring: Keyring, row: Pick<ticketRows.TicketRow, 'id' | 'sealed'>): TicketCustomer {
  return JSON.parse(Buffer.from(keyring.open(row.sealed, ownerOf(row.id))).toString('utf8')) as TicketCustomer;
}

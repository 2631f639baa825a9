// A ticket at the chat door: judged, and turned into the customer it speaks of and the statements that use it up.
import { createHash } from 'node:crypto';
import { decideTicket, type TicketFacts, ticketForgottenAt } from '#policy/decide/ticket.ts';
import { type Decision, type Denial, type DenialCode, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as channelKeyRows from '#store/channel-keys.ts';
import * as ticketRows from '#store/tickets.ts';
import { type BrandId, type BrandStore, Conflict, type Entry, type Statement, type Store } from '#store/store.ts';
import { customerOfTicket, identifiersOf, LOOK_AGAIN, signOutHash } from '#inbox/customer-identity.ts';
import type { Keyring } from '#identity/keyring.ts';
import { type IdentifierKind, readSignedClaims, type TicketCustomer } from '#identity/ticket-claims.ts';
import { gateTicket } from '#identity/ticket-gate.ts';
import { looksMinted, openMinted, readMinted } from '#identity/ticket-minting.ts';
import { signedBy } from '#identity/ticket-token.ts';
import { newId } from '#identity/tokens.ts';

export interface TicketParts {
  readonly store: Store;
  readonly keyring: Keyring;
}

export interface TicketAsked {
  readonly brandId: BrandId;
  readonly channelId: string;
  /** As the customer's page gave it. It stands in no row, log or answer. */
  readonly ticket: string;
  /** Of the channel: `brand.policyIn(channelId)`. */
  readonly policy: Policy;
  /** ms */
  readonly now: number;
  /** Told from which facts its times were judged, and how. */
  readonly noted?: (facts: TicketFacts, decision: Decision) => void;
}

export interface Redeemed {
  readonly ok: true;
  readonly customerId: string;
  readonly verifiedBy: IdentifierKind;
  readonly name: string | null;
  /** The key it was signed or minted with: revoking it ends what it bought. */
  readonly keyId: string;
  /** First in the unit that begins the chat session: they stand or fall with it. Its conflicts are told apart by `redeeming`. */
  readonly statements: readonly Statement[];
  readonly entries: readonly Entry[];
  /** The unit's bumps. */
  readonly bumps: readonly 'inbox'[];
}

export interface NotRedeemed {
  readonly ok: false;
  /** `facts`: reason, kid, channel for the row; nothing that the ticket says of the customer. */
  readonly denial: Denial;
}

/** A ticket that is good: what it says, and what uses it up. */
interface Good {
  readonly customer: TicketCustomer;
  readonly using: readonly Statement[];
  /** The key it was signed or minted with. */
  readonly keyId: string;
  /** ms */
  readonly issuedAt: number;
}

/** What a site's tickets name as their audience: public, in its snippet. */
export const addressOfChannel = (brandId: BrandId, channelId: string): string => `${brandId}.${channelId}`;

type Refuse = (code: DenialCode, reason: string, more?: Readonly<Record<string, unknown>>) => Denial;

function judgeTimes({ policy, noted }: Pick<TicketAsked, 'policy' | 'noted'>, facts: TicketFacts, refuse: Refuse): Denial | null {
  const decision = decideTicket(policy, facts);
  noted?.(facts, decision);
  if (decision.allowed) return null;
  return deny(decision.code, decision.setting, { ...refuse(decision.code, 'time').facts, ...decision.facts });
}

async function judgeMinted({ keyring }: TicketParts, brand: BrandStore, asked: TicketAsked): Promise<Good | Denial> {
  const { channelId: channel, now } = asked;
  const refuse: Refuse = (code, reason, more = {}) => deny(code, null, { reason, channel, ...more });
  const read = readMinted(asked.ticket);
  if (read === undefined) return refuse('ticket.invalid', 'form');
  if (read.brandId !== brand.id) return refuse('ticket.foreign', 'other_brand');
  const row = await ticketRows.byTokenHash(brand, read.hash);
  if (row === undefined) return refuse('ticket.invalid', 'unknown');
  const named: Refuse = (code, reason, more = {}) => refuse(code, reason, { ticket: row.id, kid: row.key_id, ...more });
  if (row.channel_id !== channel) return named('ticket.foreign', 'other_channel');
  const key = await apiKeyRows.byId(brand, row.key_id);
  if (key?.revoked_at !== null) return named('ticket.invalid', 'key_revoked');
  if (key.expires_at !== null && !(now < key.expires_at)) return named('ticket.invalid', 'key_expired');
  const late = judgeTimes(asked, { now, issuedAt: row.issued_at, expiresAt: row.expires_at, notBefore: null }, named);
  if (late !== null) return late;
  if (row.one_time === 1 && row.used_at !== null) return named('ticket.replayed', 'used');
  return { customer: openMinted(keyring, row), using: row.one_time === 1 ? [ticketRows.use(brand, row.id, now)] : [], keyId: row.key_id, issuedAt: row.issued_at };
}

async function judgeSigned(brand: BrandStore, asked: TicketAsked): Promise<Good | Denial> {
  const { channelId: channel, now, ticket } = asked;
  const refuse: Refuse = (code, reason, more = {}) => deny(code, null, { reason, channel, ...more });
  const gated = gateTicket(ticket);
  if (!gated.ok) return refuse('ticket.invalid', gated.reason);
  const { kid } = gated.seen;
  const named: Refuse = (code, reason, more = {}) => refuse(code, reason, { kid, ...more });
  const read = readSignedClaims(gated.seen.claims);
  const foreign = gated.seen.claims['aud'] !== addressOfChannel(brand.id, channel);
  // Refused either way, so its word is enough to say which words the page shows.
  if (!read.ok) return foreign && typeof gated.seen.claims['aud'] === 'string' ? named('ticket.foreign', 'audience') : named('ticket.invalid', 'claim', { claim: read.claim });
  if (foreign) return named('ticket.foreign', 'audience');
  const key = await channelKeyRows.byId(brand, kid);
  if (key === undefined) return named('ticket.invalid', 'key_unknown');
  if (key.channel_id !== channel) return named('ticket.foreign', 'other_channel');
  if (key.revoked_at !== null) return named('ticket.invalid', 'key_revoked');
  if (key.alg !== gated.seen.alg) return named('ticket.invalid', 'algorithm');
  if (!(await signedBy(ticket, gated.seen, key))) return named('ticket.invalid', 'signature');

  const claims = read.value;
  const late = judgeTimes(asked, { now, issuedAt: claims.issuedAt, expiresAt: claims.expiresAt, notBefore: claims.notBefore }, named);
  if (late !== null) return late;
  if (claims.override && key.may_override !== 1) return named('ticket.invalid', 'override_not_allowed');
  if (!claims.oneTime) return { customer: claims, using: [], keyId: kid, issuedAt: claims.issuedAt };
  const hash = createHash('sha256').update(`${channel}\n${kid}\n${claims.id}`).digest('hex');
  if (await ticketRows.wasUsed(brand, hash)) return named('ticket.replayed', 'used');
  return { customer: claims, using: [ticketRows.useSigned(brand, hash, ticketForgottenAt(claims))], keyId: kid, issuedAt: claims.issuedAt };
}

/** Judges a ticket at a channel. Nothing is written yet: what it gives goes into the unit that begins the chat session. */
export async function redeemTicket(parts: TicketParts, asked: TicketAsked): Promise<Redeemed | NotRedeemed> {
  const brand = parts.store.brand(asked.brandId);
  const judged = await (looksMinted(asked.ticket) ? judgeMinted(parts, brand, asked) : judgeSigned(brand, asked));
  if ('allowed' in judged) return { ok: false, denial: judged };
  const { customer, using, keyId, issuedAt } = judged;
  const hashes = identifiersOf(customer).flatMap((one) => [signOutHash(one, null), signOutHash(one, asked.channelId)]);
  const signedOut = await ticketRows.signedOutAt(brand, hashes);
  // A site counts in whole seconds: a ticket of the very second was made before.
  if (signedOut !== null && !(issuedAt > signedOut)) return { ok: false, denial: deny('ticket.expired', null, { reason: 'signed_out', channel: asked.channelId, kid: keyId }) };
  const { customerId, verifiedBy, name, made, conflicts, statements, bumps } = await customerOfTicket(brand, customer, asked.now);
  const facts = { channel: asked.channelId, key: keyId, by: verifiedBy, made, oneTime: customer.oneTime, override: customer.override, ...(conflicts.length === 0 ? {} : { conflicts }) };
  const entry: Entry = { id: newId('evt'), at: asked.now, actor: { kind: 'customer', id: customerId }, event: 'ticket.redeemed', entity: { kind: 'customer', id: customerId }, facts };
  const still = ticketRows.stillGood(brand, customerId, { hashes, issuedAt, keyId });
  return { ok: true, customerId, verifiedBy, name, keyId, statements: [...statements, still, ...using], entries: [entry], bumps };
}

/** Two first tickets of one customer, and an erasure between: rarely more than one. */
const MOST_TRIES = 5;

/**
 * Redeems a ticket in the unit that `begin` commits. Used meanwhile on another node: `ticket.replayed`. Another ticket made the same
 * customer meanwhile: it is judged again, and joins them.
 */
export async function redeeming<T>(parts: TicketParts, asked: TicketAsked, begin: (redeemed: Redeemed) => Promise<T>): Promise<{ readonly ok: true; readonly value: T } | NotRedeemed> {
  for (let tries = 1; ; tries += 1) {
    try {
      const redeemed = await redeemTicket(parts, asked);
      if (!redeemed.ok) return redeemed;
      return { ok: true, value: await begin(redeemed) };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (error.code === 'ticket.replayed') return { ok: false, denial: deny('ticket.replayed', null, { reason: 'used', channel: asked.channelId }) };
      if (!LOOK_AGAIN.has(error.code) || tries === MOST_TRIES) throw error;
    }
  }
}

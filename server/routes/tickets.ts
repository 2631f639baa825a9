// What a brand's site asks of the API for its signed-in customers: a ticket for the chat, and the end of their chat sessions.
import { Type } from 'typebox';
import { deny } from '#policy/decision.ts';
import { TICKET_SKEW_MS, ticketForgottenAt } from '#policy/decide/ticket.ts';
import type { Fault } from '#policy/fault.ts';
import { customerBy, signOutHash } from '#inbox/customer-identity.ts';
import { IDENTIFIERS, type IdentifierKind, readCustomer } from '#identity/ticket-claims.ts';
import { mintTicket } from '#identity/ticket-minting.ts';
import { newId } from '#identity/tokens.ts';
import * as channelRows from '#store/channels.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as feed from '#store/feed.ts';
import * as ticketRows from '#store/tickets.ts';
import type { BrandStore } from '#store/store.ts';
import { MintedTicket, SignedOut } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const Optional = Type.Optional(Type.Union([Type.String({ maxLength: 400 }), Type.Null()]));
const Ticket = Type.Object({
  channel: Type.String({ maxLength: 100 }),
  external_id: Optional,
  email: Optional,
  phone: Optional,
  name: Optional,
  one_time: Type.Optional(Type.Boolean()),
  override_customer_details: Type.Optional(Type.Boolean()),
}, { additionalProperties: false });
const SignOut = Type.Object({ channel: Type.Optional(Type.String({ maxLength: 100 })), external_id: Optional, email: Optional, phone: Optional }, { additionalProperties: false });

const config = { door: 'api', scope: 'tickets:write' } as const;
const NO_CHANNEL: Fault = Object.freeze({ path: 'channel', code: 'ticket.channel', message: 'Channel must be the id or the address of a chat channel of this brand that is on.' });
const ONE_NAME: Fault = Object.freeze({ path: 'external_id', code: 'ticket.identifier', message: 'Exactly one of external_id, email and phone must be given.' });

/** A channel by its id, or by the address that stands in its snippet. */
async function channelOf(brand: BrandStore, named: string): Promise<channelRows.ChannelRow | undefined> {
  const id = named.startsWith(`${brand.id}.`) ? named.slice(brand.id.length + 1) : named;
  return channelRows.chatById(brand, id);
}

export function ticketRoutes(app: App, parts: Parts): void {
  const { brands, problems, store, keyring, now } = parts;

  app.post('/api/v1/auth/ticket', { config, schema: { summary: 'A ticket for the chat of a signed-in customer', body: Ticket, answers: { 201: MintedTicket } } }, async (request, reply) => {
    const { brand, actor, body, client } = request;
    const rows = store.brand(brand.id);
    const channel = await channelOf(rows, body.channel);
    const read = readCustomer(body);
    const faults = [
      ...(channel === undefined || channel.disabled_at !== null ? [NO_CHANNEL] : []),
      ...(read.ok ? [] : [{ path: read.claim, code: 'ticket.claim', message: read.sentence }]),
    ];
    if (!read.ok || channel === undefined || faults.length > 0) return problems.invalid(reply, faults);
    if (read.value.override && request.apiKey?.scopes.includes('tickets:override') !== true) {
      return problems.refuseActor(request, reply, deny('api.scope_missing', null, { key: actor.id, scope: 'tickets:override' }));
    }
    const policy = brand.policyIn(channel.id);
    const minted = mintTicket(keyring, rows, { channelId: channel.id, customer: read.value, keyId: actor.id, policy, now: now(), address: client.text });
    await brands.commit([rows.part({ statements: [minted.statement], entries: [minted.entry] })]);
    return reply.code(201).send({ ticket: minted.text, expires_at: new Date(minted.expiresAt).toISOString() });
  });

  app.post('/api/v1/auth/sign-out', { config, schema: { summary: 'End the chat sessions of a customer who signed out', body: SignOut, answers: { 200: SignedOut } } }, async (request, reply) => {
    const { brand, actor, body, client } = request;
    const rows = store.brand(brand.id);
    const channel = body.channel === undefined ? null : await channelOf(rows, body.channel);
    const named = IDENTIFIERS.filter((kind) => body[kind] !== undefined && body[kind] !== null);
    const read = readCustomer({ external_id: body.external_id, email: body.email, phone: body.phone });
    const faults = [
      ...(channel === undefined ? [NO_CHANNEL] : []),
      ...(named.length === 1 ? (read.ok ? [] : [{ path: read.claim, code: 'ticket.claim', message: read.sentence }]) : [ONE_NAME]),
    ];
    if (!read.ok || channel === undefined || faults.length > 0) return problems.invalid(reply, faults);
    const kind = named[0] as IdentifierKind;
    const value = { external_id: read.value.externalId, email: read.value.emailKey, phone: read.value.phone }[kind] as string;
    const customerId = await customerBy(rows, { kind, value });
    const at = now();
    const live = customerId === null ? [] : await chatSessionRows.liveOf(rows, customerId, channel?.id);
    const open = live.filter((session) => session.expires_at > at);
    // Its tickets are over too, also those of somebody nobody knows yet.
    const signedOut = ticketRows.signOut(rows, signOutHash({ kind, value }, channel?.id ?? null), at, ticketForgottenAt({ issuedAt: at, expiresAt: Infinity }) + TICKET_SKEW_MS);
    if (customerId === null) await rows.note([signedOut]);
    else {
      const facts = { sessions: open.length, channel: channel?.id ?? null, by: kind, address: client.text };
      const entry = { id: newId('evt'), at, actor, event: 'chat_sessions.ended', entity: { kind: 'customer', id: customerId }, facts } as const;
      const ending = chatSessionRows.endLiveOf(rows, customerId, channel?.id, at, 'signed_out_by_site');
      await brands.commit([rows.part({ statements: [feed.advance(rows), signedOut, ending], entries: [entry], bumps: ['inbox'] })]);
    }
    // A customer nobody knows has no sessions: the same answer.
    return reply.send({ ended: open.length });
  });
}

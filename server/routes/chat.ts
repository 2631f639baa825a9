// The chat over HTTP: how a site's page opens it, how the frame begins a session, reads, writes, tells who writes, and signs out.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { chatSessionEnds, decideChatSession, sitesOf } from '#policy/decide/chat.ts';
import type { TicketFacts } from '#policy/decide/ticket.ts';
import { type Decision, type Denial, type DenialCode, deny } from '#policy/decision.ts';
import { newOpening, readChannelAddress, readOpening } from '#identity/chat-opening.ts';
import { beginChatSession, type Begun, type ChatSession, sessionRow, signOutOfChat } from '#identity/chat-sessions.ts';
import { readChat } from '#inbox/chat-view.ts';
import { tellDetails } from '#inbox/customer-details.ts';
import { uploadRules } from '#media/upload-rules.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { textFaults } from '#inbox/message-writing.ts';
import { redeeming } from '#inbox/ticket-redemption.ts';
import * as channelRows from '#store/channels.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as messageRows from '#store/messages.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import { chatNetworkOf, WHOLE } from '#server/chat-networks.ts';
import type { Parts } from '#server/parts.ts';
import { openRates, type Rates } from '#server/rate.ts';

const Opened = Type.Object({ address: Type.String({ maxLength: 100 }) });
const Begin = Type.Object({ opening: Type.String({ maxLength: 1_000 }), ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 4_096 })) }, { additionalProperties: false });
const Since = Type.Object({ since: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) });
const Message = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' }), text: Type.String({ maxLength: 16_000 }), files: Type.Optional(Type.Array(Type.String({ pattern: '^fil_[0-9a-z]{26}$' }), { maxItems: 10 })) }, { additionalProperties: false });
const text = Type.Union([Type.String({ maxLength: 400 }), Type.Null()]);
const Details = Type.Object({ name: Type.Optional(text), email: Type.Optional(text) }, { additionalProperties: false });

const no = (code: DenialCode): Denial => deny(code, null, {});
const waitFor = (code: DenialCode, rates: Rates, who: string): Denial => deny(code, null, { retryAfterSeconds: Math.max(1, Math.ceil(rates.wait(who) / 1000)) });
/** Who they are, somebody types once or twice. */
const DETAILS = Object.freeze({ perSecond: 0.1, burst: 5 });

interface Channel {
  readonly brand: Brand;
  readonly row: channelRows.ChannelRow;
}

export function chatRoutes(app: App, parts: Parts): void {
  const { brands, problems, journal, store, keyring, now, presence, chat: live } = parts;
  const { networks } = live;
  const details = openRates(DETAILS, parts.uptime);

  async function channelAt(address: string): Promise<Channel | null> {
    const named = readChannelAddress(address);
    const brand = named === null ? null : await brands.byId(named.brandId);
    const row = named === null || brand === null ? undefined : await channelRows.chatById(store.brand(brand.id), named.channelId);
    return brand === null || row === undefined ? null : { brand, row };
  }

  const refuse = (request: FastifyRequest, reply: FastifyReply, denial: Denial, brand: Brand | null): Promise<FastifyReply> =>
    problems.refuse(request, reply, denial, { door: 'chat', brand, actor: { kind: 'anonymous', id: null } });

  function refuseAsker(request: FastifyRequest, reply: FastifyReply, { code, setting, facts }: Denial): Promise<FastifyReply> {
    const { session, brand } = request.chat;
    const named = deny(code, setting, { ...facts, session: session.id, customer: session.customerId });
    return problems.refuse(request, reply, named, { door: 'chat', brand, actor: { kind: 'customer', id: session.customerId } });
  }

  /** May the chat of this channel open on this site at all? Nobody has a session yet. */
  function judgeSite(channel: Channel | null, site: string | null): Denial | null {
    if (channel === null) return no('chat.channel_off');
    const { brand, row } = channel;
    const unconfirmedMs = Math.round(parts.uptime() - brand.confirmedAt);
    if (unconfirmedMs > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, { unconfirmedMs });
    const policy = brand.policyIn(row.id);
    const at = now();
    const facts = { channelOn: row.disabled_at === null, site, ended: false, proven: 'anonymous', createdAt: at, expiresAt: at + 1, now: at } as const;
    const judged = decideChatSession(policy, facts);
    journal.note(brand.id, { question: 'chat', channel: row.id, subject: { kind: 'anonymous', id: null }, facts, decision: judged, version: policy.version });
    return judged.allowed ? null : deny(judged.code, judged.setting, { ...judged.facts, channel: row.id });
  }

  const shownSession = (brand: Brand, session: ChatSession) => ({ customer: session.customerId, verifiedBy: session.verifiedBy, name: session.name, expiresAt: chatSessionEnds(brand.policyIn(session.channelId), session) });

  app.get('/api/v1/chat/open/:address', { config: { door: 'chat', chat: 'site' }, schema: { params: Opened } }, async (request, reply) => {
    const { address } = request.params;
    const site = request.headers.origin ?? null;
    const channel = await channelAt(address);
    const denial = judgeSite(channel, site);
    // Whoever may not read the answer is told so by the browser; a listed site may read why its channel is off.
    reply.header('vary', 'Origin');
    const listed = channel !== null && site !== null && sitesOf(channel.brand.policyIn(channel.row.id)).has(site);
    if (listed) reply.header('access-control-allow-origin', site);
    if (channel === null || site === null || denial !== null) return refuse(request, reply, denial ?? no('chat.site_not_allowed'), channel?.brand ?? null);
    const { title, greeting, away_text: awayText, colour } = channel.row;
    return { opening: newOpening(keyring, { address, site }, now()), channel: { title, greeting, awayText, colour, uploads: uploadRules(channel.brand.policyIn(channel.row.id), 'customer') }, online: await presence.anyoneAvailable(channel.brand.id) };
  });

  app.post('/api/v1/chat/sessions', { config: { door: 'chat', chat: 'frame' }, schema: { body: Begin } }, async (request, reply) => {
    const { opening, ticket } = request.body;
    const at = now();
    const proven = readOpening(keyring, opening, at);
    if (proven === null) return refuse(request, reply, no('chat.opening_invalid'), null);
    const channel = await channelAt(proven.address);
    const denial = judgeSite(channel, proven.site);
    if (channel === null || denial !== null) return refuse(request, reply, denial ?? no('chat.channel_off'), channel?.brand ?? null);
    const { brand, row } = channel;
    const rows = store.brand(brand.id);
    const policy = brand.policyIn(row.id);
    const begin = { channelId: row.id, site: proven.site, address: request.client.text, userAgent: request.headers['user-agent'] ?? '' };
    const answer = ({ token, session }: Begun): FastifyReply => reply.code(201).send({ token, session: shownSession(brand, session) });
    if (ticket === undefined) {
      const begun = beginChatSession(rows, policy, { ...begin, known: null }, at);
      await brands.commit([rows.part({ statements: begun.statements, entries: begun.entries })]);
      return answer(begun);
    }
    const noted = (facts: TicketFacts, decision: Decision): void => void journal.note(brand.id, { question: 'ticket', channel: row.id, subject: { kind: 'anonymous', id: null }, facts, decision, version: policy.version });
    const redeemed = await redeeming({ store, keyring }, { brandId: brand.id, channelId: row.id, ticket, policy, now: at, noted }, async ({ statements, entries, bumps, ...known }) => {
      const begun = beginChatSession(rows, policy, { ...begin, known }, at);
      await brands.commit([rows.part({ statements: [...statements, ...begun.statements], entries: [...entries, ...begun.entries], bumps })]);
      return begun;
    });
    return redeemed.ok ? answer(redeemed.value) : refuse(request, reply, redeemed.denial, brand);
  });

  const asked = { door: 'chat', chat: 'session' } as const;

  app.get('/api/v1/chat/conversation', { config: asked, schema: { querystring: Since } }, async (request, reply) => {
    const { chat, query, client } = request;
    const { brand, session } = chat;
    const network = chatNetworkOf(client);
    // The whole costs more than asking for what is new: one of it was taken at the door.
    if (query.since === undefined && !networks.asks.take(network, WHOLE - 1)) return refuseAsker(request, reply, waitFor('request.rate_limited', networks.asks, network));
    const rows = store.brand(brand.id);
    const [view, online] = await Promise.all([
      readChat(rows, brand.policyIn(session.channelId), session, query.since === undefined ? null : Number(query.since), now()), presence.anyoneAvailable(brand.id),
    ]);
    if (query.since !== undefined && view.reset && view.conversation !== null) networks.asks.charge(network, WHOLE - 1);
    // Not at every look: a chat without a socket asks again and again.
    if (now() - chat.lastSeenAt > 60_000) await rows.note([chatSessionRows.seen(rows, session.id, now(), client.text)]);
    return { ...view, online, session: shownSession(brand, session) };
  });

  /** What the unit itself found: the session was ended, or the customer erased, since it was looked at. */
  async function asLongAsOpen(request: FastifyRequest, reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Conflict && error.code === 'file.not_attachable') return refuseAsker(request, reply, no('file.not_attachable'));
      if (error instanceof Conflict && (error.code === 'chat.session_ended' || error.code === 'customer.erased')) return refuseAsker(request, reply, no('chat.session_ended'));
      throw error;
    }
  }

  /** One taken of the session's rate and one of its network's, or why not. */
  function fullOf({ chat, client }: FastifyRequest, ofSession: Rates, ofNetwork: Rates): Denial | null {
    if (!ofSession.take(chat.session.id)) return waitFor('chat.too_fast', ofSession, chat.session.id);
    const network = chatNetworkOf(client);
    return ofNetwork.take(network) ? null : waitFor('chat.too_fast', ofNetwork, network);
  }

  app.post('/api/v1/chat/messages', { config: asked, schema: { body: Message } }, (request, reply) =>
    asLongAsOpen(request, reply, async () => {
      const { brand, session } = request.chat;
      const { id: clientId, text: words, files = [] } = request.body;
      const faults = textFaults(words, 'text', files.length);
      if (faults.length > 0) return problems.invalid(reply, faults);
      const stop = fullOf(request, live.sends, networks.sends);
      if (stop !== null) return refuseAsker(request, reply, stop);
      const sent = await sendAsCustomer({ store, commit: brands.commit }, brand.id, { session: sessionRow(session), clientId, text: words, files }, now());
      const message = await messageRows.byId(store.brand(brand.id), sent.messageId);
      return reply.code(sent.repeated ? 200 : 201).send({ id: sent.messageId, seq: message?.seq ?? 0 });
    }),
  );

  app.put('/api/v1/chat/details', { config: asked, schema: { body: Details } }, (request, reply) =>
    asLongAsOpen(request, reply, async () => {
      const { brand, session } = request.chat;
      const stop = fullOf(request, details, networks.details);
      if (stop !== null) return refuseAsker(request, reply, stop);
      const faults = await tellDetails({ store, commit: brands.commit }, brand.id, session, request.body, now());
      return faults.length > 0 ? problems.invalid(reply, faults) : reply.code(204).send();
    }),
  );

  app.post('/api/v1/chat/sign-out', { config: asked }, async (request, reply) => {
    const { brand, session } = request.chat;
    const rows = store.brand(brand.id);
    try {
      await brands.commit([rows.part(signOutOfChat(rows, session, now()))]);
    } catch (error) {
      // Somebody else was first: it is ended, which was asked for.
      if (!(error instanceof Conflict) || error.code !== 'chat.session_ended') throw error;
    }
    return reply.code(204).send();
  });
}

// Customers' privacy over HTTP: a message removed, a legal hold, a customer counted and erased, and everything about one as a bundle.
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideErasure } from '#policy/decide/erasure.ts';
import { type Denial, denials, deny, sentenceOf } from '#policy/decision.ts';
import { fault } from '#policy/fault.ts';
import { freshOpen, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import { bundle, type Bundled } from '#inbox/bundle.ts';
import { beginErasure, continueErasure, type ErasurePlan, planErasure } from '#inbox/erasure.ts';
import { holdConversation, MAX_REASON } from '#inbox/hold.ts';
import { redactMessage } from '#inbox/redaction.ts';
import { isKept, maySee, openTo, sightOf } from '#inbox/sight.ts';
import * as agentRows from '#store/agents.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as conversationRows from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import { countMessages } from '#store/redactions.ts';
import type { App } from '#server/app.ts';
import { judgeStepUp } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';

const Key = Type.String({ maxLength: 100 });
const Id = Type.Object({ id: Key });
const OfMessage = Type.Object({ id: Key, messageId: Key });
const Hold = Type.Object({ on: Type.Boolean(), reason: Type.Optional(Type.String({ maxLength: 4_000 })) }, { additionalProperties: false });
const Agreed = Type.Object({ fingerprint: Type.String({ maxLength: 100 }) }, { additionalProperties: false });

const config = { door: 'workspace', capability: 'customer_privacy' } as const;
const STEP_UP = deny('step_up.required', null, {});
const NO_CONVERSATION = deny('conversation.not_found', null, {});
const NO_CUSTOMER = deny('customer.not_found', null, {});

/** What the dialog shows before anything is done; `refused` says why it cannot be done now. */
function dryRun({ customer, counts, held, fingerprint }: ErasurePlan, allSeen: boolean) {
  const decision = decideErasure({ erased: customer.erased_at !== null, held, allSeen, agreed: fingerprint, present: fingerprint });
  const refused = decision.allowed ? null : { code: decision.code, title: denials[decision.code].title, sentence: sentenceOf(decision) };
  return { counts, held: allSeen ? held : [], erasedAt: customer.erased_at, fingerprint, refused };
}

export function privacyRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, keyring, now, media } = parts;
  const privacy = { store, commit: brands.commit, keyring, now };

  const refuse = (request: FastifyRequest, reply: FastifyReply, denial: Denial): Promise<FastifyReply> =>
    problems.refuse(request, reply, denial, { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });

  /** Another node may have taken the code: that is read before anybody is asked again. */
  async function fresh({ session, client }: FastifyRequest): Promise<boolean> {
    if (freshOpen(session, { address: client.text, now: now() })) return true;
    await sessions.refresh(session);
    return freshOpen(session, { address: client.text, now: now() });
  }
  async function windowOpen({ session, brand, client }: FastifyRequest): Promise<boolean> {
    if (judgeStepUp(session, brand, client, now()).allowed) return true;
    await sessions.refresh(session);
    return judgeStepUp(session, brand, client, now()).allowed;
  }
  const opened = ({ brand, actor }: FastifyRequest, id: string): Promise<ConversationRow | undefined> => openTo(store.brand(brand.id), actor, id, now());
  const nameOf = async ({ brand }: FastifyRequest, id: string | null): Promise<string> => (id === null ? undefined : (await agentRows.byId(store.brand(brand.id), id))?.name) ?? 'Somebody';

  /** Which conversations of a customer the person may see; null where that is none of those there are. */
  async function seenOf({ brand, actor }: FastifyRequest, conversations: readonly ConversationRow[]): Promise<{ seen: (row: ConversationRow) => boolean; all: boolean } | null> {
    const sight = await sightOf(store.brand(brand.id), actor);
    const seen = (row: ConversationRow): boolean => maySee(sight, row);
    if (conversations.length > 0 && !conversations.some(seen)) return null;
    return { seen, all: conversations.every(seen) };
  }

  app.post('/api/v1/conversations/:id/messages/:messageId/redact', { config, schema: { params: OfMessage } }, async (request, reply) => {
    const conversation = await opened(request as FastifyRequest, request.params.id);
    if (conversation === undefined) return refuse(request, reply, NO_CONVERSATION);
    const redacted = await redactMessage(privacy, request.brand.id, conversation, request.params.messageId, request.session.person.id);
    if (!redacted.ok) return refuse(request, reply, redacted.denial);
    const { id, seq, redacted_at: at, redacted_by: by } = redacted.message;
    return reply.send({ message: { id, seq, text: '', redacted: { at, byName: await nameOf(request as FastifyRequest, by) } } });
  });

  app.put('/api/v1/conversations/:id/hold', { config, schema: { params: Id, body: Hold } }, async (request, reply) => {
    const conversation = await opened(request as FastifyRequest, request.params.id);
    if (conversation === undefined) return refuse(request, reply, NO_CONVERSATION);
    const reason = (request.body.reason ?? '').trim();
    const length = [...reason].length;
    if (request.body.on && (length === 0 || length > MAX_REASON)) return problems.invalid(reply, [fault('reason', 'reason.length', 'Reason', `have 1 to ${MAX_REASON} characters`, length === 0 ? 'none' : String(length))]);
    const held = await holdConversation(privacy, request.brand.id, conversation, request.body.on ? reason : null, request.session.person.id);
    if (!held.ok) return refuse(request, reply, held.denial);
    const { hold_at: at, hold_by: by, hold_reason: why } = held.conversation;
    return reply.send({ id: conversation.id, held: at !== null, hold: at === null ? null : { at, byName: await nameOf(request as FastifyRequest, by), reason: why ?? '' } });
  });

  app.get('/api/v1/customers/:id/erasure', { config, schema: { params: Id } }, async (request, reply) => {
    const plan = await planErasure(store.brand(request.brand.id), request.params.id);
    const sight = plan === null ? null : await seenOf(request as FastifyRequest, plan.conversations);
    return plan === null || sight === null ? refuse(request, reply, NO_CUSTOMER) : reply.send(dryRun(plan, sight.all));
  });

  app.post('/api/v1/customers/:id/erase', { config, schema: { params: Id, body: Agreed } }, async (request, reply) => {
    const { brand, session } = request;
    const { id } = request.params;
    const rows = store.brand(brand.id);
    const sight = await seenOf(request as FastifyRequest, await conversationRows.ofCustomer(rows, id));
    if (sight === null) return refuse(request, reply, NO_CUSTOMER);
    // What stands in the way first: nobody gives a code for what cannot be done.
    const plan = await planErasure(rows, id);
    if (plan === null) return refuse(request, reply, NO_CUSTOMER);
    const decision = decideErasure({ erased: plan.customer.erased_at !== null, held: plan.held, allSeen: sight.all, agreed: request.body.fingerprint, present: plan.fingerprint });
    if (!decision.allowed) return refuse(request, reply, decision);
    if (!(await fresh(request as FastifyRequest))) return refuse(request, reply, STEP_UP);
    const erased = await beginErasure(privacy, brand.id, id, { agentId: session.person.id, agreed: request.body.fingerprint, maySee: sight.seen, using: [sessions.usingFresh(session, now())] });
    if (!erased.ok) return refuse(request, reply, erased.denial);
    useUpFresh(session);
    // The customer is erased; what is left of the texts the worker takes up again, should this be cut off.
    const finished = await continueErasure(privacy, brand.id, id).catch((error: unknown) => {
      parts.log.error({ err: error }, 'an erasure was cut off; the next round goes on with it');
      return false;
    });
    return reply.send({ erased: true, finished, counts: erased.counts });
  });

  /** Its row is durable before the first byte leaves. */
  async function send(request: FastifyRequest, reply: FastifyReply, bundled: Bundled, name: string): Promise<FastifyReply> {
    const { brand, session } = request;
    const rows = store.brand(brand.id);
    const [first] = bundled.conversations;
    const whole = bundled.scope === 'customer';
    const messages = await countMessages(rows, bundled.conversations.map(({ id }) => id));
    const entry = {
      id: newId('evt'), at: bundled.now, actor: { kind: 'agent', id: session.person.id }, event: whole ? 'customer.exported' : 'conversation.exported',
      entity: whole ? { kind: 'customer', id: bundled.customer.id } : { kind: 'conversation', id: first?.id ?? null },
      facts: { conversations: bundled.conversations.length, leftOut: bundled.leftOut, messages, ...(whole ? {} : { number: first?.number }) },
    } as const;
    await brands.commit([rows.part({ statements: [], entries: [entry] })]);
    return reply.header('content-type', 'application/zip').header('content-disposition', `attachment; filename="${name}.zip"`).header('cache-control', 'no-store')
      .send(Readable.from(bundle(bundled), { objectMode: false }));
  }

  app.post('/api/v1/customers/:id/export', { config, schema: { params: Id } }, async (request, reply) => {
    const { brand } = request;
    const rows = store.brand(brand.id);
    const at = now();
    const customer = await customerRows.byId(rows, request.params.id);
    const kept = (await conversationRows.ofCustomer(rows, request.params.id)).filter((row) => isKept(brand.policyIn, row, at));
    const sight = customer === undefined ? null : await seenOf(request as FastifyRequest, kept);
    if (customer === undefined || sight === null) return refuse(request, reply, NO_CUSTOMER);
    if (!(await windowOpen(request as FastifyRequest))) return refuse(request, reply, STEP_UP);
    const conversations = kept.filter(sight.seen);
    const bundled: Bundled = { brand: rows, brandName: brand.name, customer, conversations, leftOut: kept.length - conversations.length, now: at, scope: 'customer', bytesOf: (key) => media.blobs.read(key) };
    return send(request as FastifyRequest, reply, bundled, `customer-${customer.id}`);
  });

  app.post('/api/v1/conversations/:id/export', { config, schema: { params: Id } }, async (request, reply) => {
    const conversation = await opened(request as FastifyRequest, request.params.id);
    if (conversation === undefined) return refuse(request, reply, NO_CONVERSATION);
    if (!(await windowOpen(request as FastifyRequest))) return refuse(request, reply, STEP_UP);
    const rows = store.brand(request.brand.id);
    const customer = await customerRows.byId(rows, conversation.customer_id);
    if (customer === undefined) return refuse(request, reply, NO_CUSTOMER);
    const bundled: Bundled = { brand: rows, brandName: request.brand.name, customer, conversations: [conversation], leftOut: 0, now: now(), scope: 'conversation', bytesOf: (key) => media.blobs.read(key) };
    return send(request as FastifyRequest, reply, bundled, `conversation-${conversation.number}`);
  });
}

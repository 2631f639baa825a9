// Forwards to third parties over HTTP: what would leave, sending it, what was sent, and withdrawing it. The mail door judges each.
import { type Static, Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { previewForward, sendForward } from '#inbox/forward/forwarding.ts';
import { replyBaseOf } from '#inbox/forward/gathering.ts';
import { exceptionsOf, forwardsOf, forwardViews, withLinks } from '#inbox/forward/view.ts';
import { withdrawForward } from '#inbox/forward/withdrawal.ts';
import { openTo } from '#inbox/sight.ts';
import { recipientLinkUrl } from '#media/recipient-links.ts';
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as messageMails from '#store/message-mails.ts';
import type { BrandStore } from '#store/store.ts';
import { Moment, orNull } from '#server/api/shapes.ts';
import type { App } from '#server/app.ts';
import { judgeOutgoing } from '#server/doors/mail.ts';
import type { Parts } from '#server/parts.ts';

const Key = Type.String({ maxLength: 60 });
const Id = Type.Object({ id: Key });
const OfForward = Type.Object({ id: Key, forwardId: Key });
/** As it was typed: the door says what is wrong with it. */
const Addresses = Type.Array(Type.String({ maxLength: 400 }), { maxItems: 100, description: 'Bare addresses.' });
const LINK_DAYS = 14;
const DAY = 86_400_000;
const As = Type.Union([Type.Literal('link'), Type.Literal('attachment')], { default: 'link', description: 'A link for each recipient alone, opened by a code that is mailed to them; or the file itself.' });
const fields = {
  to: Addresses, cc: Type.Optional(Addresses), bcc: Type.Optional(Addresses), subject: Type.String({ maxLength: 2_000 }), note: Type.Optional(Type.String({ maxLength: 40_000 })),
  messageIds: Type.Array(Key, { maxItems: 1_000, description: 'Messages of this conversation; notes stay inside.' }),
  files: Type.Optional(Type.Array(Type.Object({ id: Key, as: Type.Optional(As) }, { additionalProperties: false }), { maxItems: 20 })),
  linkDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, default: LINK_DAYS, description: 'Links work until the end of the day (UTC) this many days from now.' })),
  mayReply: Type.Boolean({ description: 'Answers come back as notes.' }), details: Type.Boolean({ description: 'Name, email, phone, external id and personal fields of the customer; only where mail.customer_details allows it.' }),
};
const Asked = Type.Object(fields, { additionalProperties: false });
const Sent = Type.Object({ ...fields, id: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$', description: 'Made by the caller: the same id again sends nothing twice.' }), fingerprint: Type.Optional(Type.String({ maxLength: 100, description: 'Of the preview: then what leaves is what was shown.' })) }, { additionalProperties: false });

const Strings = Type.Array(Type.String());
const Forward = Type.Object({
  id: Type.String(), at: Moment, byName: Type.String(), to: Strings, cc: Strings, bcc: Strings, subject: Type.String(), text: Type.String(), files: Strings, linked: Strings, details: Type.Boolean(), mayReply: Type.Boolean(),
  mail: Type.Union([Type.Literal('waiting'), Type.Literal('sent'), Type.Literal('kept'), Type.Literal('failed')]), replies: Type.Integer(), lastReplyAt: orNull(Moment),
  links: Type.Array(Type.Object({ file: Type.String(), recipient: Type.String(), state: Type.Union([Type.Literal('open'), Type.Literal('revoked'), Type.Literal('expired')]), until: Moment, openedAt: orNull(Moment) }), { description: 'One for each recipient and file.' }),
  ended: Type.Union([Type.Object({ at: Moment, reason: Type.String() }), Type.Null()]),
});
const Exception = Type.Object({
  id: Type.String(), conversationId: Type.String(), address: Type.String(), reason: Type.String(), askedByName: Type.String(), askedAt: Moment, state: Type.String(),
  decidedByName: Type.Union([Type.String(), Type.Null()]), until: orNull(Moment),
});
const Preview = Type.Object({
  from: Type.Object({ name: Type.String(), address: Type.String() }), replies: Type.Boolean(), to: Strings, cc: Strings, bcc: Strings, subject: Type.String(), text: Type.String(), files: Strings,
  masks: Type.Integer(), fingerprint: Type.String(), refused: Type.Union([Type.Object({ code: Type.String(), sentence: Type.String() }), Type.Null()]),
});
const Listed = Type.Object({
  forwards: Type.Array(Forward), exceptions: Type.Array(Exception),
  may: Type.Object({ details: Type.Boolean(), reply: Type.Boolean(), anyone: Type.Boolean(), nobody: Type.Boolean() }, { description: 'What the settings of the channel allow; never the list itself.' }),
  subject: Type.String(),
});

const reading = { door: 'workspace', inFrame: true, capability: 'forward', scope: 'forwards:read' } as const;
const writing = { door: 'workspace', inFrame: true, capability: 'forward', scope: 'forwards:write' } as const;
const NOT_FOUND = deny('conversation.not_found', null, {});

export function forwardRoutes(app: App, parts: Parts): void {
  const { store, problems, keyring, brands, now, config } = parts;
  const refuse = problems.refuseActor;
  const opened = ({ brand, actor }: FastifyRequest, id: string): Promise<ConversationRow | undefined> => openTo(store.brand(brand.id), actor, id, now());
  const forwarding = ({ brand }: FastifyRequest) => ({ store, commit: brands.commit, keyring, now, sender: parts.mail.sender, judge: (mail: Parameters<typeof judgeOutgoing>[2]) => judgeOutgoing(parts, brand, mail) });

  const listed = async (rows: BrandStore, conversationId: string) => withLinks(rows, keyring, await forwardsOf(rows, conversationId), now());

  async function asking(request: FastifyRequest, conversationId: string, body: Static<typeof Asked>) {
    const { actor, brand } = request;
    const rows = store.brand(brand.id);
    const name = actor.kind === 'agent' ? (await agentRows.byId(rows, actor.id))?.name : (await apiKeyRows.byId(rows, actor.id))?.name;
    const { to, cc = [], bcc = [], subject, note = '', messageIds, mayReply, details, linkDays = LINK_DAYS } = body;
    const files = (body.files ?? []).map((file) => ({ id: file.id, as: file.as ?? 'link' }));
    const linksUntil = files.some((file) => file.as === 'link') ? (Math.floor(now() / DAY) + linkDays + 1) * DAY : null;
    const linkAddress = (token: string): string => recipientLinkUrl(config.publicUrl.origin, brand.slug, token);
    return { brandId: brand.id, brandName: brand.name, byName: name ?? 'Somebody', conversationId, linkAddress, request: { to, cc, bcc, subject, note, messageIds, files, mayReply, details, linksUntil } };
  }

  async function refused(request: FastifyRequest, reply: FastifyReply, result: Extract<Awaited<ReturnType<typeof sendForward>>, { ok: false }>): Promise<FastifyReply> {
    return 'faults' in result ? problems.invalid(reply, result.faults) : refuse(request, reply, result.denial);
  }

  app.get('/api/v1/conversations/:id/forwards', { config: reading, schema: { params: Id, answers: { 200: Listed } } }, async (request, reply) => {
    const row = await opened(request, request.params.id);
    if (row === undefined) return refuse(request, reply, NOT_FOUND);
    const rows = store.brand(request.brand.id);
    const [forwards, exceptions, base, thread] = await Promise.all([listed(rows, row.id), exceptionsOf(rows, row.id, now()), replyBaseOf(rows, row.channel_id), messageMails.thread(rows, row.id)]);
    const { values } = request.brand.policyIn(row.channel_id);
    const { state } = values['transfer.addresses'];
    const subject = thread === undefined || thread.subject.trim() === '' ? `Conversation ${row.number}` : thread.subject;
    return reply.send({ forwards, exceptions, may: { details: values['mail.customer_details'], reply: base !== null, anyone: state === 'any', nobody: state === 'none' }, subject });
  });

  app.post('/api/v1/conversations/:id/forwards/preview', { config: writing, schema: { params: Id, body: Asked, response: { 200: Type.Object({ preview: Preview }) } } }, async (request, reply) => {
    const found = await previewForward(forwarding(request), request.actor, await asking(request, request.params.id, request.body));
    return found.ok ? reply.send({ preview: found.preview }) : refused(request, reply, found);
  });

  app.post('/api/v1/conversations/:id/forwards', { config: writing, schema: { params: Id, body: Sent, answers: { 200: Type.Object({ forward: Forward }), 201: Type.Object({ forward: Forward }) } } }, async (request, reply) => {
    const { id: clientId, fingerprint = null, ...body } = request.body;
    const sent = await sendForward(forwarding(request), request.actor, await asking(request, request.params.id, body), { clientId, fingerprint });
    if (!sent.ok) return refused(request, reply, sent);
    const rows = store.brand(request.brand.id);
    const [forward] = await withLinks(rows, keyring, await forwardViews(rows, [sent.forward]), now());
    return reply.code(sent.repeated ? 200 : 201).send({ forward: forward! });
  });

  app.post('/api/v1/conversations/:id/forwards/:forwardId/withdraw', { config: writing, schema: { params: OfForward, answers: { 200: Type.Object({ forwards: Type.Array(Forward) }) } } }, async (request, reply) => {
    const row = await opened(request, request.params.id);
    if (row === undefined) return refuse(request, reply, NOT_FOUND);
    const done = await withdrawForward({ store, commit: brands.commit, now }, request.brand.id, request.actor, row, request.params.forwardId);
    if (!done.ok) return refuse(request, reply, done.denial);
    return reply.send({ forwards: await listed(store.brand(request.brand.id), row.id) });
  });
}

// One conversation over HTTP: open it, write in it, change it, tag it, mark it read, and why something in it was refused.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOT_FOUND, sendAsAgent } from '#inbox/agent-message.ts';
import { sayForCustomer, spokenFaults } from '#inbox/api-conversation.ts';
import { changeConversation, type Changed, changeTag, tagFaults } from '#inbox/conversation-change.ts';
import { messagesOf, openConversation } from '#inbox/conversation-view.ts';
import { mailsOf } from '#inbox/mail/mail-view.ts';
import { messageOf } from '#inbox/message-view.ts';
import { textFaults } from '#inbox/message-writing.ts';
import { uploadRules } from '#media/upload-rules.ts';
import { readNames, withWriters } from '#inbox/names.ts';
import { refusalsOf } from '#inbox/refusals.ts';
import { openTo } from '#inbox/sight.ts';
import { summariesOf } from '#inbox/summaries.ts';
import { may } from '#identity/person.ts';
import { Conversation, Messages, OneMessage, OpenConversation, Refusals } from '#server/api/representations.ts';
import * as readRows from '#store/conversation-reads.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as fileRows from '#store/files.ts';
import type { App } from '#server/app.ts';
import { messageMailRoutes } from '#server/routes/message-mails.ts';
import { forwardExceptionRoutes } from '#server/routes/forward-exceptions.ts';
import { forwardRoutes } from '#server/routes/forwards.ts';
import { answersByMail } from '#server/mail-answers.ts';
import type { Parts } from '#server/parts.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
const Tagged = Type.Object({ id: Type.String({ maxLength: 60 }), '*': Type.String({ maxLength: 1_000 }) });
const Before = Type.Object({ before: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,14}$' })) }, { additionalProperties: false });
const Write = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' }), kind: Type.Union([Type.Literal('text'), Type.Literal('note')]), text: Type.String(), cc: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 20, description: 'Conversations by mail: who gets a copy. Left out: whoever had copies of the mails of the customer.' })),
  // For programs alone: who says it, and in whose name.
  as: Type.Optional(Type.Union([Type.Literal('agent'), Type.Literal('customer')])), agent: Type.Optional(Type.String({ maxLength: 60 })),
  files: Type.Optional(Type.Array(Type.String({ pattern: '^fil_[0-9a-z]{26}$' }), { maxItems: 10 })) }, { additionalProperties: false });
const nullableId = Type.Optional(Type.Union([Type.String({ maxLength: 60 }), Type.Null()]));
const Change = Type.Object(
  { status: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('pending'), Type.Literal('solved'), Type.Literal('archived')])), assigneeId: nullableId, teamId: nullableId },
  { additionalProperties: false, minProperties: 1 },
);
const Tag = Type.Object({ tag: Type.String() }, { additionalProperties: false });
const Read = Type.Object({ seq: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }) }, { additionalProperties: false });
const config = { door: 'workspace', inFrame: true, scope: 'conversations:read' } as const;
const writing = { door: 'workspace', inFrame: true, scope: 'conversations:write' } as const;

export function conversationRoutes(app: App, parts: Parts): void {
  const { store, problems, now } = parts;
  const desk = { store, commit: parts.brands.commit, now, answerByMail: answersByMail(parts) };

  const refuse = problems.refuseActor;

  /** The conversation, when this person may see it; what is not there and what is hidden answer alike. */
  const seen = (request: FastifyRequest, id: string): Promise<ConversationRow | undefined> => openTo(store.brand(request.brand.id), request.actor, id, now());

  async function answer(request: FastifyRequest, reply: FastifyReply, changed: Changed): Promise<FastifyReply> {
    if ('faults' in changed) return problems.invalid(reply, changed.faults);
    if (!changed.ok) return refuse(request, reply, changed.denial);
    const [conversation] = await summariesOf(store.brand(request.brand.id), [changed.row], request.actor.id);
    return reply.send({ conversation });
  }

  app.get('/api/v1/conversations/:id', { config, schema: { summary: 'One conversation, its customer and its newest messages', params: Id, answers: { 200: OpenConversation } } }, async (request, reply) => {
    const open = await openConversation(store.brand(request.brand.id), request.actor, request.params.id, now());
    return open === undefined ? refuse(request, reply, NOT_FOUND) : reply.send({ ...open, uploads: uploadRules(request.brand.policyIn(open.conversation.channel.id), 'agent') });
  });

  app.get('/api/v1/conversations/:id/messages', { config, schema: { summary: 'Messages, the oldest first, before a number', params: Id, querystring: Before, answers: { 200: Messages } } }, async (request, reply) => {
    const row = await seen(request, request.params.id);
    if (row === undefined) return refuse(request, reply, NOT_FOUND);
    const { before } = request.query;
    return reply.send(await messagesOf(store.brand(request.brand.id), row, request.actor.id, before === undefined ? undefined : Number(before)));
  });

  app.post('/api/v1/conversations/:id/messages', { config: writing, schema: { summary: 'Write a message or a note', params: Id, body: Write, answers: { 200: OneMessage, 201: OneMessage } } }, async (request, reply) => {
    const { id: clientId, kind, text, as = 'agent', agent, files = [], cc } = request.body;
    const { actor } = request;
    const faults = [...textFaults(text, 'text', files.length), ...(await spokenFaults(store.brand(request.brand.id), actor, request.body))];
    if (faults.length > 0) {
      // Hidden and missing alike: nobody learns from a fault that a conversation is there.
      return (await seen(request, request.params.id)) === undefined ? refuse(request, reply, NOT_FOUND) : problems.invalid(reply, faults);
    }
    const says = { conversationId: request.params.id, clientId, text };
    const sent = as === 'customer' ? await sayForCustomer(desk, request.brand.id, actor, says) : await sendAsAgent(desk, request.brand.id, actor, { ...says, kind, files, cc, inTheNameOf: agent });
    if (!sent.ok) return refuse(request, reply, sent.denial);
    const brand = store.brand(request.brand.id);
    const [known, carried, mails] = await Promise.all([readNames(brand), fileRows.ofMessages(brand, [sent.message]), mailsOf(brand, [sent.message])]);
    const names = await withWriters(brand, known, [sent.message]);
    const message = messageOf(sent.message, { names, customer: undefined, files: carried, mails }, request.actor.id);
    return reply.code(sent.repeated ? 200 : 201).send({ message });
  });

  app.patch('/api/v1/conversations/:id', { config: writing, schema: { summary: 'Change status, assignee or team', params: Id, body: Change, answers: { 200: Conversation } } }, async (request, reply) =>
    answer(request, reply, await changeConversation(desk, request.brand.id, request.actor, request.params.id, request.body)));

  async function tagged(request: FastifyRequest, reply: FastifyReply, id: string, tag: string, on: boolean): Promise<FastifyReply> {
    const faults = on ? tagFaults(tag) : [];
    if (faults.length > 0) return (await seen(request, id)) === undefined ? refuse(request, reply, NOT_FOUND) : problems.invalid(reply, faults);
    return answer(request, reply, await changeTag(desk, request.brand.id, request.actor, id, tag, on));
  }
  app.post('/api/v1/conversations/:id/tags', { config: writing, schema: { summary: 'Put a tag on', params: Id, body: Tag, answers: { 200: Conversation } } }, (request, reply) => tagged(request, reply, request.params.id, request.body.tag, true));
  // The rest of the path is the tag: it may hold a slash.
  app.delete('/api/v1/conversations/:id/tags/*', { config: writing, schema: { summary: 'Take a tag off', params: Tagged, answers: { 200: Conversation } } }, (request, reply) => tagged(request, reply, request.params.id, request.params['*'], false));
  // No path can name the tags "." and "..".
  app.delete('/api/v1/conversations/:id/tags', { config: writing, schema: { summary: 'Take a tag off that no path can name', params: Id, querystring: Tag, answers: { 200: Conversation } } }, (request, reply) => tagged(request, reply, request.params.id, request.query.tag, false));

  // How far a person has read: a program reads for nobody.
  app.put('/api/v1/conversations/:id/read', { config: { door: 'workspace', inFrame: true }, schema: { params: Id, body: Read } }, async (request, reply) => {
    const row = await seen(request, request.params.id);
    if (row === undefined) return refuse(request, reply, NOT_FOUND);
    const brand = store.brand(request.brand.id);
    const seq = Math.min(request.body.seq, row.last_seq);
    // Bookkeeping: no event, and nobody else sees it.
    await brand.note([readRows.mark(brand, request.actor.id, row.id, seq)]);
    return reply.send({ readSeq: (await readRows.of(brand, request.actor.id, [row.id])).get(row.id) ?? 0 });
  });

  app.get('/api/v1/conversations/:id/refusals', { config, schema: { summary: 'What was refused in it, and why', params: Id, answers: { 200: Refusals } } }, async (request, reply) => {
    const row = await seen(request, request.params.id);
    if (row === undefined) return refuse(request, reply, NOT_FOUND);
    return reply.send({ refusals: await refusalsOf(store.brand(request.brand.id), row, may(request.actor, 'see_audit'), 0) });
  });

  forwardRoutes(app, parts);
  forwardExceptionRoutes(app, parts);
  messageMailRoutes(app, parts);
}

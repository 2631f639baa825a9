// Files over HTTP, on their way in: an agent's or a program's into a conversation, a customer's into their chat. What is refused is answered with why.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { endedWhile } from '#identity/actor.ts';
import { NOT_FOUND } from '#inbox/agent-message.ts';
import { openTo } from '#inbox/sight.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import { Conflict } from '#store/store.ts';
import { OneFile } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import { type Sending, uploadDoor } from '#server/doors/upload.ts';
import { quarantineRoutes } from '#server/routes/quarantine.ts';
import { uploadRoutes } from '#server/routes/uploads.ts';
import type { Parts } from '#server/parts.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
/** Who waited in vain for somebody to look through their file sends it again after so long. */
const BUSY_SECONDS = 10;
const Named = Type.Object({ name: Type.Optional(Type.String({ maxLength: 3_000 })) }, { additionalProperties: false });

export function fileRoutes(app: App, parts: Parts): void {
  const { store, problems, now } = parts;
  const door = uploadDoor(parts);

  /** Where an agent's file goes; null when it was answered. */
  async function fromAgent(request: FastifyRequest, reply: FastifyReply, conversationId: string): Promise<Sending | null> {
    const { brand, actor: asking } = request;
    const rows = store.brand(brand.id);
    const actor = { kind: asking.kind, id: asking.id } as const;
    const way = asking.kind === 'key' ? 'api' : 'workspace';
    const conversation = await openTo(rows, asking, conversationId, now());
    const denial = conversation === undefined ? NOT_FOUND : conversation.status === 'archived' ? deny('conversation.archived', null, { conversation: conversationId }) : null;
    if (conversation === undefined || denial !== null) {
      await problems.refuse(request, reply, denial ?? NOT_FOUND, { door: way, brand, actor });
      return null;
    }
    return { brand, actor, channelId: conversation.channel_id, conversationId, side: 'agent', author: actor, door: way, admission: () => [asking.still(rows)] };
  }

  async function fromCustomer(request: FastifyRequest): Promise<Sending> {
    const { brand, session } = request.chat;
    const rows = store.brand(brand.id);
    const actor = { kind: 'customer', id: session.customerId } as const;
    const conversation = await chatSessionRows.chatOf(rows, session.channelId, session.customerId);
    return {
      brand, actor, channelId: session.channelId, conversationId: conversation?.id ?? null, side: 'customer', author: actor, door: 'chat',
      admission: () => [chatSessionRows.stillOpen(rows, session.id, now())],
    };
  }

  /** What was found while the file came in: the session was ended, or nobody came to look through it. */
  async function asLongAsOpen(request: FastifyRequest, reply: FastifyReply, sending: Sending, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Conflict && error.code === 'upload.busy') return door.refuse(request, reply, sending, deny('upload.busy', null, { retryAfterSeconds: BUSY_SECONDS }));
      const ended = error instanceof Conflict ? (error.code === 'chat.session_ended' ? error.code : endedWhile(error.code)) : undefined;
      if (ended === undefined) throw error;
      return door.refuse(request, reply, sending, deny(ended, null, {}));
    }
  }

  quarantineRoutes(app, parts);

  // Of these addresses alone: a page of another site may send such a body without asking first, and everywhere else it is refused unread.
  void app.register(async (scope: App) => {
    // The body stays a stream: whoever reads it counts it. No length holds here but the settings'.
    for (const type of ['application/octet-stream', 'multipart/form-data', 'application/offset+octet-stream', 'application/partial-upload']) scope.addContentTypeParser(type, (_request, payload, done) => done(null, payload));

    scope.post('/api/v1/conversations/:id/files', { config: { door: 'workspace', inFrame: true, scope: 'media:write', body: 'stream' }, schema: { summary: 'Take a file in, to be named by a message', params: Id, querystring: Named, answers: { 201: OneFile } } }, async (request, reply) => {
      const sending = await fromAgent(request, reply, request.params.id);
      return sending === null ? reply : asLongAsOpen(request, reply, sending, () => door.receive(request, reply, sending));
    });

    scope.post('/api/v1/chat/files', { config: { door: 'chat', chat: 'session', body: 'stream' }, schema: { querystring: Named } }, async (request, reply) => {
      const sending = await fromCustomer(request);
      return asLongAsOpen(request, reply, sending, () => door.receive(request, reply, sending));
    });
    uploadRoutes(scope, parts, door, { at: '/api/v1/conversations/:id/uploads', config: { door: 'workspace', inFrame: true }, from: (request, reply) => fromAgent(request, reply, (request.params as { id: string }).id), guarded: asLongAsOpen });
    uploadRoutes(scope, parts, door, { at: '/api/v1/chat/uploads', config: { door: 'chat', chat: 'session' }, from: fromCustomer, guarded: asLongAsOpen });
  });
}

// The inbox over HTTP: pages of conversations by view, and search.
import { Type } from 'typebox';
import type { FastifyReply } from 'fastify';
import { type Place, placeOf, searchPlaceOf } from '#inbox/cursors.ts';
import { type ListAsked, listConversations } from '#inbox/conversation-list.ts';
import { searchConversations } from '#inbox/conversation-search.ts';
import type { Status } from '#store/conversations.ts';
import { Found, Inbox } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const STATUSES: readonly Status[] = ['open', 'pending', 'solved', 'archived'];
const cursor = Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_-]+$' }));
const List = Type.Object(
  {
    view: Type.Optional(Type.String({ maxLength: 60, pattern: '^(mine|unassigned|all|team:[a-z]{1,8}_[0-9a-z]{26})$' })),
    // Several with commas between: open,pending.
    status: Type.Optional(Type.String({ maxLength: 60, pattern: '^(open|pending|solved|archived)(,(open|pending|solved|archived)){0,3}$' })),
    tag: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    channel: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
    cursor,
  },
  { additionalProperties: false },
);
// It carries what was shown before.
const searchCursor = Type.Optional(Type.String({ minLength: 1, maxLength: 6_000, pattern: '^[A-Za-z0-9_.-]+$' }));
const Search = Type.Object({ q: Type.String({ maxLength: 400 }), cursor: searchCursor }, { additionalProperties: false });
const config = { door: 'workspace', inFrame: true, scope: 'conversations:read' } as const;

export function inboxRoutes(app: App, parts: Parts): void {
  const { store, problems, now } = parts;
  /** Where to go on; null after a cursor that is none was answered. */
  function placeIn<P extends Place>(reply: FastifyReply, given: string | undefined, read: (cursor: string) => P | undefined): { after: P | undefined } | null {
    const after = given === undefined ? undefined : read(given);
    if (given === undefined || after !== undefined) return { after };
    void problems.invalid(reply, [{ path: 'cursor', code: 'cursor.invalid', message: 'The cursor must be one that a page before gave; begin again without one.' }]);
    return null;
  }

  app.get('/api/v1/inbox', { config, schema: { summary: 'A page of conversations, the newest first', querystring: List, answers: { 200: Inbox } } }, async (request, reply) => {
    const { view = 'all', status = 'open,pending', tag, channel, cursor: given } = request.query;
    const place = placeIn(reply, given, placeOf);
    if (place === null) return reply;
    const asked: ListAsked = {
      view: view.startsWith('team:') ? { team: view.slice('team:'.length) } : (view as 'mine' | 'unassigned' | 'all'),
      statuses: STATUSES.filter((one) => status.split(',').includes(one)), tag, channel, after: place.after,
    };
    return reply.send(await listConversations(store.brand(request.brand.id), request.actor, asked, now()));
  });

  app.get('/api/v1/inbox/search', { config, schema: { summary: 'Search in what was said', querystring: Search, answers: { 200: Found } } }, async (request, reply) => {
    const place = placeIn(reply, request.query.cursor, searchPlaceOf);
    if (place === null) return reply;
    return reply.send(await searchConversations(store.brand(request.brand.id), request.actor, request.query.q, place.after, now()));
  });
}

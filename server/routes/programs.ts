// What programs do that no page does: make customers, look them up, and begin conversations in a channel of the kind API.
import { Type } from 'typebox';
import { deny } from '#policy/decision.ts';
import { beginConversation } from '#inbox/api-conversation.ts';
import { cursorOf, placeOf } from '#inbox/cursors.ts';
import { readCard, readFields } from '#inbox/customer-card.ts';
import { makeCustomer } from '#inbox/customer-making.ts';
import * as customerRows from '#store/customers.ts';
import { Begun, Customers, OneCustomer } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const Fields = Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String(), personal: Type.Boolean() }, { additionalProperties: false }), { maxItems: 200 }));
const New = Type.Object({ name: text, email: text, phone: text, externalId: text, fields: Fields }, { additionalProperties: false });
const Begin = Type.Object({
  channel: Type.String({ maxLength: 60 }),
  customer: Type.Union([Type.Object({ id: Type.String({ maxLength: 60 }) }, { additionalProperties: false }), New]),
  text: Type.String(),
  as: Type.Optional(Type.Union([Type.Literal('customer'), Type.Literal('agent')])),
  agent: Type.Optional(Type.String({ maxLength: 60 })),
}, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
const exact = Type.Optional(Type.String({ minLength: 1, maxLength: 400 }));
const Look = Type.Object({ externalId: exact, email: exact, phone: exact, cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_-]+$' })) }, { additionalProperties: false });
const PAGE = 50;
const MISSING = deny('customer.not_found', null, {});

const shown = (row: customerRows.CustomerRow) => ({
  id: row.id, name: row.name, email: row.email, phone: row.phone, externalId: row.external_id, fields: readFields(row.fields), verifiedBy: row.verified_by, createdAt: row.created_at, lastSeenAt: row.last_seen_at, erasedAt: row.erased_at,
});

export function programRoutes(app: App, parts: Parts): void {
  const { store, problems, now } = parts;
  const desk = { store, commit: parts.brands.commit, now };

  app.get('/api/v1/customers', { config: { door: 'api', scope: 'customers:read' }, schema: { summary: 'Customers, the newest first, or those with exactly this identifier', querystring: Look, answers: { 200: Customers } } }, async (request, reply) => {
    const { cursor, externalId, email, phone } = request.query;
    const after = cursor === undefined ? undefined : placeOf(cursor);
    if (cursor !== undefined && after === undefined) return problems.invalid(reply, [{ path: 'cursor', code: 'cursor.invalid', message: 'The cursor must be one that a page before gave; begin again without one.' }]);
    const rows = await customerRows.page(store.brand(request.brand.id), { external_id: externalId, email, phone }, PAGE + 1, after);
    const page = rows.slice(0, PAGE);
    const last = page.at(-1);
    return reply.send({ customers: page.map(shown), next: rows.length > PAGE && last !== undefined ? cursorOf({ at: last.created_at, id: last.id }) : null });
  });

  app.get('/api/v1/customers/:id', { config: { door: 'api', scope: 'customers:read' }, schema: { summary: 'One customer with their conversations', params: Id, answers: { 200: OneCustomer } } }, async (request, reply) => {
    const customer = await readCard(store.brand(request.brand.id), request.actor, request.params.id, now());
    return customer === undefined ? problems.refuseActor(request, reply, MISSING) : reply.send({ customer });
  });

  app.post('/api/v1/customers', { config: { door: 'api', scope: 'customers:write' }, schema: { summary: 'Make a customer', body: New, answers: { 201: OneCustomer } } }, async (request, reply) => {
    const made = await makeCustomer(desk, request.brand.id, request.actor, request.body);
    if ('faults' in made) return problems.invalid(reply, made.faults);
    if (!made.ok) return problems.refuseActor(request, reply, made.denial);
    const customer = await readCard(store.brand(request.brand.id), request.actor, made.id, now());
    return customer === undefined ? problems.refuseActor(request, reply, MISSING) : reply.code(201).send({ customer });
  });

  app.post('/api/v1/conversations', { config: { door: 'api', scope: 'conversations:write' }, schema: { summary: 'Begin a conversation in a channel of the kind API', body: Begin, answers: { 201: Begun } } }, async (request, reply) => {
    const { channel, customer, text: said, as = 'customer', agent } = request.body;
    const begun = await beginConversation(desk, request.brand.id, request.actor, { channelId: channel, customer, text: said, as, inTheNameOf: agent });
    if ('faults' in begun) return problems.invalid(reply, begun.faults);
    if (!begun.ok) return problems.refuseActor(request, reply, begun.denial);
    return reply.code(201).send({ conversation: { id: begun.conversationId, number: begun.number }, message: { id: begun.messageId }, customer: { id: begun.customerId } });
  });
}

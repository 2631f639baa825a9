// A person's own notifications over HTTP: what happened, that it was seen, and how they want to be told.
import { Type } from 'typebox';
import { choiceFaults, choiceOf, DEFAULT, rowOf } from '#inbox/notification-choice.ts';
import { maySee, sightOf } from '#inbox/sight.ts';
import * as agentRows from '#store/agents.ts';
import * as conversationRows from '#store/conversations.ts';
import * as customerRows from '#store/customers.ts';
import * as choiceRows from '#store/notification-choices.ts';
import * as notificationRows from '#store/notifications.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const Way = Type.Union([Type.Literal('mail'), Type.Literal('away'), Type.Literal('page'), Type.Literal('off')]);
const Minute = Type.Integer({ minimum: 0, maximum: 1_439 });
const Choice = Type.Object({
  ways: Type.Object({ new: Way, assigned: Way, mentioned: Way, answered: Way, waiting: Way }, { additionalProperties: false }),
  waitingMinutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
  quiet: Type.Union([Type.Object({ from: Minute, to: Minute }, { additionalProperties: false }), Type.Null()]),
  zone: Type.String({ minLength: 1, maxLength: 60 }),
}, { additionalProperties: false });
const Kind = Type.Union([Type.Literal('new'), Type.Literal('assigned'), Type.Literal('mentioned'), Type.Literal('answered'), Type.Literal('waiting')]);
const Told = Type.Object({
  unseen: Type.Integer(),
  notifications: Type.Array(Type.Object({ id: Type.String(), kind: Kind, conversation: Type.String(), number: Type.Integer(), customer: Type.Union([Type.String(), Type.Null()]), by: Type.Union([Type.String(), Type.Null()]), at: Type.Integer(), seen: Type.Boolean() })),
});
const Seen = Type.Object({ upTo: Type.Integer({ minimum: 0 }), conversation: Type.Optional(Type.String({ maxLength: 60 })) }, { additionalProperties: false });

const MOST = 50;
const config = { door: 'workspace' } as const;

export function notificationRoutes(app: App, { store, problems, now }: Parts): void {
  app.get('/api/v1/notifications', { config, schema: { response: { 200: Told } } }, async ({ brand: { id }, session: { person } }) => {
    const brand = store.brand(id);
    const [rows, sight, names] = await Promise.all([notificationRows.newest(brand, person.id, MOST), sightOf(brand, person), agentRows.namesById(brand)]);
    const conversations = new Map((await conversationRows.byIds(brand, [...new Set(rows.map((row) => row.conversation_id))])).filter((row) => maySee(sight, row)).map((row) => [row.id, row]));
    const customers = await customerRows.byIds(brand, [...new Set([...conversations.values()].map((row) => row.customer_id))]);
    const notifications = rows.flatMap((row) => {
      const conversation = conversations.get(row.conversation_id);
      if (conversation === undefined) return [];
      const by = row.by_agent === null ? null : (names.get(row.by_agent) ?? null);
      return [{ id: row.id, kind: row.kind, conversation: conversation.id, number: conversation.number, customer: customers.get(conversation.customer_id)?.name ?? null, by, at: row.created_at, seen: row.seen_at !== null }];
    });
    return { unseen: notifications.filter(({ seen }) => !seen).length, notifications };
  });

  // Bookkeeping of one's own, as reading a conversation is.
  app.post('/api/v1/notifications/seen', { config, schema: { body: Seen } }, async ({ brand: { id }, session: { person }, body }, reply) => {
    const brand = store.brand(id);
    await brand.note([notificationRows.seen(brand, person.id, { upTo: body.upTo, conversationId: body.conversation, now: now() })]);
    return reply.code(204).send();
  });

  app.get('/api/v1/account/notifications', { config, schema: { response: { 200: Type.Object({ choice: Choice, chosen: Type.Boolean() }) } } }, async ({ brand: { id }, session: { person } }) => {
    const row = await choiceRows.of(store.brand(id), person.id);
    return { choice: row === undefined ? DEFAULT : choiceOf(row), chosen: row !== undefined };
  });

  app.put('/api/v1/account/notifications', { config, schema: { body: Choice, response: { 200: Type.Object({ choice: Choice, chosen: Type.Boolean() }) } } }, async ({ brand: { id }, session: { person }, body }, reply) => {
    const faults = choiceFaults(body);
    if (faults.length > 0) return problems.invalid(reply, faults) as never;
    const brand = store.brand(id);
    await brand.note([choiceRows.set(brand, rowOf(person.id, body, now()))]);
    return reply.send({ choice: body, chosen: true });
  });
}

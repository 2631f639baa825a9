// The card of a customer over HTTP: what an agent writes on it.
import { Type } from 'typebox';
import { deny } from '#policy/decision.ts';
import { changeCustomer, readCard } from '#inbox/customer-card.ts';
import { OneCustomer } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
const text = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const Card = Type.Object(
  {
    name: text, email: text, phone: text,
    fields: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String(), personal: Type.Boolean() }, { additionalProperties: false }), { maxItems: 200 })),
  },
  { additionalProperties: false, minProperties: 1 },
);
const config = { door: 'workspace', inFrame: true, scope: 'customers:write' } as const;

export function customerRoutes(app: App, parts: Parts): void {
  const { store, problems, now } = parts;
  const desk = { store, commit: parts.brands.commit, now };

  app.patch('/api/v1/customers/:id', { config, schema: { summary: 'Write on a customer’s card', params: Id, body: Card, answers: { 200: OneCustomer } } }, async (request, reply) => {
    const { brand, actor, params, body } = request;
    const changed = await changeCustomer(desk, brand.id, actor, params.id, body);
    if ('faults' in changed) return problems.invalid(reply, changed.faults);
    if (!changed.ok) return problems.refuseActor(request, reply, changed.denial);
    const customer = await readCard(store.brand(brand.id), actor, params.id, now());
    return customer === undefined ? problems.refuseActor(request, reply, deny('customer.not_found', null, {})) : reply.send({ customer });
  });
}

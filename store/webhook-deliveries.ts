// What waits to be delivered to webhooks, what was, and how each try went. Ids alone, and the beginning of answers that were no success.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type DeliveryRow = BrandTables['webhook_deliveries'];
export type TryRow = BrandTables['webhook_tries'];

/** Put down once for a webhook and event; again when the trail is gone through again, and then it is sent anew. */
export function put(brand: BrandStore, row: DeliveryRow): Statement {
  const { due_at } = row;
  return brand.write(brand.q.insertInto('webhook_deliveries').values(row).onConflict((oc) => oc.columns(['webhook_id', 'event_id']).doUpdateSet({ due_at, attempts: 0, done_at: null, given_up_at: null })));
}

/** Those due at `now` of webhooks that are on, the oldest first. */
export function due(brand: BrandStore, now: number, most: number): Promise<DeliveryRow[]> {
  const query = brand.q.selectFrom('webhook_deliveries').innerJoin('webhooks', 'webhooks.id', 'webhook_deliveries.webhook_id').selectAll('webhook_deliveries');
  return brand.all(query.where('webhooks.disabled_at', 'is', null).where('done_at', 'is', null).where('given_up_at', 'is', null).where('due_at', '<=', now).orderBy('due_at').orderBy('webhook_deliveries.id').limit(most));
}

export function byId(brand: BrandStore, id: string): Promise<DeliveryRow | undefined> {
  return brand.one(brand.q.selectFrom('webhook_deliveries').selectAll().where('id', '=', id));
}

/** Takes one up, until `until`: another node that takes it at the same moment gets a conflict `delivery.taken`. */
export function claim(brand: BrandStore, row: Pick<DeliveryRow, 'id' | 'due_at' | 'attempts'>, until: number): Statement {
  const query = brand.q.updateTable('webhook_deliveries').set({ due_at: until, attempts: row.attempts + 1 }).where('id', '=', row.id).where('due_at', '=', row.due_at);
  return brand.write(query.where('attempts', '=', row.attempts).where('done_at', 'is', null), { expect: 1, otherwise: 'delivery.taken' });
}

export function mark(brand: BrandStore, id: string, fields: Partial<Pick<DeliveryRow, 'done_at' | 'given_up_at' | 'due_at' | 'attempts'>>): Statement {
  return brand.write(brand.q.updateTable('webhook_deliveries').set(fields).where('id', '=', id));
}

export function noteTry(brand: BrandStore, row: TryRow): Statement {
  return brand.write(brand.q.insertInto('webhook_tries').values(row), { expect: 1 });
}

/** The newest of a webhook, from before (`at`, `id`) on. */
export function page(brand: BrandStore, webhookId: string, most: number, before?: { readonly at: number; readonly id: string }): Promise<DeliveryRow[]> {
  let query = brand.q.selectFrom('webhook_deliveries').selectAll().where('webhook_id', '=', webhookId);
  if (before !== undefined) query = query.where((eb) => eb.or([eb('happened_at', '<', before.at), eb.and([eb('happened_at', '=', before.at), eb('id', '<', before.id)])]));
  return brand.all(query.orderBy('happened_at', 'desc').orderBy('id', 'desc').limit(most));
}

export async function triesOf(brand: BrandStore, ids: readonly string[]): Promise<TryRow[]> {
  if (ids.length === 0) return [];
  return brand.all(brand.q.selectFrom('webhook_tries').selectAll().where('delivery_id', 'in', ids).orderBy('at').orderBy('id'));
}

export function sweep(brand: BrandStore, before: number): Statement {
  return brand.write(brand.q.deleteFrom('webhook_deliveries').where('happened_at', '<', before));
}

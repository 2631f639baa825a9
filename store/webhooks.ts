// Webhooks: where events are sent, with which secret, and how far each has come in the audit trail.
import type { BrandStore, Statement } from '#store/store.ts';
import type { BrandTables } from '#store/tables.ts';

export type WebhookRow = BrandTables['webhooks'];

export function all(brand: BrandStore): Promise<WebhookRow[]> {
  return brand.all(brand.q.selectFrom('webhooks').selectAll().orderBy('created_at').orderBy('id'));
}

export function byId(brand: BrandStore, id: string): Promise<WebhookRow | undefined> {
  return brand.one(brand.q.selectFrom('webhooks').selectAll().where('id', '=', id));
}

export function active(brand: BrandStore): Promise<WebhookRow[]> {
  return brand.all(brand.q.selectFrom('webhooks').selectAll().where('disabled_at', 'is', null).orderBy('id'));
}

export function insert(brand: BrandStore, row: WebhookRow): Statement {
  return brand.write(brand.q.insertInto('webhooks').values(row), { expect: 1 });
}

/** A conflict `webhook.missing` when it is gone. */
export function change(brand: BrandStore, id: string, fields: Partial<Omit<WebhookRow, 'id'>>): Statement {
  return brand.write(brand.q.updateTable('webhooks').set(fields).where('id', '=', id), { expect: 1, otherwise: 'webhook.missing' });
}

/** Goes on in the trail. Another node was first: a conflict `webhook.moved`. */
export function move(brand: BrandStore, id: string, from: number, to: number): Statement {
  return brand.write(brand.q.updateTable('webhooks').set({ cursor_seq: to }).where('id', '=', id).where('cursor_seq', '=', from).where('disabled_at', 'is', null), { expect: 1, otherwise: 'webhook.moved' });
}

/** It failed, and has since `at` unless it failed before that already. */
export function failing(brand: BrandStore, id: string, at: number): Statement {
  return brand.write(brand.q.updateTable('webhooks').set({ failing_since: at }).where('id', '=', id).where('failing_since', 'is', null));
}

export function works(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.updateTable('webhooks').set({ failing_since: null }).where('id', '=', id).where('failing_since', 'is not', null));
}

/** Switched off by itself. Off already: a conflict `webhook.moved`. */
export function disable(brand: BrandStore, id: string, at: number, why: string): Statement {
  return brand.write(brand.q.updateTable('webhooks').set({ disabled_at: at, disabled_why: why }).where('id', '=', id).where('disabled_at', 'is', null), { expect: 1, otherwise: 'webhook.moved' });
}

export function remove(brand: BrandStore, id: string): Statement {
  return brand.write(brand.q.deleteFrom('webhooks').where('id', '=', id), { expect: 1, otherwise: 'webhook.missing' });
}

// Tells webhooks what happened: goes through the audit trail from where each webhook stands, puts down what is to be delivered, and delivers it, with growing waits.
import { signedHeaders } from '#identity/webhook-secrets.ts';
import { newId } from '#identity/tokens.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as brandRows from '#store/brands.ts';
import { type BrandId, type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import * as deliveryRows from '#store/webhook-deliveries.ts';
import type { DeliveryRow } from '#store/webhook-deliveries.ts';
import * as webhookRows from '#store/webhooks.ts';
import type { WebhookRow } from '#store/webhooks.ts';
import type { Called } from '#outside/webhooks/webhooks.ts';
import type { Parts } from '#server/parts.ts';
import { channelOf, eventOf, payloadOf, TEST_EVENT } from '#server/webhook-events.ts';

export const TELL_EVERY_MS = 500;
/** How often brands that nobody rang for are looked at: for what other nodes, or a crash, left behind. */
const LOOK_EVERY_MS = 5_000;
const BATCH = 200;
const AT_ONCE = 20;
const CLAIM_MS = 60_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Waits after each failed try; after the last, some three days after it happened, the delivery is given up. */
export const WAITS: readonly number[] = [5_000, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR];
/** A webhook that has done nothing but fail for so long is switched off. */
export const FAILING_MS = 3 * 24 * HOUR;

export type WebhookParts = Pick<Parts, 'store' | 'keyring' | 'webhooks' | 'brands' | 'now' | 'log'>;
export const sealedTo = (id: string): string => `webhooks/${id}`;

const opened = (parts: WebhookParts, sealed: Uint8Array, id: string): string => Buffer.from(parts.keyring.open(sealed, sealedTo(id))).toString('utf8');

function secretsOf(parts: WebhookParts, hook: WebhookRow): string[] {
  const old = hook.old_secret_sealed !== null && (hook.old_secret_until ?? 0) > parts.now() ? [opened(parts, hook.old_secret_sealed, hook.id)] : [];
  return [opened(parts, hook.secret_sealed, hook.id), ...old];
}

const listOf = (text: string | null): readonly string[] | null => (text === null ? null : (JSON.parse(text) as string[]));

/** Puts down what happened since this webhook looked last. The step of its cursor is in the same unit: nothing is lost or put down twice, whatever node does it. */
async function goOn(parts: WebhookParts, brand: BrandStore, hook: WebhookRow): Promise<boolean> {
  const rows = await auditRows.after(brand, hook.cursor_seq, BATCH);
  const last = rows.at(-1);
  if (last === undefined) return false;
  const wanted = new Set(listOf(hook.events));
  const channels = listOf(hook.channels);
  const statements: Statement[] = [webhookRows.move(brand, hook.id, hook.cursor_seq, last.seq)];
  for (const row of rows) {
    const type = eventOf(row);
    if (type === null || !wanted.has(type)) continue;
    if (channels !== null && !channels.includes((await channelOf(brand, row)) ?? '')) continue;
    statements.push(deliveryRows.put(brand, { id: newId('dlv'), webhook_id: hook.id, event_id: row.id, seq: row.seq, type, happened_at: row.at, due_at: parts.now(), attempts: 0, done_at: null, given_up_at: null }));
  }
  try {
    await brand.note(statements);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
  return rows.length === BATCH;
}

async function bodyOf(parts: WebhookParts, brand: BrandStore, hook: WebhookRow, delivery: DeliveryRow): Promise<string | null> {
  if (delivery.seq === null) return JSON.stringify({ type: TEST_EVENT, timestamp: new Date(delivery.happened_at).toISOString(), data: { webhook: hook.id } });
  const row = await auditRows.byId(brand, delivery.event_id);
  return row === undefined ? null : payloadOf(brand, hook, row, delivery.type);
}

/** Switched off by itself, with its row: everybody who may change settings is told on every page. */
async function switchOff(parts: WebhookParts, brand: BrandStore, hook: WebhookRow, why: 'failing' | 'gone'): Promise<void> {
  const at = parts.now();
  const entry: Entry = { id: newId('evt'), at, actor: { kind: 'system', id: null }, event: 'webhook.disabled', entity: { kind: 'webhook', id: hook.id }, facts: { name: hook.name, why } };
  try {
    await parts.store.commit([brand.part({ statements: [webhookRows.disable(brand, hook.id, at, why)], entries: [entry] })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

/** Makes one try of a delivery that was taken up, and writes down how it went. */
export async function attempt(parts: WebhookParts, brand: BrandStore, hook: WebhookRow, delivery: DeliveryRow): Promise<Called | null> {
  const body = await bodyOf(parts, brand, hook, delivery);
  if (body === null) {
    await brand.note([deliveryRows.mark(brand, delivery.id, { given_up_at: parts.now() })]);
    return null;
  }
  const called = await parts.webhooks.call(hook.url, signedHeaders(delivery.event_id, Math.floor(parts.now() / 1000), body, secretsOf(parts, hook)), body);
  const at = parts.now();
  const noted = deliveryRows.noteTry(brand, { id: newId('try'), delivery_id: delivery.id, at, status: called.status, ms: called.ms, answer: called.answer, fault: called.fault });
  if (called.ok) {
    await brand.note([noted, deliveryRows.mark(brand, delivery.id, { done_at: at }), webhookRows.works(brand, hook.id)]);
    return called;
  }
  const wait = delivery.seq === null ? undefined : WAITS[delivery.attempts];
  const next = wait === undefined ? { given_up_at: at } : { due_at: at + Math.max(wait, called.retryAfterMs ?? 0) };
  await brand.note([noted, deliveryRows.mark(brand, delivery.id, next), ...(delivery.seq === null ? [] : [webhookRows.failing(brand, hook.id, at)])]);
  // RFC 9110 15.5.11, and Standard Webhooks: who answers Gone wants no more.
  if (called.status === 410) await switchOff(parts, brand, hook, 'gone');
  else if (hook.failing_since !== null && at - hook.failing_since >= FAILING_MS) await switchOff(parts, brand, hook, 'failing');
  return called;
}

async function deliver(parts: WebhookParts, brand: BrandStore, hooks: ReadonlyMap<string, WebhookRow>): Promise<boolean> {
  const rows = await deliveryRows.due(brand, parts.now(), AT_ONCE);
  await Promise.all(rows.map(async (row) => {
    const hook = hooks.get(row.webhook_id);
    if (hook === undefined) return;
    try {
      await brand.note([deliveryRows.claim(brand, row, parts.now() + CLAIM_MS)]);
      await attempt(parts, brand, hook, row);
    } catch (error) {
      // Another node has it; or it could not be sent (a key that does not fit) and must not hold the others up.
      if (!(error instanceof Conflict)) parts.log.error({ err: error, delivery: row.id }, 'a webhook could not be called; it is tried again');
    }
  }));
  return rows.length === AT_ONCE;
}

/** One brand: what happened is put down, and what is due is delivered. True when there is more to do at once. */
export async function tellWebhooks(parts: WebhookParts, brandId: BrandId): Promise<boolean> {
  const brand = parts.store.brand(brandId);
  const hooks = await webhookRows.active(brand);
  if (hooks.length === 0) return false;
  let more = false;
  for (const hook of hooks) more = (await goOn(parts, brand, hook)) || more;
  return (await deliver(parts, brand, new Map(hooks.map((hook) => [hook.id, hook])))) || more;
}

export function webhookRound(parts: WebhookParts & Pick<Parts, 'uptime'>): () => Promise<void> {
  const rung = new Set<BrandId>();
  let lookedAt = -Infinity;
  parts.brands.onFeed((brandId) => rung.add(brandId));
  parts.brands.onPolicy((brand) => rung.add(brand.id));
  return async () => {
    if (parts.uptime() - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = parts.uptime();
      for (const { id } of await brandRows.all(parts.store.system)) rung.add(id);
    }
    for (const brandId of [...rung]) {
      rung.delete(brandId);
      if (await tellWebhooks(parts, brandId)) rung.add(brandId);
    }
  };
}

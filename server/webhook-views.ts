// Webhooks and their deliveries as pages and programs see them: never a secret. Times in UTC.
import { Type } from 'typebox';
import { flag, list, oneOf, orNull, shape, text, whole } from '#server/api/shapes.ts';
import type { DeliveryRow, TryRow } from '#store/webhook-deliveries.ts';
import type { WebhookRow } from '#store/webhooks.ts';

/** RFC 3339 in UTC, to pages and programs alike. */
const Instant = Type.String({ format: 'date-time' });
export const Webhook = shape({
  id: text, name: text, url: text, events: list(text), channels: orNull(list(text)), includeText: flag, createdAt: Instant, enabled: flag, disabledWhy: orNull(oneOf('person', 'failing', 'gone')), failingSince: orNull(Instant),
  oldSecretUntil: orNull(Instant),
});
export const Webhooks = shape({ webhooks: list(Webhook), events: list(shape({ type: text, label: text })) });
export const MadeWebhook = shape({ webhook: Webhook, secret: Type.String({ description: 'Shown this once.' }) });
export const OneWebhook = shape({ webhook: Webhook });
export const RemovedWebhook = shape({ removed: text });
export const NewSecret = shape({ secret: text, oldSecretUntil: Instant });
const Try = shape({ at: Instant, status: orNull(whole), ms: whole, answer: text, fault: orNull(text) });
export const Tested = shape({ ok: flag, status: orNull(whole), ms: whole, answer: text, fault: orNull(text) });
export const Deliveries = shape({
  deliveries: list(shape({ id: text, eventId: text, type: text, happenedAt: Instant, state: oneOf('delivered', 'given_up', 'waiting'), nextTryAt: orNull(Instant), tries: list(Try) })), next: orNull(text),
});
export const Replaying = shape({ replaying: whole });
export const ReplayingSince = shape({ since: Instant });

const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function webhookShown(row: WebhookRow, now: number) {
  return {
    id: row.id, name: row.name, url: row.url, events: JSON.parse(row.events) as string[], channels: row.channels === null ? null : (JSON.parse(row.channels) as string[]), includeText: row.include_text === 1,
    createdAt: instant(row.created_at), enabled: row.disabled_at === null,
    /** `person`, `failing` or `gone`; null while it is on. */
    disabledWhy: row.disabled_why, failingSince: instant(row.failing_since), oldSecretUntil: row.old_secret_until !== null && row.old_secret_until > now ? instant(row.old_secret_until) : null,
  };
}

export function deliveryShown(row: DeliveryRow, tries: readonly TryRow[]) {
  const state = row.done_at !== null ? 'delivered' : row.given_up_at !== null ? 'given_up' : 'waiting';
  return {
    id: row.id, eventId: row.event_id, type: row.type, happenedAt: instant(row.happened_at), state, nextTryAt: state === 'waiting' ? instant(row.due_at) : null,
    tries: tries.filter(({ delivery_id }) => delivery_id === row.id).map(({ at, status, ms, answer, fault }) => ({ at: instant(at), status, ms, answer, fault })),
  };
}

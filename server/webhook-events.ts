// What webhooks tell: which rows of the audit trail are events, and what is sent of each. Ids; text only where a webhook was made to carry it.
import * as conversationRows from '#store/conversations.ts';
import * as messageRows from '#store/messages.ts';
import type { AuditRow } from '#store/audit-rows.ts';
import type { BrandStore } from '#store/store.ts';
import type { WebhookRow } from '#store/webhooks.ts';

/** Names are permanent: receivers rely on them. */
export const WEBHOOK_EVENTS = Object.freeze({
  'conversation.created': 'A conversation began',
  'conversation.assigned': 'It was given to somebody, or to nobody',
  'conversation.solved': 'It was solved',
  'conversation.reopened': 'It was opened again',
  'conversation.changed': 'Its status, team or tags changed otherwise',
  'conversation.forwarded': 'It was forwarded to a third party',
  'message.created': 'A customer or an agent wrote',
  'note.created': 'An agent wrote an internal note',
  'customer.erased': 'A customer was erased',
  'file.refused': 'A file was refused',
  'policy.changed': 'A setting was changed',
  'refusals.spiked': 'More than twenty refusals of one kind within a minute',
} as const);

export type WebhookEvent = keyof typeof WEBHOOK_EVENTS;
export const EVENT_NAMES = Object.freeze(Object.keys(WEBHOOK_EVENTS) as WebhookEvent[]);
/** Sent by hand, to try a receiver out. */
export const TEST_EVENT = 'webhook.test';

type Detail = { readonly before?: Record<string, unknown>; readonly after?: Record<string, unknown>; readonly facts?: Record<string, unknown> };
const detailOf = (row: AuditRow): Detail => JSON.parse(row.detail) as Detail;

function changeOf({ facts, before, after }: Detail): WebhookEvent {
  if (facts?.['what'] === 'assignee') return 'conversation.assigned';
  if (facts?.['what'] !== 'status') return 'conversation.changed';
  if (after?.['status'] === 'solved') return 'conversation.solved';
  return after?.['status'] === 'open' && before?.['status'] !== 'pending' ? 'conversation.reopened' : 'conversation.changed';
}

/** The event that a row is; null for what webhooks are not told. */
export function eventOf(row: AuditRow): WebhookEvent | null {
  switch (row.event) {
    case 'conversation.begun':
      return 'conversation.created';
    case 'conversation.changed':
      return changeOf(detailOf(row));
    case 'message.sent':
      return detailOf(row).facts?.['kind'] === 'note' ? 'note.created' : 'message.created';
    case 'refusals.folded':
      return 'refusals.spiked';
    case 'conversation.forwarded':
    case 'customer.erased':
    case 'file.refused':
    case 'policy.changed':
      return row.event;
    default:
      return null;
  }
}

const idOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The conversation that a row speaks of. */
function conversationOf(row: AuditRow, { facts }: Detail): string | null {
  return row.entity_kind === 'conversation' ? row.entity_id : idOr(facts?.['conversation']);
}

/** The channel that a row belongs to, for webhooks that hear some channels alone; null for none. */
export async function channelOf(brand: BrandStore, row: AuditRow): Promise<string | null> {
  const detail = detailOf(row);
  const id = conversationOf(row, detail);
  const conversation = id === null ? undefined : await conversationRows.byId(brand, id);
  return conversation?.channel_id ?? idOr(detail.facts?.['channel']);
}

/** Only ids, states and counts go along: what a row knows beyond them stays in the trail. */
const TOLD = ['channel', 'kind', 'author', 'verified', 'files', 'what', 'door', 'code', 'folded', 'done', 'forward', 'number'] as const;

async function textOf(brand: BrandStore, id: string | null): Promise<Record<string, unknown>> {
  const message = id === null ? undefined : await messageRows.byId(brand, id);
  if (message === undefined) return { text: null };
  return message.redacted_at === null ? { text: message.text } : { text: null, redacted: true };
}

/** What is sent of a row, as it stands now: a text that was removed meanwhile is not sent. */
export async function payloadOf(brand: BrandStore, hook: Pick<WebhookRow, 'include_text'>, row: AuditRow, type: string): Promise<string> {
  const detail = detailOf(row);
  const conversationId = conversationOf(row, detail);
  const conversation = conversationId === null ? undefined : await conversationRows.byId(brand, conversationId);
  const facts = Object.fromEntries(TOLD.flatMap((name) => (detail.facts?.[name] === undefined ? [] : [[name, detail.facts[name]]])));
  const change = type.startsWith('conversation.') && detail.after !== undefined ? { from: Object.values(detail.before ?? {})[0] ?? null, to: Object.values(detail.after)[0] ?? null } : {};
  const about = conversation === undefined ? { conversation: conversationId } : { conversation: conversation.id, number: conversation.number, channel: conversation.channel_id, customer: conversation.customer_id };
  const own = row.entity_kind === 'conversation' || row.entity_kind === 'door' ? {} : { [row.entity_kind]: row.entity_id };
  const said = hook.include_text === 1 && row.entity_kind === 'message' ? await textOf(brand, row.entity_id) : {};
  const data = { ...facts, ...(conversationId === null ? {} : about), ...own, ...change, ...said, actor: { kind: row.actor_kind, id: row.actor_id } };
  return JSON.stringify({ type, timestamp: new Date(row.at).toISOString(), data });
}

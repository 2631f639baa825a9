// Exceptions: an agent whose forward was refused asks for one address, an administrator allows it for that conversation until a date, or does not.
import { type Denial, deny } from '#policy/decision.ts';
import { fault, type Fault, shown } from '#policy/fault.ts';
import { bareAddress } from '#policy/decide/outbound-mail.ts';
import type { Actor } from '#identity/actor.ts';
import { endedWhile } from '#identity/actor.ts';
import { newId } from '#identity/tokens.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as exceptionRows from '#store/forward-exceptions.ts';
import type { ExceptionRow } from '#store/forward-exceptions.ts';
import { type BrandId, type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import type { DeskParts } from '#inbox/agent-message.ts';

const DAY = 86_400_000;
export const LONGEST_REASON = 500;
/** The longest that one exception stands. */
export const MOST_DAYS = 90;

export type Kept = { readonly ok: true; readonly exception: ExceptionRow } | { readonly ok: false; readonly denial: Denial } | { readonly ok: false; readonly faults: readonly Fault[] };
type Numbered = Pick<ConversationRow, 'id' | 'number'>;

const entryOf = (actor: Pick<Actor, 'kind' | 'id'>, event: string, { id, number }: Numbered, row: ExceptionRow, at: number, more: Readonly<Record<string, unknown>> = {}): Entry =>
  ({ id: newId('evt'), at, actor: { kind: actor.kind, id: actor.id }, event, entity: { kind: 'conversation', id }, facts: { number, exception: row.id, to: row.address, ...more } });

/** `using`: what uses a fresh code up, in the same unit. */
async function keep(parts: DeskParts, brand: BrandStore, actor: Actor, statements: readonly Statement[], entry: Entry, id: string): Promise<Kept> {
  try {
    await parts.commit([brand.part({ statements: [actor.still(brand), ...statements], entries: [entry] })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const ended = endedWhile(error.code);
    if (ended !== undefined) return { ok: false, denial: deny(ended, null, {}) };
    if (error.code === 'exception.waiting' || error.code === 'exception.decided' || error.code === 'step_up.required') return { ok: false, denial: deny(error.code, null, {}) };
    throw error;
  }
  const exception = await exceptionRows.byId(brand, id);
  return exception === undefined ? { ok: false, denial: deny('exception.missing', null, {}) } : { ok: true, exception };
}

export async function askException(parts: DeskParts, brandId: BrandId, actor: Actor, conversation: Numbered, { address, reason }: { readonly address: string; readonly reason: string }): Promise<Kept> {
  const canonical = bareAddress(address);
  const length = [...reason.trim()].length;
  const faults = [
    ...(canonical === undefined ? [fault('address', 'address.shape', 'The address', 'be one bare address such as claims@example.com', shown(address))] : []),
    ...(length === 0 || length > LONGEST_REASON ? [fault('reason', 'reason.length', 'The reason', `have 1 to ${LONGEST_REASON} characters`, length === 0 ? 'none' : String(length))] : []),
  ];
  if (canonical === undefined || faults.length > 0) return { ok: false, faults };
  const brand = parts.store.brand(brandId);
  const at = parts.now();
  const row: ExceptionRow = { id: newId('fex'), conversation_id: conversation.id, address: canonical, reason: reason.trim(), asked_by: actor.id, asked_at: at, state: 'asked', decided_by: null, decided_at: null, until: null };
  return keep(parts, brand, actor, [exceptionRows.ask(brand, row)], entryOf(actor, 'exception.asked', conversation, row, at), row.id);
}

/** Allows it until an instant (ms), or refuses it (null). An administrator with a fresh code, judged at the door. */
export async function decideException(parts: DeskParts, brandId: BrandId, actor: Actor, conversation: Numbered, row: ExceptionRow, until: number | null, using: readonly Statement[]): Promise<Kept> {
  const brand = parts.store.brand(brandId);
  const at = parts.now();
  if (until !== null && !(until > at && until <= at + MOST_DAYS * DAY)) return { ok: false, faults: [fault('until', 'exception.until', 'The end', `lie within the next ${MOST_DAYS} days`, new Date(until).toISOString())] };
  const state = until === null ? 'refused' : 'allowed';
  return keep(parts, brand, actor, [...using, exceptionRows.decide(brand, row.id, { at, agentId: actor.id, state, until })], entryOf(actor, `exception.${state}`, conversation, row, at, until === null ? {} : { until }), row.id);
}

/** At once: a mail that waits to be sent is judged without it. */
export function withdrawException(parts: DeskParts, brandId: BrandId, actor: Actor, conversation: Numbered, row: ExceptionRow): Promise<Kept> {
  const brand = parts.store.brand(brandId);
  const at = parts.now();
  return keep(parts, brand, actor, [exceptionRows.withdraw(brand, row.id, { at, agentId: actor.id })], entryOf(actor, 'exception.withdrawn', conversation, row, at), row.id);
}

// Strangers who left: what their browser told of itself goes a day after their session, and they with it where they never said a word.
import { newId } from '#identity/tokens.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as customerRows from '#store/customers.ts';
import * as saltRows from '#store/salts.ts';
import { Conflict, type Store } from '#store/store.ts';

const DAY = 86_400_000;
/** Of one unit of work: whoever writes meanwhile waits for no more than this. */
const BATCH = 200;
const MOST_BATCHES = 250;

/** How many of each went. */
export interface Left {
  readonly sessions: number;
  readonly customers: number;
}

/**
 * One round of one brand, whatever its retention says: that keeps conversations, and here there is none. Chat sessions that ended or ran
 * out more than a day before `now` (ms) go, and customers whom no ticket named, who wrote nothing and have no session left. Several
 * nodes may do it at once: what another was before at is left to its next round.
 */
export async function forgetLeft(store: Store, brandId: string, now: number): Promise<Left> {
  const brand = store.brand(brandId);
  const before = now - DAY;
  let sessions = 0;
  for (let made = 0; made < MOST_BATCHES; made += 1) {
    const ids = await chatSessionRows.longOver(brand, before, BATCH);
    if (ids.length > 0) await brand.note([chatSessionRows.forget(brand, ids)]);
    sessions += ids.length;
    if (ids.length < BATCH) break;
  }
  let customers = 0;
  for (let made = 0; made < MOST_BATCHES; made += 1) {
    const ids = await customerRows.strangersLeft(brand, before, BATCH);
    if (ids.length === 0) break;
    const entry = { id: newId('evt'), at: now, actor: { kind: 'system', id: null }, event: 'chat.strangers_forgotten', entity: { kind: 'brand', id: brandId }, facts: { customers: ids.length } } as const;
    try {
      await brand.commit({ statements: [customerRows.forgetStrangers(brand, ids, before), ...ids.map((id) => saltRows.drop(brand, id))], entries: [entry] });
    } catch (error) {
      if (error instanceof Conflict && error.code === 'customer.changed') break;
      throw error;
    }
    customers += ids.length;
    if (ids.length < BATCH) break;
  }
  return { sessions, customers };
}

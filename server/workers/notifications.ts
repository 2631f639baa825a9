// Tells agents what they want to know: finds it in the feed, each once over all nodes, and mails it, never more than one mail in five minutes to anybody.
import { newId } from '#identity/tokens.ts';
import { occasionsOf, waitingOf } from '#inbox/notification-occasions.ts';
import * as brandRows from '#store/brands.ts';
import * as conversationRows from '#store/conversations.ts';
import { last } from '#store/feed.ts';
import * as messageRows from '#store/messages.ts';
import * as notificationRows from '#store/notifications.ts';
import { type BrandId, type BrandStore, Conflict } from '#store/store.ts';
import { type NotifyParts, readersOf } from '#server/notification-readers.ts';
import { mailNotifications } from '#server/workers/notification-mails.ts';

export const NOTIFY_EVERY_MS = 1_000;
/** How often brands in which this node saw nothing happen are looked at, and who waits. */
const LOOK_EVERY_MS = 20_000;
const MOST_MESSAGES = 500;
/** What is older when it is found is no news: what was there before, or came in from elsewhere. */
const TOLD_FOR_MS = 3_600_000;
/** Who waits for longer than this was told of long ago. */
const WAITING_KEPT_MS = 2 * 86_400_000;
const MOST_WAITING = 1_000;

/** Looks at what happened since the last time; true when there may be more. */
async function lookAt({ now }: NotifyParts, brand: BrandStore): Promise<boolean> {
  const from = await notificationRows.cursor(brand);
  if (from === undefined) {
    await brand.note([notificationRows.begin(brand)]);
    return true;
  }
  const reached = await last(brand);
  if (reached <= from) return false;
  const messages = await messageRows.since(brand, from, MOST_MESSAGES);
  const full = messages.length === MOST_MESSAGES;
  // One unit may have written more messages than are read at once: the last number may not be whole.
  const to = full ? Math.max(from + 1, (messages.at(-1)?.feed ?? reached) - 1) : reached;
  const whole = messages.filter(({ feed, created_at: at }) => feed <= to && at > now() - TOLD_FOR_MS);
  const conversations = new Map((await conversationRows.byIds(brand, [...new Set(whole.map((row) => row.conversation_id))])).map((row) => [row.id, row]));
  const found = whole.length === 0 ? [] : occasionsOf(whole, conversations, await readersOf(brand), now());
  await brand.note([notificationRows.goOn(brand, from, to), ...found.map((row) => notificationRows.insert(brand, row))]);
  return full;
}

async function lookForWaiting({ now }: NotifyParts, brand: BrandStore): Promise<void> {
  const at = now();
  const waiting = await conversationRows.waitingBetween(brand, at - WAITING_KEPT_MS, at - 60_000, MOST_WAITING);
  if (waiting.length === 0) return;
  const told = await notificationRows.told(brand, 'waiting', waiting.map(({ id }) => id));
  const found = waitingOf(waiting, await readersOf(brand), at).filter((row) => !told.has(`${row.agent_id} ${row.conversation_id} ${row.occasion}`));
  await brand.note(found.map((row) => notificationRows.insert(brand, row)));
}

/** Another node was first: it has told them. */
async function unlessTaken(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Conflict)) throw error;
  });
}

/** Finds and mails: of the brands in which something happened on this node, and each twenty seconds of uptime of all. */
export function notifyRound(parts: NotifyParts): () => Promise<void> {
  const rung = new Set<BrandId>();
  let lookedAt = -Infinity;
  parts.brands.onFeed((brandId) => rung.add(brandId));

  async function tell(brandId: BrandId, everything: boolean): Promise<void> {
    const brand = parts.store.brand(brandId);
    let more = true;
    while (more) {
      more = false;
      await unlessTaken(lookAt(parts, brand).then((full) => void (more = full)));
    }
    if (everything) await lookForWaiting(parts, brand);
    await mailNotifications(parts, brandId);
  }

  return async () => {
    const everything = parts.uptime() - lookedAt >= LOOK_EVERY_MS;
    if (everything) {
      lookedAt = parts.uptime();
      for (const { id } of await brandRows.all(parts.store.system)) rung.add(id);
    }
    for (const brandId of [...rung]) {
      rung.delete(brandId);
      await tell(brandId, everything).catch((error: unknown) => {
        rung.add(brandId);
        parts.log.error({ err: error, brand: brandId, work: newId('req') }, 'agents could not be told of what happened; it is tried again');
      });
    }
  };
}

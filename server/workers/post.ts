// Sends the mails that wait: at once when this node posted one, and each half minute whatever any node left behind.
import * as brandRows from '#store/brands.ts';
import * as mailRows from '#store/mails.ts';
import type { BrandId } from '#store/store.ts';
import { judgeAgain } from '#server/mail-judge.ts';
import { deliver, type DeliveryParts } from '#server/workers/delivery.ts';
import { tellDelivery } from '#server/workers/delivery-told.ts';
import type { Parts } from '#server/parts.ts';

export const SEND_EVERY_MS = 500;
/** How often brands that nobody rang for are looked at. */
export const LOOK_EVERY_MS = 30_000;
/** Mails under way at once, of all brands: as many connections to the mail server at most. */
const LANES = 16;
const PAGE = 200;

/** What is due of one brand, a page of it. True when there may be more. */
async function sendOf(parts: DeliveryParts, brandId: BrandId): Promise<boolean> {
  const brand = parts.store.brand(brandId);
  const rows = await mailRows.due(brand, parts.now(), PAGE);
  const full = rows.length === PAGE;
  let [stopped, broken] = [false, false];
  const lane = async (): Promise<void> => {
    for (let row = rows.shift(); row !== undefined && !stopped; row = rows.shift()) {
      const { id } = row;
      try {
        // Every mail would fail alike, and each try costs it one of its own.
        if ((await deliver(parts, brand, row)) === 'server') stopped = true;
      } catch (error) {
        // One that cannot be sent (a provider that throws, keys that do not fit) must not hold the others up.
        parts.log.error({ err: error, mail: id }, 'a mail could not be sent; it is tried again');
        broken = true;
      }
      if (row.message_id !== null) await tellDelivery(parts, brand, row).catch((error: unknown) => parts.log.error({ err: error, mail: id }, 'how far an answer has come could not be told'));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return full && !stopped && !broken;
}

/**
 * Sends what is due, of the brands that were rung for and, each half minute of uptime, of all. `alone`: no other process sends from this database,
 * so what is taken up at the start was taken up by one that is gone.
 */
export function postRound(parts: Pick<Parts, 'store' | 'keyring' | 'mail' | 'media' | 'brands' | 'now' | 'log' | 'uptime'>, { alone = false }: { alone?: boolean } = {}): () => Promise<void> {
  const rung = new Set<BrandId>();
  const sending: DeliveryParts = { ...parts, judgeMail: (brandId, mail, recipients) => judgeAgain(parts, brandId, mail, recipients) };
  let lookedAt = -Infinity;
  let released = !alone;
  parts.brands.onPosted((brandId) => rung.add(brandId));
  return async () => {
    const at = parts.uptime();
    if (at - lookedAt >= LOOK_EVERY_MS) {
      const brands = await brandRows.all(parts.store.system);
      if (!released) for (const brand of brands.map(({ id }) => parts.store.brand(id))) await brand.note([mailRows.release(brand, parts.now())]);
      released = true;
      lookedAt = at;
      for (const { id } of brands) rung.add(id);
    }
    // A page of each brand in turn, until nothing is due: a brand with much to send holds no other up.
    while (rung.size > 0) {
      for (const brandId of [...rung]) {
        rung.delete(brandId);
        if (await sendOf(sending, brandId)) rung.add(brandId);
      }
    }
  };
}

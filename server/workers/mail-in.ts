// Files what was received: at once when this node received it, and every few seconds whatever any node left behind.
import { fileMail } from '#inbox/mail/filing.ts';
import * as brandRows from '#store/brands.ts';
import * as receivedMails from '#store/received-mails.ts';
import { type BrandId, type BrandStore, Conflict } from '#store/store.ts';
import type { MailIn } from '#server/mail-in.ts';
import type { Parts } from '#server/parts.ts';

export const FILE_EVERY_MS = 200;
/** How often brands that nobody rang for are looked at. */
const LOOK_EVERY_MS = 5_000;
const AT_ONCE = 50;
/** A node that took one up and died leaves it to the others after this long. */
const CLAIM_MS = 120_000;
/** Waits after each failed try, ms; the last one again and again: what was received is never given up. */
const WAITS = [1_000, 10_000, 60_000, 600_000] as const;
/** From here on it is kept as it came: perhaps it is what it says that cannot be kept. */
const UNREAD_FROM = 4;

type FileParts = Pick<Parts, 'store' | 'now' | 'uptime' | 'log'> & { readonly mailIn: MailIn };

async function fileOne({ mailIn, now, log }: FileParts, brand: BrandStore, due: receivedMails.Due): Promise<void> {
  try {
    await brand.note([receivedMails.claim(brand, due, now() + CLAIM_MS)]);
  } catch (error) {
    // Another node has it.
    if (error instanceof Conflict) return;
    throw error;
  }
  try {
    const filing = due.tries + 1 < UNREAD_FROM ? mailIn.filing : { ...mailIn.filing, readers: { ...mailIn.filing.readers, read: async () => ({ ok: false, why: 'broken' }) as const } };
    await fileMail(filing, brand.id, due.id);
  } catch (error) {
    if (error instanceof Conflict && error.code === 'mail.settled') return;
    const wait = WAITS[Math.min(due.tries, WAITS.length - 1)] as number;
    log.error({ err: error, mail: due.id }, 'a received mail could not be filed; it is tried again');
    await brand.note([receivedMails.again(brand, due.id, now() + wait, error instanceof Conflict ? error.code : 'fault')]);
  }
}

/** Files what is due of one brand; true when there may be more. */
export async function fileDue(parts: FileParts, brandId: BrandId): Promise<boolean> {
  const brand = parts.store.brand(brandId);
  const due = await receivedMails.due(brand, parts.now(), AT_ONCE);
  // One that cannot be filed must not hold the others up.
  await Promise.all(due.map((one) => fileOne(parts, brand, one).catch((error: unknown) => parts.log.error({ err: error, mail: one.id }, 'a received mail could not be taken up'))));
  return due.length === AT_ONCE;
}

export function mailInRound(parts: FileParts): () => Promise<void> {
  let lookedAt = -Infinity;
  return async () => {
    const at = parts.uptime();
    const brands = new Set(parts.mailIn.rung());
    if (at - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = at;
      for (const { id } of await brandRows.all(parts.store.system)) brands.add(id);
    }
    for (const brandId of brands) if (await fileDue(parts, brandId)) parts.mailIn.ring(brandId);
  };
}

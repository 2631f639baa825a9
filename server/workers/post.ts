// Sends the mails that wait: at once when this node posted one, and each half minute whatever any node left behind.
import { opened } from '#identity/post.ts';
import { newId } from '#identity/tokens.ts';
import * as brandRows from '#store/brands.ts';
import * as mailRows from '#store/mails.ts';
import { type BrandId, type BrandStore, Conflict } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

export const SEND_EVERY_MS = 500;
/** How often brands that nobody rang for are looked at. */
export const LOOK_EVERY_MS = 30_000;
const AT_ONCE = 20;
/** A node that took a mail up and died leaves it to the others after this long. */
const CLAIM_MS = 120_000;
const MINUTE = 60_000;
/** Waits after each failed try; after the last the mail is given up, a day after it was posted. */
const WAITS: readonly number[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 4 * 60 * MINUTE, 8 * 60 * MINUTE, 12 * 60 * MINUTE];

type PostParts = Pick<Parts, 'store' | 'keyring' | 'mail' | 'brands' | 'now' | 'log'>;

async function sendOne({ store, keyring, mail, now, log }: PostParts, brand: BrandStore, row: mailRows.MailRow): Promise<void> {
  try {
    await brand.note([mailRows.claim(brand, row, now() + CLAIM_MS)]);
  } catch (error) {
    // Another node has it.
    if (error instanceof Conflict) return;
    throw error;
  }
  const { to: [to], subject, text } = opened(keyring, row);
  if (to === undefined) return brand.note([mailRows.remove(brand, row.id)]);
  const outcome = await mail.send({ to: to.address, subject, text });
  if (outcome.sent) return brand.note([mailRows.sent(brand, row.id, now())]);
  const wait = WAITS[row.attempts];
  if (outcome.retry && wait !== undefined) return brand.note([mailRows.again(brand, row.id, now() + wait, outcome.sentence)]);
  log.warn({ mail: row.id, kind: row.letter ?? row.kind, code: outcome.code }, 'a mail could not be sent and is given up');
  const entry = { id: newId('evt'), at: now(), actor: { kind: 'system', id: null }, event: 'mail.given_up', entity: { kind: 'agent', id: row.agent_id }, facts: { mail: row.letter ?? row.kind, why: outcome.code } } as const;
  await store.commit([brand.part({ statements: [mailRows.giveUp(brand, row.id, now(), outcome.sentence)], entries: [entry] })]);
}

async function sendOf(parts: PostParts, brandId: BrandId): Promise<boolean> {
  const brand = parts.store.brand(brandId);
  const rows = await mailRows.due(brand, parts.now(), AT_ONCE);
  // One that cannot be sent (a provider that throws, keys that do not fit) must not hold the others up.
  await Promise.all(rows.map((row) => sendOne(parts, brand, row).catch((error: unknown) => parts.log.error({ err: error, mail: row.id }, 'a mail could not be sent; it is tried again'))));
  return rows.length === AT_ONCE;
}

/** Sends what is due, of the brands that were rung for and, each half minute of uptime, of all. */
export function postRound(parts: PostParts & Pick<Parts, 'uptime'>): () => Promise<void> {
  const rung = new Set<BrandId>();
  let lookedAt = -Infinity;
  parts.brands.onPosted((brandId) => rung.add(brandId));
  return async () => {
    const at = parts.uptime();
    if (at - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = at;
      for (const { id } of await brandRows.all(parts.store.system)) rung.add(id);
    }
    for (const brandId of [...rung]) {
      rung.delete(brandId);
      if (await sendOf(parts, brandId)) rung.add(brandId);
    }
  };
}

// Files what was received: at once when this node received it, and every few seconds whatever any node left behind. Each mail by itself: one that takes long holds up no other.
import { fileMail, type MailInParts } from '#inbox/mail/filing.ts';
import * as brandRows from '#store/brands.ts';
import * as receivedMails from '#store/received-mails.ts';
import { type BrandId, type BrandStore, Conflict } from '#store/store.ts';
import { mailAllowance } from '#server/mail-files-in.ts';
import type { MailIn } from '#server/mail-in.ts';
import type { Parts } from '#server/parts.ts';

export const FILE_EVERY_MS = 200;
/** How often brands that nobody rang for are looked at. */
const LOOK_EVERY_MS = 5_000;
/** Under way at once on this node, of one brand and of all: each is held whole while it is read. */
const AT_ONCE = Object.freeze({ brand: 20, all: 100 });
/** A node that took one up and died leaves it to the others after this long. One that goes on with it says so in time. */
const CLAIM_MS = 120_000;
/** Waits after each failed try, ms; the last one again and again: what was received is never given up. */
const WAITS = [1_000, 10_000, 60_000, 600_000] as const;
/** From here on it is kept as it came: perhaps it is what it says that cannot be kept. */
const UNREAD_FROM = 4;

type FileParts = Pick<Parts, 'store' | 'now' | 'uptime' | 'log'> & { readonly mailIn: MailIn };

class Stopped extends Error {}

/** What is under way when the server stops is waited for no more: the mail is let go as it was, and filed by whoever comes next. */
function untilStopped<T>(stopping: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Stopped());
    if (stopping.aborted) return stop();
    stopping.addEventListener('abort', stop);
    work().then(resolve, reject).finally(() => stopping.removeEventListener('abort', stop));
  });
}

/** Whether this node has it now; false: another does. */
async function claimed({ now }: FileParts, brand: BrandStore, due: receivedMails.Due): Promise<boolean> {
  try {
    await brand.note([receivedMails.claim(brand, due, now() + CLAIM_MS)]);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** How one mail is filed: its files have so much time together, and nothing of it outlasts a stop. */
function filingOf({ mailIn }: FileParts, { tries }: receivedMails.Due): MailInParts {
  const { filing, stopping } = mailIn;
  const together = { gone: stopping, allowance: mailAllowance() };
  return {
    ...filing,
    readers: { ...filing.readers, read: (raw) => (tries + 1 < UNREAD_FROM ? untilStopped(stopping, () => filing.readers.read(raw)) : Promise.resolve({ ok: false, why: 'broken' })) },
    takeFile: (brandId, owner, file) => untilStopped(stopping, () => mailIn.takeFile(brandId, owner, file, together)),
  };
}

/** One that was claimed. */
async function fileOne(parts: FileParts, brand: BrandStore, due: receivedMails.Due): Promise<void> {
  const { mailIn, now, log } = parts;
  let renewed: Promise<unknown> = Promise.resolve();
  const renewing = setInterval(() => {
    renewed = brand.note([receivedMails.renew(brand, due, now() + CLAIM_MS)]).catch((error: unknown) => log.error({ err: error, mail: due.id }, 'that a mail is being filed could not be told to other nodes'));
  }, CLAIM_MS / 4);
  try {
    await fileMail(filingOf(parts, due), brand.id, due.id);
  } catch (error) {
    clearInterval(renewing);
    if (error instanceof Conflict && error.code === 'mail.settled') return;
    // One under way would set anew what is set here.
    await renewed;
    // Nothing of it failed: it costs no try.
    if (mailIn.stopping.aborted) return void (await brand.note([receivedMails.letGo(brand, due, now())]));
    const wait = WAITS[Math.min(due.tries, WAITS.length - 1)] as number;
    log.error({ err: error, mail: due.id }, 'a received mail could not be filed; it is tried again');
    await brand.note([receivedMails.again(brand, due, now() + wait, error instanceof Conflict ? error.code : 'fault')]);
  } finally {
    clearInterval(renewing);
  }
}

/** Claims what is due of one brand, at most so many; each is under way then. `more`: there may be more that is due. */
async function takeUp(parts: FileParts, brandId: BrandId, most: number): Promise<{ readonly under: readonly Promise<void>[]; readonly more: boolean }> {
  const brand = parts.store.brand(brandId);
  const fault = (id: string) => (error: unknown): false => (parts.log.error({ err: error, mail: id }, 'a received mail could not be taken up'), false);
  const due = await receivedMails.due(brand, parts.now(), most);
  const ours = await Promise.all(due.map((one) => claimed(parts, brand, one).catch(fault(one.id))));
  // One that cannot be filed must not hold the others up.
  return { under: due.filter((_one, at) => ours[at]).map((one) => fileOne(parts, brand, one).catch(fault(one.id)).then(() => undefined)), more: due.length === most };
}

/** Files what is due of one brand; true when there may be more. */
export async function fileDue(parts: FileParts, brandId: BrandId): Promise<boolean> {
  const { under, more } = await takeUp(parts, brandId, AT_ONCE.brand);
  await Promise.all(under);
  return more;
}

export interface MailInRounds {
  /** Takes up what is due, as far as there is room, and waits for none of it. */
  round(): Promise<void>;
  /** All that is under way has come to its end. */
  ended(): Promise<unknown>;
}

export function mailInRounds(parts: FileParts): MailInRounds {
  const { mailIn } = parts;
  const under = new Map<BrandId, Set<Promise<void>>>();
  const manyOf = (brandId: BrandId): number => under.get(brandId)?.size ?? 0;
  const many = (): number => under.values().reduce((sum, { size }) => sum + size, 0);
  let lookedAt = -Infinity;

  function follow(brandId: BrandId, mail: Promise<void>): void {
    const theirs = under.get(brandId) ?? new Set();
    under.set(brandId, theirs.add(mail));
    void mail.finally(() => {
      theirs.delete(mail);
      if (theirs.size === 0) under.delete(brandId);
    });
  }

  return {
    async round() {
      if (mailIn.stopping.aborted) return;
      const at = parts.uptime();
      const brands = new Set(mailIn.rung());
      if (at - lookedAt >= LOOK_EVERY_MS) {
        lookedAt = at;
        for (const { id } of await brandRows.all(parts.store.system)) brands.add(id);
      }
      // Whoever has the fewest under way finds room first.
      for (const brandId of [...brands].toSorted((one, other) => manyOf(one) - manyOf(other))) {
        const room = Math.min(AT_ONCE.brand - manyOf(brandId), AT_ONCE.all - many());
        const taken = room > 0 ? await takeUp(parts, brandId, room) : { under: [], more: true };
        for (const mail of taken.under) follow(brandId, mail);
        if (taken.more) mailIn.ring(brandId);
      }
    },
    ended: () => Promise.all(under.values().flatMap((mails) => [...mails])),
  };
}

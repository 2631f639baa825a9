// Files what was received: at once when this node received it, and every few seconds whatever any node left behind. Each mail by itself: one that takes long holds up no other.
import { fileMail, type MailInParts } from '#inbox/mail/filing.ts';
import * as brandRows from '#store/brands.ts';
import * as receivedMails from '#store/received-mails.ts';
import { type BrandId, type BrandStore, Conflict } from '#store/store.ts';
import { mailAllowance } from '#server/mail-files-in.ts';
import type { MailIn } from '#server/mail-in.ts';
import type { Parts } from '#server/parts.ts';
import { type MailRooms, openMailRooms, type Place } from '#server/workers/mail-rooms.ts';

export const FILE_EVERY_MS = 200;
/** How often brands that nobody rang for are looked at. */
const LOOK_EVERY_MS = 5_000;
/** A node that took one up and died leaves it to the others after this long. One that goes on with it says so in time. */
const CLAIM_MS = 120_000;
/** Waits after each failed try, ms; the last one again and again: what was received is never given up. */
const WAITS = [1_000, 10_000, 60_000, 600_000] as const;
/** From here on it is kept as it came: perhaps it is what it says that cannot be kept. */
const UNREAD_FROM = 4;

type FileParts = Pick<Parts, 'store' | 'now' | 'uptime' | 'log'> & { readonly mailIn: MailIn };

class Stopped extends Error {}

/** What is under way when the server stops, or its mail is put off, is waited for no more: the mail is let go, and filed by whoever comes next. */
function untilStopped<T>(stopped: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Stopped());
    if (stopped.aborted) return stop();
    stopped.addEventListener('abort', stop);
    work().then(resolve, reject).finally(() => stopped.removeEventListener('abort', stop));
  });
}

/** Whether this node has it now; false: another does, or it could not be told. */
async function claimed({ now, log }: FileParts, brand: BrandStore, due: receivedMails.Due): Promise<boolean> {
  try {
    await brand.note([receivedMails.claim(brand, due, now() + CLAIM_MS)]);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) log.error({ err: error, mail: due.id }, 'a received mail could not be taken up');
    return false;
  }
}

/** How one mail is filed: its files have so much time together, and nothing of it outlasts a stop. */
function filingOf({ mailIn }: FileParts, { tries }: receivedMails.Due, place: Place): MailInParts {
  const { filing, stopping } = mailIn;
  const together = { gone: AbortSignal.any([stopping, place.putOff]), allowance: mailAllowance() };
  return {
    ...filing,
    readers: { ...filing.readers, read: (raw) => (tries + 1 < UNREAD_FROM ? untilStopped(stopping, () => filing.readers.read(raw)) : Promise.resolve({ ok: false, why: 'broken' })) },
    takeFile(brandId, owner, file) {
      place.filesBegin();
      return untilStopped(together.gone, () => mailIn.takeFile(brandId, owner, file, together));
    },
  };
}

/** One that was claimed. */
async function fileOne(parts: FileParts, brand: BrandStore, due: receivedMails.Due, place: Place): Promise<void> {
  const { mailIn, now, log } = parts;
  let renewed: Promise<unknown> = Promise.resolve();
  const renewing = setInterval(() => {
    renewed = brand.note([receivedMails.renew(brand, due, now() + CLAIM_MS)]).catch((error: unknown) => log.error({ err: error, mail: due.id }, 'that a mail is being filed could not be told to other nodes'));
  }, CLAIM_MS / 4);
  try {
    await fileMail(filingOf(parts, due, place), brand.id, due.id);
  } catch (error) {
    clearInterval(renewing);
    if (error instanceof Conflict && error.code === 'mail.settled') return;
    // One under way would set anew what is set here.
    await renewed;
    // Nothing of it failed: it costs no try.
    if (mailIn.stopping.aborted) return void (await brand.note([receivedMails.letGo(brand, due, now())]));
    if (place.putOff.aborted) return void (await brand.note([receivedMails.putOff(brand, due)]));
    const wait = WAITS[Math.min(due.tries, WAITS.length - 1)] as number;
    log.error({ err: error, mail: due.id }, 'a received mail could not be filed; it is tried again');
    await brand.note([receivedMails.again(brand, due, now() + wait, error instanceof Conflict ? error.code : 'fault')]);
  } finally {
    clearInterval(renewing);
  }
}

interface TakenUp {
  /** Each under way. */
  readonly under: readonly Promise<void>[];
  /** There may be more that is due. */
  readonly more: boolean;
}

/** Claims what is due of one brand, the late ones or the others, as far as there is room. */
async function takeUp(parts: FileParts, rooms: MailRooms, brandId: BrandId, late: boolean): Promise<TakenUp> {
  const most = rooms.left(brandId, late);
  if (most === 0) return { under: [], more: true };
  const brand = parts.store.brand(brandId);
  const due = await (late ? receivedMails.lateDue : receivedMails.due)(brand, parts.now(), most);
  const placed: { readonly one: receivedMails.Due; readonly place: Place }[] = [];
  // None goes before an older one because it is smaller: large ones would wait for ever.
  for (const one of due) {
    const place = rooms.enter(brandId, one.bytes, late);
    if (place === null) break;
    placed.push({ one, place });
  }
  const more = due.length === most || placed.length < due.length;
  if (late) rooms.lateOnes(brandId, more);
  // One that cannot be filed must not hold the others up.
  const file = ({ one, place }: (typeof placed)[number]): Promise<void> =>
    fileOne(parts, brand, one, place).catch((error: unknown) => parts.log.error({ err: error, mail: one.id }, 'a received mail could not be taken up')).finally(place.leave);
  const ours = await Promise.all(placed.map(({ one }) => claimed(parts, brand, one)));
  const under = placed.flatMap((each, at) => (ours[at] ? [file(each)] : (each.place.leave(), [])));
  return { under, more };
}

async function takeUpBoth(parts: FileParts, rooms: MailRooms, brandId: BrandId): Promise<TakenUp> {
  const [late, others] = [await takeUp(parts, rooms, brandId, true), await takeUp(parts, rooms, brandId, false)];
  return { under: [...late.under, ...others.under], more: late.more || others.more };
}

/** Files what is due of one brand; true when there may be more. */
export async function fileDue(parts: FileParts, brandId: BrandId): Promise<boolean> {
  const { under, more } = await takeUpBoth(parts, openMailRooms(parts.uptime), brandId);
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
  const { mailIn, uptime } = parts;
  const rooms = openMailRooms(uptime);
  const under = new Set<Promise<void>>();
  let lookedAt = -Infinity;
  /** True as soon as one that is under way is at its end. */
  let next = Promise.withResolvers<boolean>();

  /** Whether there may be more, for which there is no room now. */
  async function takeUpAll(): Promise<boolean> {
    if (mailIn.stopping.aborted) return false;
    rooms.sortOut();
    next = Promise.withResolvers();
    const at = uptime();
    const brands = new Set(mailIn.rung());
    if (at - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = at;
      for (const { id } of await brandRows.all(parts.store.system)) brands.add(id);
    }
    let goesOn = false;
    // Whoever has the fewest under way finds room first.
    for (const brandId of [...brands].toSorted((one, other) => rooms.mailsOf(one) - rooms.mailsOf(other))) {
      const taken = await takeUpBoth(parts, rooms, brandId);
      for (const mail of taken.under) {
        under.add(mail);
        void mail.finally(() => {
          under.delete(mail);
          next.resolve(true);
        });
      }
      if (taken.more) mailIn.ring(brandId);
      goesOn ||= taken.more;
    }
    return goesOn;
  }

  return {
    async round() {
      // Places that come free before the next round are given away in this one.
      while (await takeUpAll()) {
        const late = setTimeout(() => next.resolve(false), FILE_EVERY_MS);
        const free = await next.promise;
        clearTimeout(late);
        if (!free) return;
      }
    },
    ended: () => Promise.all(under),
  };
}

// Where mails are while they are filed on this node: each begins in the quick room; one whose files take long goes on in the slow one, and leaves its place to the others.
import type { BrandId } from '#store/store.ts';

/** Of each of the two rooms: mails, and their bytes, since each is held whole while it is filed. One mail finds room whatever its size. */
export const ROOM = Object.freeze({ brand: { mails: 20, bytes: 64 * 1_048_576 }, all: { mails: 100, bytes: 100 * 1_048_576 } });
/** ms its files may take before a mail is a slow one: honest ones take a second or two. */
export const SLOW_AFTER_MS = 3_000;

interface Held { mails: number; bytes: number }

function openRoom() {
  const held = new Map<BrandId, Held>();
  const of = (brandId: BrandId): Held => held.get(brandId) ?? { mails: 0, bytes: 0 };
  const all = (): Held => held.values().reduce((sum, { mails, bytes }) => ({ mails: sum.mails + mails, bytes: sum.bytes + bytes }), { mails: 0, bytes: 0 });
  const takes = (most: Held, now: Held, bytes: number): boolean => now.mails === 0 || (now.mails < most.mails && now.bytes + bytes <= most.bytes);
  const add = (brandId: BrandId, mails: number, bytes: number): void => {
    const now = of(brandId);
    if (now.mails + mails === 0) held.delete(brandId);
    else held.set(brandId, { mails: now.mails + mails, bytes: now.bytes + bytes });
  };
  return {
    mailsOf: (brandId: BrandId): number => of(brandId).mails,
    /** How many may come, whatever their sizes. */
    left: (brandId: BrandId): number => Math.max(0, Math.min(ROOM.brand.mails - of(brandId).mails, ROOM.all.mails - all().mails)),
    enter(brandId: BrandId, bytes: number): boolean {
      if (!takes(ROOM.brand, of(brandId), bytes) || !takes(ROOM.all, all(), bytes)) return false;
      add(brandId, 1, bytes);
      return true;
    },
    leave: (brandId: BrandId, bytes: number): void => add(brandId, -1, -bytes),
  };
}

/** The place of one mail. */
export interface Place {
  /** Its files are looked through from now on. */
  filesBegin(): void;
  /** Its files took long, and the slow room was full: it is to wait with the late ones. */
  readonly putOff: AbortSignal;
  leave(): void;
}

export interface MailRooms {
  /** Under way of one brand. */
  mailsOf(brandId: BrandId): number;
  /** How many find room, at most: late ones go to the slow room at once. */
  left(brandId: BrandId, late: boolean): number;
  /** Null: there is no room for so many bytes now. */
  enter(brandId: BrandId, bytes: number, late: boolean): Place | null;
  /** Whether late mails of a brand wait, as last seen: none that is slow only now goes before them. */
  lateOnes(brandId: BrandId, wait: boolean): void;
  /** Looks for mails whose files take long. */
  sortOut(): void;
}

export function openMailRooms(uptime: () => number): MailRooms {
  const [quick, slow] = [openRoom(), openRoom()];
  const late = new Set<BrandId>();
  /** Those in the quick room whose files are looked through: since when, and what becomes of them if that takes long. */
  const watched = new Set<{ readonly since: number; isSlow(): void }>();

  return {
    mailsOf: (brandId) => quick.mailsOf(brandId) + slow.mailsOf(brandId),
    left: (brandId, isLate) => (isLate ? slow : quick).left(brandId),
    enter(brandId, bytes, isLate) {
      let room = isLate ? slow : quick;
      if (!room.enter(brandId, bytes)) return null;
      const putOff = new AbortController();
      let watch: { readonly since: number; isSlow(): void } | undefined;
      const isSlow = (): void => {
        if (late.has(brandId) || !slow.enter(brandId, bytes)) {
          late.add(brandId);
          return putOff.abort();
        }
        room.leave(brandId, bytes);
        room = slow;
      };
      return {
        putOff: putOff.signal,
        filesBegin() {
          if (room === slow || watch !== undefined) return;
          watch = { since: uptime(), isSlow };
          watched.add(watch);
        },
        leave() {
          if (watch !== undefined) watched.delete(watch);
          room.leave(brandId, bytes);
        },
      };
    },
    lateOnes: (brandId, wait) => void (wait ? late.add(brandId) : late.delete(brandId)),
    sortOut() {
      const before = uptime() - SLOW_AFTER_MS;
      for (const watch of watched) {
        if (watch.since > before) continue;
        watched.delete(watch);
        watch.isSlow();
      }
    },
  };
}

// The rate of each API key, over all nodes: a node takes tokens by itself, without a write, and whispers every second what keys took; the others charge them for it.
import type { BrandId, Store } from '#store/store.ts';
import { type Busy, openKept, type Rate, takeToken, untilToken } from '#server/rate.ts';

export const TELL_SPENT_EVERY_MS = 1_000;
/** Whoever took less than this share of a second's tokens here is not told of: it takes as many nodes to pass the rate so, and keeps what is told small. */
const WORTH_TELLING = 0.1;
/** A whisper is at most 4,000 bytes; one key takes 38. */
const MOST_IN_ONE = 80;

/** What one node says to the others: how many tokens each key took there. */
interface Said { readonly type: 'spent'; readonly keys: Readonly<Record<string, number>> }

interface Spending extends Busy {
  readonly brandId: BrandId;
  /** Taken here since it was told last. */
  spent: number;
}

export interface KeyRates {
  readonly rate: Rate;
  /** Takes a token: how many are left then, or -1 where there was none. */
  take(brandId: BrandId, keyId: string): number;
  /** ms until there is one again. */
  wait(keyId: string): number;
  /** Tells the other nodes. Made every second. */
  tell(): void;
}

/**
 * In the long run the rate holds for all nodes together: whatever was taken anywhere is charged everywhere. Until it is told, within a second, each node can give what
 * its own bucket holds.
 */
export function openKeyRates(store: Pick<Store, 'whisper' | 'onWhisper'>, rate: Rate, uptime: () => number, most = 20_000): KeyRates {
  const kept = openKept<Spending>(most);
  let toTell = new Map<string, Spending>();
  const share = 1_000 / rate.perSecond;

  function of(brandId: BrandId, keyId: string): Spending {
    const known = kept.get(keyId);
    if (known !== undefined) return known;
    const one = { brandId, busyUntil: 0, spent: 0 };
    kept.set(keyId, one);
    return one;
  }

  store.onWhisper((scope, said) => {
    const { type, keys } = said as Partial<Said>;
    if (type !== 'spent' || keys === undefined) return;
    const at = uptime();
    for (const [keyId, spent] of Object.entries(keys)) {
      const one = of(scope, keyId);
      one.busyUntil = Math.max(one.busyUntil, at) + share * spent;
    }
  });

  return {
    rate,
    take(brandId, keyId) {
      const one = of(brandId, keyId);
      const at = uptime();
      if (!takeToken(one, rate, at)) return -1;
      if (one.spent === 0) toTell.set(keyId, one);
      one.spent += 1;
      return Math.max(0, Math.floor(rate.burst - (one.busyUntil - at) / share + 1e-9));
    },
    wait(keyId) {
      const one = kept.get(keyId);
      return one === undefined ? 0 : untilToken(one, rate, uptime());
    },
    tell() {
      const told = new Map<BrandId, [string, number][]>();
      for (const [keyId, one] of toTell) {
        const { brandId, spent } = one;
        one.spent = 0;
        if (spent < rate.perSecond * WORTH_TELLING) continue;
        const ofBrand = told.get(brandId) ?? [];
        ofBrand.push([keyId, spent]);
        told.set(brandId, ofBrand);
      }
      toTell = new Map();
      for (const [brandId, keys] of told) {
        for (let at = 0; at < keys.length; at += MOST_IN_ONE) store.whisper(brandId, { type: 'spent', keys: Object.fromEntries(keys.slice(at, at + MOST_IN_ONE)) } satisfies Said);
      }
    },
  };
}

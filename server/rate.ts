// Rates: `burst` at once and then so many a second, told by one number each (the generic cell rate algorithm, ITU-T I.371).

/** So many a second, and how many at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Until when, ms of uptime, the tokens that were taken keep somebody busy. By uptime: a clock that is set back must not stop it. */
export interface Busy {
  busyUntil: number;
}

/** Takes a token, or `tokens` of them: each keeps its taker busy for its share of a second. False, and nothing taken, when there are not so many. */
export function takeToken(one: Busy, rate: Rate, uptime: number, tokens = 1): boolean {
  const share = 1000 / rate.perSecond;
  const from = Math.max(one.busyUntil, uptime);
  if (from - uptime > share * (rate.burst - tokens)) return false;
  one.busyUntil = from + share * tokens;
  return true;
}

/** How long until there is a token again, ms; 0 when there is one now. */
export function untilToken(one: Busy, rate: Rate, uptime: number): number {
  return Math.max(0, Math.max(one.busyUntil, uptime) - uptime - (1000 / rate.perSecond) * (rate.burst - 1));
}

export interface Rates {
  take(who: string, tokens?: number): boolean;
  /** Takes what was used up already, also where it is more than there is: the next one waits for it. */
  charge(who: string, tokens: number): void;
  /** ms until `who` may again. */
  wait(who: string): number;
  /** Forgets who is busy no more. */
  sweep(): void;
  size(): number;
}

/** Things by name, of which those that nobody asked for longest are forgotten: `most` are kept at most, and half as many at least. */
export interface Kept<T> {
  get(name: string): T | undefined;
  set(name: string, one: T): void;
  delete(name: string): void;
  each(): Iterable<[string, T]>;
  size(): number;
}

/** In two generations: what is asked for moves to the younger; when that is half of all, the elder one is let go. Costs one look-up where moving each to the end costs four. */
export function openKept<T>(most: number): Kept<T> {
  let younger = new Map<string, T>();
  let elder = new Map<string, T>();
  function set(name: string, one: T): void {
    if (younger.size >= Math.max(1, most >> 1) && !younger.has(name)) {
      elder = younger;
      younger = new Map();
    }
    younger.set(name, one);
  }
  return {
    set,
    get(name) {
      const young = younger.get(name);
      if (young !== undefined) return young;
      const old = elder.get(name);
      if (old === undefined) return undefined;
      elder.delete(name);
      set(name, old);
      return old;
    },
    delete(name) {
      younger.delete(name);
      elder.delete(name);
    },
    each: () => [...elder, ...younger],
    size: () => younger.size + elder.size,
  };
}

/** One rate for many, by name. Whoever is busy no more is the same as somebody never seen; beyond `most` names the longest unseen is forgotten. */
export function openRates(rate: Rate, uptime: () => number, most = 20_000): Rates {
  const known = openKept<Busy>(most);
  function of(who: string): Busy {
    const present = known.get(who);
    if (present !== undefined) return present;
    const one = { busyUntil: 0 };
    known.set(who, one);
    return one;
  }
  return {
    take: (who, tokens = 1) => takeToken(of(who), rate, uptime(), tokens),
    charge(who, tokens) {
      const one = of(who);
      one.busyUntil = Math.max(one.busyUntil, uptime()) + (1000 / rate.perSecond) * tokens;
    },
    wait(who) {
      const one = known.get(who);
      return one === undefined ? 0 : untilToken(one, rate, uptime());
    },
    sweep() {
      const at = uptime();
      for (const [who, { busyUntil }] of known.each()) if (busyUntil <= at) known.delete(who);
    },
    size: () => known.size(),
  };
}

// Turns at what only so many may do at once: of those who wait, whoever had the least of its time lately comes next. Who brings fifty files, or one that takes long, holds up nobody who brings one.

export interface Turn {
  /** Whose it is, from the widest to the narrowest: what it came by, brand, network, person. At each step the one comes next that had the least. */
  readonly of: readonly string[];
  /** By a chat or a mail, which costs a stranger nothing: one place of several is never given to such. */
  readonly outside: boolean;
  /** Whoever brought it waits no more. */
  readonly gone?: AbortSignal | undefined;
  /** Told that it waits, and that it does no more. */
  readonly waits?: ((waiting: boolean) => void) | undefined;
}

export interface Turns {
  /** True when it is its turn: then `end` must be called. False: nothing came free for `wait` ms, or whoever brought it is gone. */
  begin(turn: Turn, wait: number): Promise<boolean>;
  /** `took`: ms. */
  end(turn: Turn, took: number): void;
  waiting(): number;
}

interface Waiting { readonly turn: Turn; readonly steps: readonly string[]; go(begun: boolean): void }

/** What somebody had counts half after so long: a busy brand is not behind all others for a day. */
const HALVED_EVERY_MS = 60_000;
/** Each step of it under a name of its own. */
const stepsOf = ({ of }: Turn): string[] => of.map((_step, at) => JSON.stringify(of.slice(0, at + 1)));

export function openTurns(atOnce: number, uptime: () => number = () => performance.now()): Turns {
  const outsideAtOnce = Math.max(1, atOnce - 1);
  /** In the order in which they came. */
  const queue = new Set<Waiting>();
  /** ms, by step. */
  const had = new Map<string, number>();
  let [busy, outside, halvedAt] = [0, 0, uptime()];

  const isFree = (turn: Turn): boolean => busy < atOnce && (!turn.outside || outside < outsideAtOnce);
  const take = (turn: Turn): void => {
    busy += 1;
    if (turn.outside) outside += 1;
  };

  function account(turn: Turn, took: number): void {
    const halves = Math.floor((uptime() - halvedAt) / HALVED_EVERY_MS);
    if (halves > 0) {
      halvedAt += halves * HALVED_EVERY_MS;
      for (const [step, ms] of had) {
        const left = ms / 2 ** halves;
        if (left < 1) had.delete(step);
        else had.set(step, left);
      }
    }
    // One that took no time at all was a turn nevertheless.
    for (const step of stepsOf(turn)) had.set(step, (had.get(step) ?? 0) + took + 1);
  }

  /** Whether `one` comes before `other`, who came before it. */
  function precedes(one: Waiting, other: Waiting): boolean {
    for (const [at, step] of one.steps.entries()) {
      const less = (had.get(step) ?? 0) - (had.get(other.steps[at] ?? '') ?? 0);
      if (less !== 0) return less < 0;
    }
    return false;
  }

  function goOn(): void {
    for (;;) {
      let next: Waiting | undefined;
      for (const one of queue) if (isFree(one.turn) && (next === undefined || precedes(one, next))) next = one;
      if (next === undefined) return;
      take(next.turn);
      next.go(true);
    }
  }

  return {
    begin(turn, wait) {
      const { gone } = turn;
      if (gone?.aborted === true) return Promise.resolve(false);
      if (isFree(turn)) {
        take(turn);
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const giveUp = (): void => one.go(false);
        const late = setTimeout(giveUp, wait);
        const one: Waiting = {
          turn, steps: stepsOf(turn),
          go(begun) {
            clearTimeout(late);
            gone?.removeEventListener('abort', giveUp);
            queue.delete(one);
            turn.waits?.(false);
            resolve(begun);
          },
        };
        queue.add(one);
        turn.waits?.(true);
        gone?.addEventListener('abort', giveUp);
      });
    },
    end(turn, took) {
      busy -= 1;
      if (turn.outside) outside -= 1;
      account(turn, took);
      goOn();
    },
    waiting: () => queue.size,
  };
}

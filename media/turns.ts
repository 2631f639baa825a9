// Turns at what only so many may do at once: of those who wait, one of each owner after the other, so that whoever brings fifty holds up nobody who brings one.

export interface Turns {
  /** Resolves when it is this owner's turn; then `end` must be called. */
  begin(owner: string): Promise<void>;
  end(): void;
  waiting(): number;
}

export function openTurns(atOnce: number): Turns {
  /** Who comes next stands first. */
  const queues = new Map<string, (() => void)[]>();
  let busy = 0;
  return {
    async begin(owner) {
      if (busy < atOnce) {
        busy += 1;
        return;
      }
      await new Promise<void>((resolve) => {
        const queue = queues.get(owner);
        if (queue === undefined) queues.set(owner, [resolve]);
        else queue.push(resolve);
      });
    },
    end() {
      const next = queues.entries().next().value;
      if (next === undefined) {
        busy -= 1;
        return;
      }
      const [owner, queue] = next;
      const go = queue.shift() as () => void;
      queues.delete(owner);
      // Behind everybody who waits now.
      if (queue.length > 0) queues.set(owner, queue);
      go();
    },
    waiting: () => queues.values().reduce((sum, queue) => sum + queue.length, 0),
  };
}

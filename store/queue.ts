// The queue before a writer: units that arrive while a batch is being saved go together in the next one (group commit).
import type { Unit } from '#store/engine.ts';
import { StoreFault } from '#store/faults.ts';
import type { Committed } from '#store/store.ts';

/** Units in one transaction at most: bounds how long the first of them waits. */
const MOST_IN_BATCH = 1_000;

interface Pending {
  readonly unit: Unit;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: Error) => void;
}

export interface Queue {
  /** Resolves when the unit is durable. */
  run(unit: Unit): Promise<Committed>;
  /** Takes no more, and resolves when everything before was answered. */
  close(): Promise<void>;
}

/** `save` answers each unit of a batch in order; when it throws, the whole batch failed and what came after goes on. */
export function openQueue(save: (units: readonly Unit[]) => Promise<readonly (Committed | Error)[]>): Queue {
  const waiting: Pending[] = [];
  let busy = false;
  let closed: Promise<void> | undefined;
  let emptied = (): void => {};

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST_IN_BATCH);
      try {
        const answers = await save(batch.map((pending) => pending.unit));
        batch.forEach(({ resolve, reject }, at) => {
          const answer = answers[at];
          if (answer === undefined) reject(new StoreFault('store.broken', 'The writer gave no answer: restart Portcullis and look into the log.'));
          else if (answer instanceof Error) reject(answer);
          else resolve(answer);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error as Error);
      }
    }
    busy = false;
    emptied();
  }

  return {
    run(unit) {
      if (closed !== undefined) return Promise.reject(new StoreFault('store.closed', 'The store is closed.'));
      return new Promise((resolve, reject) => {
        waiting.push({ unit, resolve, reject });
        if (busy) return;
        busy = true;
        // Units of the same turn of the loop go together.
        queueMicrotask(drain);
      });
    },
    close() {
      closed ??= busy ? new Promise((resolve) => void (emptied = resolve)) : Promise.resolve();
      return closed;
    },
  };
}

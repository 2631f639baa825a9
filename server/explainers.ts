// A thread that explains, one question after the other and no brand's many before all others: it starts when somebody asks, and ends when nobody has for a while.
import { Worker } from 'node:worker_threads';
import type { BrandId, BrandStore } from '#store/store.ts';
import { beforeIn } from '#server/explain-gathering.ts';
import type { FromThread, ToThread, Wanted } from '#server/explain-thread.ts';
import type { ExplainAnswer, ExplainWork } from '#server/explain-work.ts';
import { openBrandTurns } from '#server/brand-turns.ts';

/** An explanation over the longest lists takes a second or two. */
const LIMIT_MS = 30_000;
const IDLE_MS = 60_000;
const MEMORY_MB = 512;
const THREAD = new URL('./explain-thread.ts', import.meta.url);

export interface Explainers {
  /**
   * `begin` reads what it stands on, once its turn has come; what was before is read from `brand`, as far as it is asked for. `busy`: too many of this brand
   * wait. Throws where the thread fails or takes too long.
   */
  explain(brandId: BrandId, brand: BrandStore, begin: () => Promise<ExplainWork>): Promise<ExplainAnswer | 'busy'>;
  close(): Promise<void>;
}

async function found(brand: BrandStore, wanted: Wanted): Promise<unknown> {
  const before = beforeIn(brand);
  return 'stageAt' in wanted ? before.stageAt(wanted.stageAt) : before.laterThan(wanted.laterThan)(wanted.below);
}

export function openExplainers({ limitMs = LIMIT_MS, thread = THREAD }: { limitMs?: number; thread?: URL } = {}): Explainers {
  let worker: Worker | null = null;
  const turns = openBrandTurns(1);
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  /** Whoever asks next has another one: an ending thread answers nobody any more. */
  function leave(ending: Worker): void {
    if (worker === ending) worker = null;
  }

  async function end(ending: Worker | null): Promise<void> {
    if (ending === null) return;
    leave(ending);
    await ending.terminate();
  }

  function start(): Worker {
    const begun = new Worker(thread, { name: 'portcullis-explain', execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
    // It ends with the process, and one that ended is begun anew.
    begun.unref();
    const gone = (): void => leave(begun);
    return begun.on('error', gone).on('exit', gone);
  }

  function ask(brand: BrandStore, work: ExplainWork): Promise<ExplainAnswer> {
    if (closed) return Promise.reject(new Error('nothing is explained any more'));
    worker ??= start();
    const asked = worker;
    clearTimeout(idle);
    return new Promise<ExplainAnswer>((resolve, reject) => {
      const tell = (said: ToThread): void => asked.postMessage(said);
      const over = (settle: () => void): void => {
        clearTimeout(timer);
        asked.off('message', hear).off('error', fail).off('exit', fail);
        idle = setTimeout(() => void end(worker), IDLE_MS).unref();
        settle();
      };
      const fail = (why: unknown): void => over(() => reject(why instanceof Error ? why : new Error('the thread that explains ended')));
      const hear = (said: FromThread): void => {
        if ('answer' in said) return over(() => resolve(said.answer));
        if ('error' in said) return fail(new Error(said.error));
        found(brand, said.wanted).then((one) => tell({ found: one }), (error: unknown) => {
          void end(asked);
          fail(error);
        });
      };
      const timer = setTimeout(() => void end(asked), limitMs);
      asked.on('message', hear).on('error', fail).on('exit', fail);
      tell({ work });
    });
  }

  return {
    async explain(brandId, brand, begin) {
      const turn = turns.take(brandId);
      if (turn === null) return 'busy';
      try {
        await turn.begins;
        return await ask(brand, await begin());
      } finally {
        turn.end();
      }
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      await end(worker);
    },
  };
}

// The writer of PostgreSQL: one connection, batches one after another; a lost connection is made again.
import type pg from 'pg';
import { StoreFault } from '#store/faults.ts';
import { openBatches } from '#store/postgres/batch.ts';
import { connect, placeOf } from '#store/postgres/connection.ts';
import { faultOf } from '#store/postgres/faults.ts';
import { openQueue, type Queue } from '#store/queue.ts';

interface Connected {
  readonly client: pg.Client;
  readonly batches: ReturnType<typeof openBatches>;
  lost: boolean;
}

/** `channel` and `sign`: where bumps are told, and how this node marks its own. */
export async function openWriter(url: string, channel: string, sign: string): Promise<Queue> {
  const place = placeOf(url);
  let current: Connected | undefined;

  async function connected(): Promise<Connected> {
    if (current !== undefined && !current.lost) return current;
    const client = await connect(url, { pipeline: true }, () => {
      if (current !== undefined) current.lost = true;
    });
    current = { client, batches: openBatches(client, channel, sign), lost: false };
    return current;
  }

  await connected();
  const queue = openQueue(async (units) => {
    const { client, batches } = await connected();
    try {
      const answers = await batches.run(units);
      return answers.map((answer) => ('committed' in answer ? answer.committed : faultOf(answer.error, place)));
    } catch (error) {
      // What the connection was in the middle of is not known any more: PostgreSQL undoes it with the connection.
      current = undefined;
      void client.end().catch(() => {});
      if (!batches.committing()) throw faultOf(error, place);
      throw new StoreFault('store.unknown_outcome', `The connection to PostgreSQL at ${place} was lost while a change was being saved: look whether it was, then try again.`, error);
    }
  });

  return {
    run: queue.run,
    async close() {
      await queue.close();
      await current?.client.end().catch(() => {});
    },
  };
}

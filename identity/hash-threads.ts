// The threads that hash give way to the thread that answers: a storm of sign-ins takes what people at work leave over.
import { readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** As `nice` counts: 0 is like everybody, 19 the last. At 10 a thread gets about a tenth of what one at 0 may have while both want to run. */
export const HASH_NICENESS = 10;

/**
 * Lowers the priority of libuv's pool, where passwords are hashed. Linux alone has a priority for each thread and names them; elsewhere nothing
 * is done, and hashing competes with answering as before. Gives how many were lowered.
 */
export async function yieldToAnswers(platform: string = process.platform): Promise<number> {
  if (platform !== 'linux') return 0;
  // The first work that is given to the pool makes all its threads.
  await stat('/proc/self/task').catch(() => undefined);
  let lowered = 0;
  for (const thread of threads()) {
    try {
      if (!readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').startsWith('libuv-worker')) continue;
      setPriority(Number(thread), HASH_NICENESS);
      lowered += 1;
    } catch {
      // A thread that ended meanwhile, or a system that does not let us: then it stays as it was.
    }
  }
  return lowered;
}

function threads(): string[] {
  try {
    return readdirSync('/proc/self/task');
  } catch {
    return [];
  }
}

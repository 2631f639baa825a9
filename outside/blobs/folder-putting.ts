// Putting files into a folder, as the event loop sees it: asked of a thread, and durable when it resolves. The thread begins with the first file and serves every folder.
import { Worker } from 'node:worker_threads';
import type { Done, Put } from '#outside/blobs/folder-thread.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

let thread: Worker | null = null;
let last = 0;
const waiting = new Map<number, Waiting>();

const faultOf = (code: string): Error => Object.assign(new Error(`The system said ${code}.`), { code });

/** What the thread had not said when it ended may be done or not: its key is used by nobody else, and the sweeper finds what lies there. */
function ended(which: Worker): void {
  if (thread === which) thread = null;
  for (const { reject } of waiting.values()) reject(faultOf('EIO'));
  waiting.clear();
}

function begin(): Worker {
  const begun = new Worker(new URL('./folder-thread.ts', import.meta.url), { name: 'portcullis-files', execArgv: [] });
  begun.on('message', (done: readonly Done[]) => {
    for (const { id, code } of done) {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (code === null) asked?.resolve();
      else asked?.reject(faultOf(code));
    }
    // Idle it keeps no process alive.
    if (waiting.size === 0) begun.unref();
  });
  begun.on('error', () => ended(begun));
  begun.on('exit', () => ended(begun));
  return begun;
}

/** Rejects with the code of the system. */
export function putInFolder(put: Omit<Put, 'id'>): Promise<void> {
  return new Promise((resolve, reject) => {
    thread ??= begin();
    last += 1;
    waiting.set(last, { resolve, reject });
    thread.ref();
    thread.postMessage({ ...put, id: last } satisfies Put);
  });
}

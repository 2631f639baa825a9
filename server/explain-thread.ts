// The thread that explains: over a list of 100,000 the search for what would change the answer takes a second, in which others are answered.
import { parentPort } from 'node:worker_threads';
import type { Before } from '#server/explaining.ts';
import { type ExplainWork, explainedWork } from '#server/explain-work.ts';

/** What the thread asks of the store, through whoever began it. */
export type Wanted = { readonly laterThan: number; readonly below: number } | { readonly stageAt: number };
export type FromThread = { readonly wanted: Wanted } | { readonly answer: Awaited<ReturnType<typeof explainedWork>> } | { readonly error: string };
export type ToThread = { readonly work: ExplainWork } | { readonly found: unknown };

const say = (said: FromThread): void => parentPort?.postMessage(said);
let give: (found: unknown) => void = () => undefined;
const want = <T>(wanted: Wanted): Promise<T> => new Promise((resolve) => {
  give = resolve as (found: unknown) => void;
  say({ wanted });
});

const before: Before = { laterThan: (version) => (below) => want({ laterThan: version, below }), stageAt: (at) => want({ stageAt: at }) };

parentPort?.on('message', (said: ToThread) => {
  if ('found' in said) return give(said.found);
  explainedWork(said.work, before).then((answer) => say({ answer }), (error: Error) => say({ error: error.message }));
});

// session.memory and memory.rest: what a live session holds in memory, and what the whole server holds when nothing happens.
import { setTimeout } from 'node:timers/promises';
import { runTrial } from '../child.ts';
import { residentMemory } from '../process-stat.ts';
import type { Measurement } from '../result.ts';
import { asPeopleStart, startProgram, useProgram } from '../program.ts';

export interface SessionTrial {
  /** Bytes a session that was begun here by sign-in. */
  readonly begun: number;
  /** Bytes a session that was loaded from the store by its cookie. */
  readonly loaded: number;
  readonly sessions: number;
}

/** Nothing happens for this long before resident memory is read. */
const REST_MS = 5_000;

export const memory: readonly Measurement[] = [
  {
    names: ['session.memory', 'session.memory.loaded'],
    async run() {
      const { begun, loaded, sessions } = await runTrial<SessionTrial>('session-memory');
      return [
        { name: 'session.memory', value: begun, unit: 'bytes', goal: 500, better: 'lower', against: `${sessions} live sessions of as many people, begun by sign-in` },
        { name: 'session.memory.loaded', value: loaded, unit: 'bytes', goal: 500, better: 'lower', against: `${sessions} live sessions of as many people, read from the store at their first request` },
      ];
    },
  },
  {
    names: ['memory.rest'],
    async run() {
      // The first start compiles; every later one has it at hand.
      await (await startProgram(asPeopleStart())).stop();
      const started = await startProgram(asPeopleStart());
      try {
        await useProgram(started);
        await setTimeout(REST_MS);
        return [{ name: 'memory.rest', value: residentMemory(started.pid), unit: 'MB', goal: 160, better: 'lower', against: 'resident memory of the server after setup, a sign-in and some reads' }];
      } finally {
        await started.stop();
      }
    },
  },
];

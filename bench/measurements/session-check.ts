// session.check: what it costs to find a session by its token and to judge it, all in memory.
import { runTrial } from '../child.ts';
import type { Measurement } from '../result.ts';

export interface SessionCheckTrial {
  /** ns to hash a token, find its session and judge it: the first request of a connection. */
  readonly first: number;
  /** ns to judge a session that the connection has shown before. */
  readonly again: number;
  readonly sessions: number;
}

export const sessionCheck: Measurement = {
  names: ['session.check', 'session.check.first'],
  async run() {
    const { first, again, sessions } = await runTrial<SessionCheckTrial>('session-check');
    return [
      { name: 'session.check', value: again / 1000, unit: 'µs', goal: 1, better: 'lower', against: `one of ${sessions} live sessions judged at a connection that showed its cookie before: policy confirmed, alive, address, proof` },
      { name: 'session.check.first', value: first / 1000, unit: 'µs', goal: 2, better: 'lower', against: 'the same with its token hashed (SHA-256) and looked up first' },
    ];
  },
};

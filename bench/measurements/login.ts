// login.rate and login.others: sign-ins a second against the bare password hash, and what they cost those who are signed in.
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { ARGON2 } from '#identity/passwords.ts';
import { startServer } from '../child.ts';
import { codeOf, CROWD, emailOf } from '../crowd.ts';
import { caller, flood, type Flooded, quantile, rateOf } from '../flood.ts';
import { PASSWORD } from '../house.ts';
import { installPeers } from '../peers.ts';
import type { Measurement } from '../result.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';
import type { Ready } from './guard.ts';

const ROUNDS = 7;
const SECONDS = 3;
const STEP_MS = 30_000;

/** Whose turn it is, with a code that was not used before: of the present time step, else of the next, which is accepted too. */
function turns(): () => { email: string; code: string } {
  const used = new Map<number, number>();
  let turn = 0;
  return () => {
    const n = turn++ % CROWD;
    const present = Math.floor(Date.now() / STEP_MS);
    const step = Math.max(present, (used.get(n) ?? 0) + 1);
    if (step > present + 1) throw new Error(`${CROWD} people are too few for sign-ins at this rate: raise CROWD in bench/crowd.ts.`);
    used.set(n, step);
    return { email: emailOf(n), code: codeOf(n, step) };
  };
}

async function ourFlood({ port, host, cookie }: Ready): Promise<() => Promise<Flooded>> {
  const { send } = caller(port);
  const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  const next = turns();
  const signIn = async (): Promise<void> => {
    const { email, code } = next();
    const { cookies } = await send('POST', '/api/v1/sign-in', headers, { brand: 'acme', email, password: PASSWORD });
    const signedIn = await send('POST', '/api/v1/sign-in/code', { ...headers, cookie: cookies }, { method: 'totp', code });
    if (!/__Host-session=./.test(signedIn.cookies)) throw new Error('A sign-in of the bench began no session.');
  };
  const other = () => send('GET', '/api/v1/session', { host, cookie, 'sec-fetch-site': 'same-origin' });
  await other();
  return () => flood(signIn, other, SECONDS);
}

async function peerFlood({ port, cookie, path }: Ready & { path: string }): Promise<() => Promise<Flooded>> {
  const { send } = caller(port);
  const host = `127.0.0.1:${port}`;
  const signIn = () => send('POST', '/api/auth/sign-in/email', { host, origin: `http://${host}` }, { email: 'dana@acme.example', password: PASSWORD });
  const other = () => send('GET', path, { host, cookie });
  await other();
  return () => flood(signIn, other, SECONDS);
}

export const login: Measurement = {
  names: ['login.rate', 'login.others', 'login.others.peer'],
  async run() {
    installPeers();
    const stored = await hash(PASSWORD, ARGON2);
    const ours = await startServer<Ready>('crowd');
    const peer = await startServer<Ready & { path: string }>('better-auth');
    try {
      const measured = await interleaved<'raw' | 'ours' | 'peer', Flooded>(
        {
          // As many at once as there are cores: more would only wait for one another.
          raw: async () => ({ rate: await rateOf(() => verify(stored, PASSWORD), SECONDS, availableParallelism()), others: [] }),
          ours: await ourFlood(ours.said),
          peer: await peerFlood(peer.said),
        },
        ROUNDS,
      );
      const rates = (name: keyof typeof measured): number[] => measured[name].map(({ rate }) => rate);
      const p99 = (name: keyof typeof measured): number => quantile(measured[name].flatMap(({ others }) => others), 0.99);
      const [mine, theirs] = [p99('ours'), p99('peer')];
      return [
        {
          name: 'login.rate', value: medianRatio(rates('ours'), rates('raw')), unit: '×', goal: 0.85, better: 'higher',
          against: `bare argon2id of the same parameters on all cores: ${median(rates('ours')).toFixed(0)} sign-ins (password, code, session, audit row) to ${median(rates('raw')).toFixed(0)} hashes a second; Better Auth, password alone: ${median(rates('peer')).toFixed(0)}`,
        },
        { name: 'login.others', value: mine, unit: 'ms', goal: 25, better: 'lower', against: `p99 of signed-in requests while 32 people sign in at once; p50 ${quantile(measured.ours.flatMap(({ others }) => others), 0.5).toFixed(1)} ms` },
        { name: 'login.others.peer', value: mine / theirs, unit: '×', goal: 1, better: 'lower', against: `Better Auth's session check while 32 sign in with a password alone: p99 ${mine.toFixed(1)} to ${theirs.toFixed(1)} ms` },
      ];
    } finally {
      await Promise.all([ours.stop(), peer.stop()]);
    }
  },
};

// The trial of session.check: a cookie becomes a live session, and that is judged, among a hundred thousand others in memory.
import { parseAddress } from '#policy/address.ts';
import { effective } from '#policy/effective.ts';
import { openSessions } from '#identity/sessions.ts';
import type { Brand } from '#server/brands.ts';
import { judgeSession } from '#server/doors/workspace.ts';
import type { SessionCheckTrial } from '../measurements/session-check.ts';
import { median } from '../statistics.ts';
import { BRAND, NOW, openOneBrand } from './one-brand.ts';

const SESSIONS = 100_000;
const ROUNDS = 15;
const CHECKS = 200_000;

const { store, person, close } = await openOneBrand();
const uptime = performance.now();
const sessions = openSessions(store, { now: () => NOW, uptime: () => uptime });
const policy = effective({ version: 1, module: { 'management.allowlist': { value: { state: 'only', entries: '203.0.113.0/24' } }, 'two_factor.mode': { value: 'on' } } });
const brand: Brand = { id: BRAND, slug: 'acme', name: 'Acme', policy, policyIn: () => policy, policyFor: () => policy, savedIn: () => policy, stage: null, compared: null, readMembers: async () => false, peopleVersion: 0, confirmedAt: uptime };
const client = { address: parseAddress('203.0.113.9')!, text: '203.0.113.9', unknown: null };

const headers: string[] = [];
for (let n = 0; n < SESSIONS; n += 1) {
  const begun = sessions.begin({ brandId: BRAND, person, proven: 'password+code', factorMethod: 'totp', address: client.text, userAgent: 'bench' }, NOW);
  sessions.adopt(begun.session);
  headers.push(begun.cookie);
}
const live = [...sessions.each()];

/** ns of one check, the mean of many; each in another session, as the requests of many people are. */
function time(check: (n: number) => boolean): number {
  let allowed = 0;
  const begin = process.hrtime.bigint();
  for (let n = 0; n < CHECKS; n += 1) if (check((n * 7_919) % SESSIONS)) allowed += 1;
  const nanoseconds = Number(process.hrtime.bigint() - begin);
  if (allowed !== CHECKS) throw new Error(`${CHECKS - allowed} of ${CHECKS} checks said no.`);
  return nanoseconds / CHECKS;
}
const judge = (session: (typeof live)[number]): boolean => judgeSession(brand, session, client, NOW + 1_000, uptime).allowed;
const checks = {
  first: (n: number) => {
    const session = sessions.peek(headers[n] as string);
    return session !== undefined && judge(session);
  },
  again: (n: number) => judge(live[n] as (typeof live)[number]),
};
const times = { first: [] as number[], again: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  times.first.push(time(checks.first));
  times.again.push(time(checks.again));
}
await close();
const result: SessionCheckTrial = { first: median(times.first), again: median(times.again), sessions: SESSIONS };
process.stdout.write(`${JSON.stringify(result)}\n`);

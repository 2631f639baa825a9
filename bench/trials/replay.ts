// The trial of replay: a journal of a month, replayed under a draft, while the same thread goes on answering. `replay GROUPS DECISIONS_EACH`.
import { createHash } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { formatAddress, parseAddress } from '#policy/address.ts';
import { effective } from '#policy/effective.ts';
import { askAgain, type QuestionName } from '#policy/questions.ts';
import * as decisionRows from '#store/decisions.ts';
import { type Replayed, replayJournal } from '#server/policy-replay.ts';
import type { ReplayTrial } from '../measurements/journal.ts';
import { networks } from '../networks.ts';
import { median, seeded } from '../statistics.ts';
import { NOW, openOneBrand } from './one-brand.ts';

const [groups, each] = process.argv.slice(2).map(Number) as [number, number];
const ROUNDS = 3;
const IN_UNIT = 2_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;

const { store, brand, close } = await openOneBrand();
const random = seeded(23);
const below = (most: number): number => Math.floor(random() * most);
const list = { state: 'only', entries: ['192.0.2.0/24', ...networks(999)].map((value) => ({ value })) };
const module = { 'management.allowlist': { value: list }, 'two_factor.mode': { value: 'remote_only' } };
const current = effective({ version: 7, module });
const draft = effective({ version: 0, module: { ...module, 'session.idle_timeout_minutes': { value: 12 }, 'api.allowlist': { value: list }, 'upload.max_bytes': { value: 1_000_000 } } });

/** People at some hundred addresses, keys, customers and files: facts as the doors note them, none alike in their instants. */
const addresses = Array.from({ length: 400 }, (_, n) => (n % 4 === 0 ? `2001:db8::${n.toString(16)}` : n % 2 === 0 ? `192.0.2.${n % 250}` : `203.0.113.${n % 250}`)).map((text) => formatAddress(parseAddress(text)!));
const at = (): number => NOW - below(30) * DAY - below(8 * HOUR);
const types = ['png', 'jpeg', 'pdf', 'txt'];
const makers: readonly [QuestionName, decisionRows.SubjectKind, () => object][] = [
  ['management-access', 'agent', () => ({ address: addresses[below(addresses.length)], admin: below(20) === 0, remoteAccess: below(3) === 0, exempt: false, proven: below(2) === 0 ? 'password' : 'password+code' })],
  ['session', 'agent', () => { const now = at(); return { now, createdAt: now - below(12 * HOUR), lastInputAt: now - below(31 * MINUTE), ended: false }; }],
  ['password-due', 'agent', () => { const now = at(); return { now, setAt: now - below(90 * DAY), mustChange: false }; }],
  ['enrolment-due', 'agent', () => ({ now: at(), hasFactor: below(4) > 0 })],
  ['api-access', 'key', () => ({ address: addresses[below(addresses.length)] })],
  ['token-place', 'key', () => ({ place: 'header', kind: 'key' })],
  ['chat', 'customer', () => { const now = at(); return { channelOn: true, site: 'https://shop.example', ended: false, proven: 'ticket', createdAt: now - below(HOUR), expiresAt: now + DAY, now }; }],
  ['upload', 'customer', () => { const [bytes, type] = [below(4_000_000), types[below(4)]]; return { side: 'customer', extensionType: type, unsafeName: false, declaredBytes: bytes, bytes, contentType: type, finding: null }; }],
  ['media', 'customer', () => ({ asker: 'customer', there: true, mayRead: true, holdsLink: below(2) === 0 })],
];

for (let n = 0; n < groups; n += IN_UNIT) {
  await brand.note(Array.from({ length: Math.min(IN_UNIT, groups - n) }, (_, m) => {
    const [question, subjectKind, make] = makers[(n + m) % makers.length]!;
    const facts = make();
    const decision = askAgain(question, current, facts as Record<string, unknown>);
    const id = createHash('sha256').update(String(n + m)).digest('hex').slice(0, 32);
    return decisionRows.count(brand, { id, question, channel_id: null, subject_kind: subjectKind, subject_id: `${subjectKind}_${below(3_000)}`, facts: JSON.stringify(facts), code: decision.allowed ? null : decision.code, version: 7, count: each, first_at: NOW - DAY, last_at: NOW });
  }));
}

async function once(): Promise<{ seconds: number; cpu: number; wait: number; steps: number; result: Replayed }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  let [steps, result] = [0, undefined as Replayed | undefined];
  for await (const step of replayJournal(brand, () => current, () => draft, NOW)) {
    steps += 1;
    if (step.step === 'done') result = step.result;
  }
  const seconds = (performance.now() - begin) / 1_000;
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpu: (user + system) / 1e6, wait: delay.percentile(99) / 1e6, steps, result: result! };
}

/** Whoever leaves after the first steps: how long until the replay is over. */
async function cancelled(): Promise<number> {
  const steps = replayJournal(brand, () => current, () => draft, NOW);
  for (let n = 0; n < 3; n += 1) await steps.next();
  const begin = performance.now();
  await steps.return();
  return performance.now() - begin;
}

await once();
const rounds = [];
for (let n = 0; n < ROUNDS; n += 1) rounds.push(await once());
const { result, steps } = rounds[0]!;
if (result.unfaithful !== 0 || result.decisions !== groups * each || result.changed === 0) throw new Error(`The replay of the bench gave ${JSON.stringify({ ...result, examples: [] })}.`);
const found: ReplayTrial = { seconds: median(rounds.map((one) => one.seconds)), cpu: median(rounds.map((one) => one.cpu)), wait: median(rounds.map((one) => one.wait)), cancel: await cancelled(), groups, decisions: result.decisions, changed: result.changed, steps };
await close();
void store;
process.stdout.write(`${JSON.stringify(found)}\n`);

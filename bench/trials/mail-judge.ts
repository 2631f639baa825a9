// The trial of mail.judge, in a process of its own.
import { decideOutboundMail } from '#policy/decide/outbound-mail.ts';
import { effective, type Policy } from '#policy/effective.ts';
import type { MailJudgeTrial } from '../measurements/mail-judge.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';

const ENTRIES = 10_000;
const TEXTS = 16_384;
const ROUNDS = 15;
const JUDGED = 100_000;

/** A third each: addresses, hosts, hosts above. */
const entryOf = (n: number): string => (n % 3 === 0 ? `claims.${n}@partner${n}.example` : n % 3 === 1 ? `@firm${n}.example` : `@*.group${n}.example`);
const inside = (n: number): string => (n % 3 === 0 ? `claims.${n}@partner${n}.example` : n % 3 === 1 ? `someone+${n}@firm${n}.example` : `desk@mail.group${n}.example`);

const policyOf = (entries: number): Policy => effective({ version: 1, module: { 'transfer.addresses': { value: { state: 'only', entries: Array.from({ length: entries }, (_, n) => entryOf(n)) } }, 'mail.blocked_addresses': { value: { state: 'only', entries: ['@robots.example'] } } } });
const textsOf = (entries: number): string[] => Array.from({ length: TEXTS }, (_, n) => (n % 2 === 0 ? inside((n * 7) % entries) : `stranger${n}@nowhere${n % 997}.example`));

function time(policy: Policy, texts: readonly string[]): number {
  let allowed = 0;
  const begin = process.hrtime.bigint();
  for (let n = 0; n < JUDGED; n += 1) if (decideOutboundMail(policy, { kind: 'transfer', recipients: [texts[n & (TEXTS - 1)]!], details: false, exceptions: [], live: true, now: 1 }).allowed) allowed += 1;
  const nanoseconds = Number(process.hrtime.bigint() - begin);
  if (allowed !== JUDGED / 2) throw new Error(`${allowed} of ${JUDGED} were allowed; it should be half.`);
  return nanoseconds / JUDGED / 1_000;
}

const [large, small] = [policyOf(ENTRIES), policyOf(10)];
const [largeTexts, smallTexts] = [textsOf(ENTRIES), textsOf(10)];
const measured = await interleaved({ large: () => time(large, largeTexts), small: () => time(small, smallTexts) }, ROUNDS);
const result: MailJudgeTrial = { large: median(measured.large), small: median(measured.small), largeToSmall: medianRatio(measured.large, measured.small) };
process.stdout.write(`${JSON.stringify(result)}\n`);

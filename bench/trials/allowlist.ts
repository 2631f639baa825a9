// The trial of allowlist.*, in a process of its own.
import { BlockList, isIPv4 } from 'node:net';
import { compileCidrSet } from '#policy/cidr-set.ts';
import type { AllowlistTrial } from '../measurements/allowlist.ts';
import { addresses, networks } from '../networks.ts';
import { interleaved, median, medianRatio } from '../statistics.ts';

const ENTRIES = 100_000;
const TEXTS = 65_536;
const ROUNDS = 15;
const LOOKUPS = 500_000;
/** BlockList walks its rules one by one, so far fewer are asked of it. */
const BLOCKLIST_LOOKUPS = 200;

function memory(): number {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** ns of one look-up, the mean of many. Whatever is found is counted, so that no look-up can be left out. */
function time(lookups: number, texts: readonly string[], find: (text: string) => boolean): number {
  let found = 0;
  const begin = process.hrtime.bigint();
  for (let n = 0; n < lookups; n += 1) if (find(texts[n & (TEXTS - 1)]!)) found += 1;
  const nanoseconds = Number(process.hrtime.bigint() - begin);
  if (found < lookups * 0.3 || found > lookups * 0.7) throw new Error(`${found} of ${lookups} addresses were inside; it should be about half.`);
  return nanoseconds / lookups;
}

const list = networks(ENTRIES);
const few = networks(10);
const texts = addresses(list, TEXTS);
const fewTexts = addresses(few, TEXTS);

// Compiled once before, since reading a text for the first time changes how the engine holds it.
compileCidrSet(list);
const before = memory();
const compiling = performance.now();
const large = compileCidrSet(list);
const compileMs = performance.now() - compiling;
const megabytes = (memory() - before) / 1_000_000;
const small = compileCidrSet(few);

const blocklist = new BlockList();
for (const cidr of list) {
  const [address, length] = cidr.split('/') as [string, string];
  blocklist.addSubnet(address, Number(length), isIPv4(address) ? 'ipv4' : 'ipv6');
}
for (const text of texts.slice(0, 200)) {
  if (large.containsText(text) !== blocklist.check(text, isIPv4(text) ? 'ipv4' : 'ipv6')) throw new Error(`${text} is judged otherwise by BlockList.`);
}

const measured = await interleaved(
  {
    large: () => time(LOOKUPS, texts, (text) => large.containsText(text)),
    small: () => time(LOOKUPS, fewTexts, (text) => small.containsText(text)),
    blocklist: () => time(BLOCKLIST_LOOKUPS, texts, (text) => blocklist.check(text, isIPv4(text) ? 'ipv4' : 'ipv6')),
  },
  ROUNDS,
);
const result: AllowlistTrial = {
  large: median(measured.large),
  small: median(measured.small),
  blocklist: median(measured.blocklist),
  largeToSmall: medianRatio(measured.large, measured.small),
  blocklistToLarge: medianRatio(measured.blocklist, measured.large),
  megabytes,
  compileMs,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

// The presets keep their promises, the numbers that are built in are those of the code, and each rule is seen to fail.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LOCK_AT, LOCK_MS, STRANGERS_A_DAY } from '#identity/locks.ts';
import { builtIn } from '#policy/built-in.ts';
import { isKey, settingOf } from '#policy/catalogue.ts';
import { satisfies, type Want } from '#policy/preset.ts';
import { presets } from '#policy/presets.ts';
import { proofsOfBuiltIn, proofsOfServer, proofsOfSettings } from '#policy/proofs.ts';
import { corpus, without } from '#test/corpora.ts';
import { presetFaults, type PresetPromises } from '#test/house/presets.ts';
import { readTree } from '#test/house/tree.ts';

function read(key: string, value: unknown): unknown {
  if (!isKey(key)) return undefined;
  const { kind, label } = settingOf(key);
  // A list that is only switched brings its entries back; `only` needs one.
  const parsed = kind.parse(value, label, key);
  return parsed.ok ? parsed.value : undefined;
}

const promises: PresetPromises = { presets, read, satisfies: (want, value) => satisfies(want as Want, value), builtIn, proofsOfSettings, proofsOfBuiltIn, proofsOfServer, files: readTree() };

test('every requirement has its number and its words, every value is one that its setting takes and satisfies it, every proof is a test that is there', () => {
  assert.equal(presetFaults(promises).join('\n'), '');
});

test('what is said to be built in is what the code has', () => {
  assert.deepEqual([builtIn['lock.failures_one_network'].value, builtIn['lock.failures_all_networks'].value, builtIn['lock.minutes'].value], [LOCK_AT, STRANGERS_A_DAY, LOCK_MS / 60_000]);
});

const STANDARD = 'standards/asvs-5.0.0.csv';
const standard = corpus(STANDARD);
test('the numbers of OWASP ASVS are requirements of its levels 1 and 2', { skip: without(standard, STANDARD) }, () => {
  const levels = new Map([...readFileSync(standard!, 'utf8').matchAll(/,V(\d+\.\d+\.\d+),(?:"(?:[^"]|"")*"|[^,\n]*),([123])\r?$/gm)].map(([, number, level]) => [number, level]));
  assert.equal(levels.size, 345);
  for (const { number } of presets.find(({ id }) => id === 'owasp-asvs-5.0-l2')?.requirements ?? []) assert.ok(['1', '2'].includes(levels.get(number) ?? ''), number);
});

test('the rule is seen to fail', () => {
  const one = { id: '1.1', number: '1.1', asks: 'Sessions end.', by: 'setting', key: 'session.absolute_hours', want: { to: 12 }, set: 12 };
  const files = [{ path: 'a.test.ts', text: "test('it holds'" }];
  const proof = [{ file: 'a.test.ts', test: 'it holds' }];
  const planted = (requirements: readonly object[], more: Partial<PresetPromises> = {}): string =>
    presetFaults({ ...promises, files, proofsOfSettings: { 'session.absolute_hours': proof }, builtIn: {}, proofsOfBuiltIn: { 'lock.minutes': proof }, proofsOfServer: {}, presets: [{ id: 'x', about: '', requirements: requirements as never }], ...more }).join('\n');
  assert.equal(planted([one]), '');
  assert.match(planted([{ ...one, number: '' }]), /no number/);
  assert.match(planted([{ ...one, asks: 'sessions' }]), /in a sentence/);
  assert.match(planted([{ ...one, key: 'session.for_ever' }]), /is not there, or refuses/);
  assert.match(planted([{ ...one, set: 0 }]), /refuses 0/);
  assert.match(planted([{ ...one, set: 13 }]), /does not satisfy/);
  assert.match(planted([{ ...one, by: 'product', fact: 'moon' }]), /not built in[^]*no test proves/);
  assert.match(planted([{ ...one, by: 'server', fact: 'antivirus' }]), /no test proves "antivirus" of the server/);
  assert.match(planted([one], { builtIn: { 'lock.minutes': { value: 30, words: '' } } }), /lock\.minutes: it is told to be built in/);
  assert.match(planted([{ ...one, by: 'you' }]), /why it is yours/);
  assert.match(planted([one, one]), /twice/);
  assert.match(planted([one], { proofsOfSettings: {} }), /no test proves "session\.absolute_hours"/);
  assert.match(planted([one], { files: [] }), /no test "it holds" stands in a\.test\.ts/);
});

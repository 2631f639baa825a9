// Tests of the list of addresses as a setting: the corpus through the kind, each bad entry named in its sentence.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cidrList, cidrSetOf, parseCidr } from './cidr-list.ts';

const kind = cidrList({ states: ['any', 'only'], onlyMeans: 'Only' });
const corpus = new URL('../../../shared/corpora/ip/consensus-sample.json', import.meta.url);

test('a list of the whole corpus names each bad entry, by place and in words', { skip: existsSync(corpus) ? false : 'the corpora are not beside the project' }, () => {
  const rows = JSON.parse(readFileSync(corpus, 'utf8')) as { input: string; verdict: string }[];
  const read = kind.parse({ state: 'only', entries: rows.map((row) => ({ value: row.input })) }, 'White-list', 'k');
  assert.ok(!read.ok);
  const named = new Map(read.faults.map((one) => [one.path, one]));
  for (const [n, { input, verdict }] of rows.entries()) {
    const found = named.get(`k/entries/${n}`);
    if (verdict !== 'valid') assert.ok(found !== undefined, `${input} was accepted`);
    if (found !== undefined) assert.ok(found.message.startsWith('White-list must ') && found.message.endsWith(`, not "${input}".`), found.message);
  }
});

test('a list is compiled once', () => {
  const read = kind.parse({ state: 'only', entries: '10.0.0.0/8' }, '', '');
  assert.ok(read.ok);
  assert.equal(cidrSetOf(read.value), cidrSetOf(read.value));
  assert.equal(cidrSetOf(read.value).containsText('10.9.9.9'), true);
});

test('one entry on its own is read alike', () => {
  assert.deepEqual(parseCidr('::ffff:10.0.0.0/104', 'Proxy', 'p'), { ok: true, value: '10.0.0.0/8' });
  const refused = parseCidr('10.0.0.0/0', 'Proxy', 'p');
  assert.ok(!refused.ok && refused.faults[0]?.code === 'cidr.zero_prefix');
  const noText = parseCidr(10, 'Proxy', 'p');
  assert.ok(!noText.ok && noText.faults[0]?.message === 'Proxy must be given as text, not 10.');
});

// Tests of what may come in: each setting on both sides of its edge, declared and counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from '../effective.ts';
import { decideDeclaredUpload, decideFile, decideUpload, type CountedFacts, type UploadFacts } from './upload.ts';

const policyOf = (values: Record<string, unknown>) => effective({ version: 1, module: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }])) });
const good: CountedFacts = { side: 'customer', extensionType: 'png', contentType: 'png', unsafeName: false, declaredBytes: 10, bytes: 10 };

const rows: readonly [title: string, values: Record<string, unknown>, facts: Partial<CountedFacts>, code: string | null][] = [
  ['a picture of a customer', {}, {}, null],
  ['customers may send nothing', { 'upload.customer.enabled': false }, {}, 'upload.not_enabled'],
  ['customers may send nothing, and an agent does', { 'upload.customer.enabled': false }, { side: 'agent' }, null],
  ['agents may send nothing', { 'upload.agent.enabled': false }, { side: 'agent' }, 'upload.not_enabled'],
  ['a type that is not ticked', { 'upload.customer.types': ['pdf'] }, {}, 'upload.type_not_allowed'],
  ['a type ticked for the other side alone', { 'upload.customer.types': ['pdf'], 'upload.agent.types': ['png'] }, { side: 'agent' }, null],
  ['an ending of no known type', {}, { extensionType: null, contentType: null }, 'upload.type_not_allowed'],
  ['a name that hides another', {}, { unsafeName: true }, 'upload.name_unsafe'],
  ['a text named as a picture', {}, { contentType: 'txt' }, 'upload.type_mismatch'],
  ['something unknown named as a picture', {}, { contentType: null }, 'upload.type_mismatch'],
  ['exactly as large as may be', { 'upload.max_bytes': 10 }, {}, null],
  ['one byte over', { 'upload.max_bytes': 10 }, { bytes: 11, declaredBytes: 11 }, 'upload.too_large'],
  ['one byte over, announced as less', { 'upload.max_bytes': 10 }, { bytes: 11, declaredBytes: 10 }, 'upload.too_large'],
  ['nothing in it', {}, { bytes: 0, declaredBytes: 0 }, 'upload.empty'],
  ['no number of bytes', {}, { bytes: Number.NaN }, 'upload.too_large'],
];
for (const [title, values, facts, code] of rows) {
  test(title, () => {
    const decided = decideUpload(policyOf(values), { ...good, ...facts });
    assert.equal(decided.allowed ? null : decided.code, code);
  });
}

test('before the stream, what was announced is enough to refuse', () => {
  const declared = (facts: Partial<CountedFacts>) => decideDeclaredUpload(policyOf({ 'upload.max_bytes': 10 }), { ...good, ...facts });
  assert.ok(declared({}).allowed);
  assert.ok(declared({ declaredBytes: null }).allowed, 'nobody said how much comes');
  const over = declared({ declaredBytes: 11 });
  assert.ok(!over.allowed && over.code === 'upload.too_large' && over.setting === 'upload.max_bytes' && over.facts['most'] === '10 bytes');
});

test('the whole course of a file: what was declared, what came, what was found in it', () => {
  const whole: UploadFacts = { ...good, finding: null };
  const code = (values: Record<string, unknown>, facts: Partial<UploadFacts>) => {
    const decided = decideFile(policyOf(values), { ...whole, ...facts });
    return decided.allowed ? null : `${decided.code} ${decided.setting}`;
  };
  assert.equal(code({}, {}), null);
  assert.equal(code({}, { bytes: null, contentType: null }), null, 'as declared, before a byte came');
  assert.equal(code({ 'upload.max_bytes': 9 }, { bytes: null }), 'upload.too_large upload.max_bytes');
  assert.equal(code({}, { finding: 'upload.virus_found' }), 'upload.virus_found null');
  assert.equal(code({ 'upload.customer.enabled': false }, { finding: 'upload.virus_found' }), 'upload.not_enabled upload.customer.enabled');
  assert.equal(code({}, { finding: 'upload.not_stripped' }), 'upload.not_stripped upload.strip_metadata');
  assert.equal(code({ 'upload.strip_metadata': false }, { finding: 'upload.not_stripped' }), null);
});

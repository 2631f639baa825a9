// Settings sent by somebody careless or hostile: every fault at once and nothing saved, whatever the body is made of.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { catalogue, keys } from '#policy/catalogue.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { INSIDE, OUTSIDE, trail } from '#test/people.ts';

const CORPUS = new URL('../../../shared/corpora/ip/consensus-sample.json', import.meta.url);
const LIST = 'management.allowlist';
let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  await house.save(admin, cookie, { 'session.idle_timeout_minutes': 0 });
});
after(() => house.close());

const policy = async () => (await house.call('GET', '/api/v1/policy', { cookie })).body;
const send = async (call: { body?: unknown; raw?: string; headers?: Record<string, string> }): Promise<Answer> => {
  const { version } = await policy();
  return house.call('PATCH', '/api/v1/policy', { cookie, ...call, headers: { 'if-match': `"v${version}"`, ...call.headers } });
};
const save = (settings: unknown) => send({ body: { settings } });
const check = (settings: unknown) => house.call('POST', '/api/v1/policy/check', { cookie, body: { settings } });
const faults = (answer: Answer) => answer.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]);

describe('what may not be saved', () => {
  for (const key of keys.filter((name) => notEnforced[name] !== undefined)) {
    it(`${key} is not enforced yet, and saving it says so`, async () => {
      const answer = await save({ [key]: catalogue[key].default });
      assert.equal(answer.status, 422);
      assert.deepEqual(faults(answer), [[key, 'setting.not_enforced']]);
      assert.match(answer.body.faults[0].message, /not enforced yet/);
    });
  }

  // title, settings, the faults' paths and codes
  const rows: [string, Record<string, unknown>, [string, string][]][] = [
    ['an unknown key', { 'session.idle_timeout_minute': 5 }, [['session.idle_timeout_minute', 'setting.unknown']]],
    ['names of every object', { constructor: 1, toString: 1, hasOwnProperty: 1 }, [['constructor', 'setting.unknown'], ['hasOwnProperty', 'setting.unknown'], ['toString', 'setting.unknown']]],
    ['several faults of several kinds', { 'session.absolute_hours': 0, 'session.idle_timeout_minutes': 1.5, 'two_factor.mode': 'ON', nothing: 1, [LIST]: { state: 'only', entries: ['10.0.0.0/8', '10.1', 'localhost', '10.0.0.1/8'] } }, [
      [LIST + '/entries/1', 'cidr.short'], [LIST + '/entries/2', 'cidr.name'], [LIST + '/entries/3', 'cidr.host_bits'],
      ['nothing', 'setting.unknown'], ['session.absolute_hours', 'count.range'], ['session.idle_timeout_minutes', 'count.whole'], ['two_factor.mode', 'choice.option'],
    ]],
    ['a list without a state', { [LIST]: { entries: [INSIDE] } }, [[`${LIST}/state`, 'list.state']]],
    ['a state that the list does not have', { [LIST]: { state: 'none' } }, [[`${LIST}/state`, 'list.state']]],
    ['only, without an entry', { [LIST]: { state: 'only' } }, [[`${LIST}/entries`, 'list.empty']]],
    ['a field that no list has', { [LIST]: { state: 'any', entry: [] } }, [[LIST, 'list.unknown_field']]],
    ['a note with a control character', { [LIST]: { state: 'any', entries: [{ value: INSIDE, note: 'a\u0007' }] } }, [[`${LIST}/entries/0/note`, 'note.character']]],
    ['a note of 201 letters', { [LIST]: { state: 'any', entries: [{ value: INSIDE, note: 'x'.repeat(201) }] } }, [[`${LIST}/entries/0/note`, 'note.too_long']]],
    ['a short password without a second factor for all', { 'password.min_length': 14 }, [['password.min_length', 'rule.short_password_needs_second_factor']]],
  ];
  for (const [title, settings, expected] of rows) {
    it(`${title}: every fault at once, nothing saved`, async () => {
      const before = await policy();
      const answer = await save({ 'session.absolute_hours': 77, ...settings });
      assert.equal(answer.status, 422, answer.text);
      const found = faults(answer).sort() as [string, string][];
      assert.deepEqual(found.map(([path]) => path), expected.map(([path]) => path).sort());
      for (const [path, code] of expected) if (!code.startsWith('count') && !code.startsWith('choice')) assert.ok(found.some((one) => one[0] === path && one[1] === code), `${path} ${code} in ${JSON.stringify(found)}`);
      for (const fault of answer.body.faults) assert.match(fault.message, /^.+ must .+, not .+\.$/);
      assert.deepEqual(await policy(), before);
    });
  }

  it('offers the nearest name for a mistyped key, and the network for host bits', async () => {
    const { body } = await save({ 'session.idle_timeout_minute': 5, [LIST]: { state: 'only', entries: ['10.0.0.1/8'] } });
    assert.deepEqual(body.faults.map((fault: { offer?: string }) => fault.offer).sort(), ['10.0.0.0/8', 'session.idle_timeout_minutes']);
  });
});

describe('addresses on which parsers agree or do not', { skip: existsSync(CORPUS) ? false : 'the corpus ../shared/corpora/ip/consensus-sample.json is missing' }, () => {
  interface Sample {
    readonly input: string;
    readonly verdict: 'valid' | 'invalid' | 'disputed';
  }
  const samples = existsSync(CORPUS) ? (JSON.parse(readFileSync(CORPUS, 'utf8')) as Sample[]) : [];
  /** Refused by our own rule although parsers agree (SETTINGS.md): these and no other codes. */
  const OURS = new Set(['cidr.zone', 'cidr.host_bits', 'cidr.zero_prefix']);

  it('are refused one by one by name, or saved and read back canonical', async () => {
    const { body } = await check({ [LIST]: { state: 'any', entries: samples.map(({ input }) => ({ value: input })) } });
    const refused = new Map<number, { code: string; message: string }>(body.faults.map((fault: { path: string; code: string; message: string }) => [Number(/entries\/(\d+)$/.exec(fault.path)![1]), fault]));
    assert.ok(refused.size > 100);
    for (const [index, { input, verdict }] of samples.entries()) {
      const fault = refused.get(index);
      if (verdict !== 'valid') assert.ok(fault, `${JSON.stringify(input)} is ${verdict} and was taken`);
      else if (fault !== undefined) assert.ok(OURS.has(fault.code), `${JSON.stringify(input)} is valid and was refused as ${fault.code}`);
      if (fault !== undefined) assert.match(fault.message, /^.+ must .+, not .+\.$/);
    }
    const good = samples.filter((_, index) => !refused.has(index));
    const saved = await save({ [LIST]: { state: 'any', entries: good.map(({ input }) => ({ value: input, note: input })) } });
    assert.equal(saved.status, 200, saved.text.slice(0, 500));
    const { value } = saved.body.settings[LIST];
    const again = await save({ [LIST]: value });
    assert.deepEqual(again.body.settings[LIST].value, value, 'canonical once is canonical for good');
    await save({ [LIST]: { state: 'any', entries: [] } });
  });
});

describe('a list of 100,000', () => {
  const entries = Array.from({ length: 99_999 }, (_, n) => ({ value: `10.${n >> 15}.${(n >> 7) & 255}.${(n * 2) & 255}` }));

  it('is saved, holds, and is told in the trail by its count; one more is refused', async () => {
    const saved = await save({ [LIST]: { state: 'only', entries: [...entries, { value: INSIDE }] }, 'two_factor.mode': 'off' });
    assert.equal(saved.status, 200, saved.text.slice(0, 500));
    assert.equal(saved.body.settings[LIST].value.entries.length, 100_000);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie })).status, 200);
    assert.equal((await house.call('GET', '/api/v1/session', { cookie, from: OUTSIDE })).body.code, 'network.not_allowed');
    const [row] = await trail(house, cookie, `entity=${LIST}`);
    assert.deepEqual([row.after.state, row.after.entries, row.after.added.length], ['only', 100_000, 500]);
    const more = await check({ [LIST]: { state: 'only', entries: [...entries, { value: INSIDE }, { value: OUTSIDE }] } });
    assert.deepEqual(faults(more), [[`${LIST}/entries`, 'list.too_many']]);
    await save({ [LIST]: { state: 'any', entries: [] } });
  });
});

describe('a body of another shape', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const rows: [string, string, number][] = [
    ['a prototype', '{"settings":{"__proto__":{"session.absolute_hours":5}}}', 400],
    ['a prototype of the body', '{"__proto__":{"settings":{}},"settings":{}}', 400],
    ['a constructor with a prototype', '{"settings":{"constructor":{"prototype":{"x":1}}}}', 400],
    ['ten thousand levels deep', `{"settings":{"session.absolute_hours":${deep(10_000)}}}`, 422],
    ['a million levels deep', `{"settings":{"session.absolute_hours":${deep(1_000_000)}}}`, 422],
    ['no settings', '{}', 422],
    ['settings that are a list', '{"settings":[]}', 422],
    ['settings that are nothing', '{"settings":null}', 422],
    ['something beside the settings', '{"settings":{},"force":true}', 422],
    ['a list', '[]', 422],
    ['a text', '"settings"', 422],
    ['not JSON', '{"settings":', 400],
    ['JSON with a BOM and a tail', '{"settings":{}}x', 400],
    ['empty', '', 400],
    ['a number beyond numbers', '{"settings":{"session.absolute_hours":1e999}}', 422],
    ['a million unknown keys', `{"settings":{${Array.from({ length: 1_000_000 }, (_, n) => `"key.${n}":1`).join()}}}`, 422],
    ['a key of a megabyte', `{"settings":{"${'k'.repeat(1 << 20)}":1}}`, 422],
    ['over 32 MiB', `{"settings":{"x":"${'x'.repeat(32 << 20)}"}}`, 413],
  ];
  for (const [title, raw, status] of rows) {
    it(`${title}: ${status}, and nothing is saved`, async () => {
      const before = await policy();
      const answer = await send({ raw });
      assert.equal(answer.status, status, answer.text.slice(0, 300));
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.ok(answer.text.length < 4_000_000);
      assert.deepEqual(await policy(), before);
    });
  }

  it('the same key twice is refused, by the check and the save alike, and nothing is saved', async () => {
    const raw = '{"settings":{"session.absolute_hours":21,"session.absolute_hours":22}}';
    const before = (await house.call('GET', '/api/v1/policy', { cookie })).body.version;
    for (const answer of [await house.call('POST', '/api/v1/policy/check', { cookie, raw }), await send({ raw })]) assert.deepEqual([answer.status, answer.body.code], [400, 'request.doubled_key']);
    assert.equal((await house.call('GET', '/api/v1/policy', { cookie })).body.version, before);
  });
});

// Policy files: what they name is read whole, what they do not name stays; a plan's prediction is what holds afterwards; tests in it are asked.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { effective } from './effective.ts';
import { differences, type Kept, type KeptState, placeOf } from './history.ts';
import { factFaults } from './policy-file-tests.ts';
import { askAgain, type QuestionName, questions, withUsual } from './questions.ts';
import { PINNED, type Plan, planFile, readPolicyFile, sourcesOf } from './policy-file.ts';

const AT = Date.UTC(2026, 10, 23, 8);
const HOURS = 'session.absolute_hours';
const WINDOW = 'ticket.lifetime_seconds';
const CHANNELS = [{ id: 'chn_1', name: 'Shop' }, { id: 'chn_2', name: 'Desk' }];
const kept = (value: unknown, locked = false): Kept => ({ value, locked, setBy: 'agt_1', setAt: 1 });
const state = (entries: Record<string, Kept> = {}): KeptState => new Map(Object.entries(entries));

function planOf(document: object, present: KeptState = state()): Plan {
  const read = readPolicyFile({ portcullis: 1, ...document });
  assert.ok(read.ok, JSON.stringify(read));
  const made = planFile(read.file, { state: present, channels: CHANNELS }, AT);
  assert.ok(made.ok, JSON.stringify(made));
  return made.plan;
}
const faultsOf = (document: unknown) => {
  const read = readPolicyFile(document);
  return read.ok ? [] : read.faults.map(({ path, code }) => [path, code]);
};

describe('reading a policy file', () => {
  const wrong: [title: string, document: unknown, faults: string[][]][] = [
    ['nothing', null, [['', 'file.shape']]],
    ['a list', [], [['', 'file.shape']]],
    ['no version', { settings: {} }, [['portcullis', 'file.version']]],
    ['a newer version', { portcullis: 2, settings: { anything: 1 } }, [['portcullis', 'file.version']]],
    ['an unknown part', { portcullis: 1, setings: {} }, [['setings', 'file.part']]],
    ['an unknown setting', { portcullis: 1, settings: { 'session.idle_timeout_minute': 5 } }, [['settings/session.idle_timeout_minute', 'setting.unknown']]],
    ['a lock of what is for the whole brand', { portcullis: 1, locked: [HOURS] }, [['locked/0', 'setting.not_per_channel']]],
    ['several faults at once', { portcullis: 1, settings: [], pinned: ['x'], tests: 'y' }, [['settings', 'file.shape'], ['pinned/0', 'setting.unknown'], ['tests', 'test.shape']]],
    ['a prototype for a key', JSON.parse('{"portcullis":1,"settings":{"__proto__":1}}'), [['settings/__proto__', 'setting.unknown']]],
    ['a test without a question', { portcullis: 1, tests: [{ expect: 'allowed' }] }, [['tests/0/question', 'test.question']]],
    ['a test of an unknown fact', { portcullis: 1, tests: [{ question: 'management-access', facts: { adress: '10.0.0.1' }, expect: 'allowed' }] }, [['tests/0/facts/adress', 'test.fact']]],
    ['a test of an address that is none', { portcullis: 1, tests: [{ question: 'api-access', facts: { address: '010.0.0.1' }, expect: 'denied' }] }, [['tests/0/facts/address', 'test.fact']]],
    ['a test of another kind of value', { portcullis: 1, tests: [{ question: 'management-access', facts: { admin: 'yes' }, expect: 'allowed' }] }, [['tests/0/facts/admin', 'test.fact']]],
    ['a test that expects what cannot be', { portcullis: 1, tests: [{ question: 'session', expect: 'denied by nobody' }] }, [['tests/0/expect', 'test.expect']]],
  ];
  for (const [title, document, faults] of wrong) it(`refuses ${title}`, () => assert.deepEqual(faultsOf(document), faults));

  it('offers the nearest name', () => {
    const read = readPolicyFile({ portcullis: 1, settings: { 'session.idle_timeout_minute': 5 } });
    assert.equal(read.ok ? undefined : read.faults[0]?.offer, 'session.idle_timeout_minutes');
  });

  it('of whatever JSON never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => void readPolicyFile(document)), { numRuns: 500 });
  });
});

describe('planning a policy file', () => {
  it('touches nothing that it does not name', () => {
    const present = state({ [placeOf(null, HOURS)]: kept(9), [placeOf('chn_1', WINDOW)]: kept(90), [placeOf(null, WINDOW)]: kept(70, true) });
    assert.deepEqual(planOf({}, present).changes, []);
    assert.deepEqual(planOf({ settings: { 'password.history': 7 } }, present).changes.map(({ key }) => key), ['password.history']);
  });

  it('says what changes, in the module and in channels by name or id, back to inheriting with null', () => {
    const present = state({ [placeOf('chn_1', WINDOW)]: kept(90) });
    const { changes } = planOf({ settings: { [HOURS]: 9 }, channels: { Shop: { [WINDOW]: null }, chn_2: { [WINDOW]: 30 } } }, present);
    assert.deepEqual(changes.map(({ channel, key, before, after }) => [channel, key, before?.value ?? null, after?.value ?? null]), [[null, HOURS, null, 9], ['chn_1', WINDOW, 90, null], ['chn_2', WINDOW, null, 30]]);
  });

  it('names every fault: a value, a channel that is not there, a rule between settings', () => {
    const read = readPolicyFile({ portcullis: 1, settings: { [HOURS]: 0, 'password.max_age_days': 5, 'password.min_age_days': 9 }, channels: { Nowhere: { [WINDOW]: 30 } } });
    assert.ok(read.ok);
    const made = planFile(read.file, { state: state(), channels: CHANNELS }, AT);
    assert.deepEqual(made.ok ? [] : made.faults.map(({ path }) => path), [`settings/${HOURS}`, 'settings/password.max_age_days', 'channels/Nowhere']);
  });

  it('locks exactly what it names, where it names locks at all; a channel stays within', () => {
    const present = state({ [placeOf(null, WINDOW)]: kept(60, true) });
    assert.deepEqual(planOf({ locked: [] }, present).changes.map(({ after }) => after?.locked), [false]);
    assert.deepEqual(planOf({}, present).changes, []);
    const read = readPolicyFile({ portcullis: 1, settings: { [WINDOW]: 60 }, locked: [WINDOW], channels: { Shop: { [WINDOW]: 90 } } });
    const made = read.ok ? planFile(read.file, { state: state(), channels: CHANNELS }, AT) : read;
    assert.deepEqual(made.ok ? [] : made.faults.map(({ path, code }) => [path, code]), [[`channels/Shop/${WINDOW}`, 'setting.locked']]);
  });

  it('pins: the value holds above the page and the channel, until a file lets go of it', () => {
    const { next, policy } = planOf({ settings: { [WINDOW]: 45 }, pinned: [WINDOW] }, state({ [placeOf('chn_1', WINDOW)]: kept(90) }));
    assert.deepEqual([policy.values[WINDOW], policy.origins[WINDOW].from], [45, 'file']);
    const { module, channels, pinned } = sourcesOf(next);
    assert.equal(effective({ version: 0, module, channel: channels['chn_1']!, pinned }).values[WINDOW], 45);
    assert.deepEqual(planOf({}, next).changes, [], 'a file that says nothing of pins lets go of nothing');
    assert.deepEqual(planOf({ settings: { [WINDOW]: 50 } }, next).changes.map(({ channel, after }) => [channel, after?.value]), [[null, 50], ['#file', 50]]);
    assert.deepEqual(planOf({ pinned: [] }, next).changes.map(({ channel, after }) => [channel, after]), [[PINNED, null]]);
  });

  it('what it predicts is what holds once it is applied, and a second time it changes nothing', () => {
    const values = { [HOURS]: fc.integer({ min: 1, max: 720 }), 'password.history': fc.integer({ min: 0, max: 24 }), [WINDOW]: fc.integer({ min: 10, max: 86_400 }) };
    const anyFile = fc.record({
      settings: fc.record(values, { requiredKeys: [] }), channels: fc.record({ Shop: fc.record({ [WINDOW]: fc.option(fc.integer({ min: 10, max: 60 })) }, { requiredKeys: [] }) }, { requiredKeys: [] }),
      pinned: fc.subarray([HOURS, WINDOW]),
    }, { requiredKeys: ['settings'] });
    fc.assert(fc.property(anyFile, anyFile, (first, second) => {
      const before = planOf(first).next;
      const plan = planOf(second, before);
      assert.deepEqual(differences(before, plan.next), plan.changes);
      const after = sourcesOf(plan.next);
      assert.deepEqual(effective({ version: 0, module: after.module, pinned: after.pinned }).values, plan.policy.values);
      for (const [key, value] of Object.entries(second.settings)) assert.deepEqual(plan.policy.values[key as typeof HOURS], value);
      assert.deepEqual(planOf(second, plan.next).changes, []);
    }), { numRuns: 300 });
  });
});

describe('names that are none', () => {
  it('a channel that has the name of a prototype is a channel that is not there, and no setting', () => {
    const read = readPolicyFile(JSON.parse('{"portcullis":1,"channels":{"__proto__":{"upload.max_bytes":5},"constructor":{"upload.max_bytes":5}}}'));
    assert.ok(read.ok);
    const made = planFile(read.file, { state: state(), channels: CHANNELS }, AT);
    assert.deepEqual(made.ok ? [] : made.faults.map(({ path, code }) => [path, code]), [['channels/__proto__', 'channel.missing'], ['channels/constructor', 'channel.missing']]);
    for (const part of ['settings', 'locked', 'pinned', 'tests']) assert.equal(readPolicyFile(JSON.parse(`{"portcullis":1,"${part}":${part === 'settings' ? '{"__proto__":{"upload.max_bytes":5}}' : '["__proto__"]'}}`)).ok, false, part);
  });

  it('numbers that are none, or larger than any, are faults of their settings', () => {
    for (const number of [1e308 * 10, -Infinity, Number.NaN, 1e300, 2 ** 53, -0.5]) {
      const read = readPolicyFile({ portcullis: 1, settings: { [HOURS]: number } });
      assert.ok(read.ok);
      assert.equal(planFile(read.file, { state: state(), channels: CHANNELS }, AT).ok, false, String(number));
      assert.equal(readPolicyFile({ portcullis: number }).ok, false, String(number));
    }
  });
});

describe('tests inside a policy file', () => {
  const settings = { 'management.allowlist': { state: 'only', entries: ['192.0.2.0/24'] }, 'two_factor.mode': 'off' };
  const outcome = (test: object) => planOf({ settings, tests: [{ name: 'x', ...test }] }).tests[0]!;

  it('are asked under the policy that would hold', () => {
    const from = (address: string, expect: string) => outcome({ question: 'management-access', facts: { address }, expect });
    assert.deepEqual(from('192.0.2.7', 'allowed'), { name: 'x', passed: true, got: 'allowed', expected: 'allowed' });
    assert.equal(from('203.0.113.7', 'denied by management.allowlist').passed, true);
    assert.equal(from('203.0.113.7', 'denied by network.not_allowed').passed, true);
    assert.equal(from('203.0.113.7', 'denied').passed, true);
    assert.deepEqual(from('203.0.113.7', 'denied by session.idle'), { name: 'x', passed: false, got: 'denied by network.not_allowed (management.allowlist)', expected: 'denied by session.idle' });
    assert.equal(from('203.0.113.7', 'allowed').passed, false);
  });

  it('of files say what came; what holds is what the name says, unless the test says otherwise', () => {
    const of = (settings: object, facts: object, expect: string, question = 'upload') => planOf({ settings, tests: [{ name: 'x', question, facts, expect }] }).tests[0]!;
    const agents = { 'upload.agent.types': ['zip'], 'upload.max_bytes': 1_000 };
    assert.equal(of(agents, { side: 'agent', extensionType: 'zip', bytes: 1_000 }, 'allowed').passed, true);
    assert.equal(of(agents, { side: 'agent', extensionType: 'zip', bytes: 1_001 }, 'denied by upload.max_bytes').passed, true);
    assert.equal(of(agents, { side: 'customer', extensionType: 'zip', bytes: 1 }, 'denied by upload.customer.types').passed, true);
    assert.equal(of(agents, { side: 'agent', extensionType: 'zip', bytes: 1, contentType: 'pdf' }, 'denied by upload.type_mismatch').passed, true);
    assert.equal(of({ 'upload.strip_metadata': false }, { finding: 'upload.not_stripped' }, 'allowed').passed, true);
    assert.equal(of({ 'media.enforce_access': false }, {}, 'allowed', 'media').passed, true);
    assert.equal(of({}, {}, 'denied by media.enforce_access', 'media').passed, true);
  });

  it('say their facts in known words and whole lists: what no door could ask is a fault with its place', () => {
    const faults = (question: string, facts: object) => {
      const read = readPolicyFile({ portcullis: 1, tests: [{ name: 'x', question, facts, expect: 'denied' }] });
      return read.ok ? [] : read.faults.map(({ path }) => path);
    };
    for (const side of ['constructor', '__proto__', 'toString', 5, null]) assert.deepEqual(faults('upload', { side }), ['tests/0/facts/side'], String(side));
    assert.deepEqual(faults('upload', { extensionType: 'exe' }), ['tests/0/facts/extensionType']);
    assert.deepEqual(faults('upload', { finding: 'upload.too_large' }), ['tests/0/facts/finding']);
    assert.deepEqual(faults('upload', { extensionType: null, finding: null }), []);
    assert.deepEqual(faults('token-place', { place: 'valueOf', kind: 'hasOwnProperty' }), ['tests/0/facts/place', 'tests/0/facts/kind']);
    assert.deepEqual(faults('outbound-mail', { recipients: [5], exceptions: [null] }), ['tests/0/facts/recipients', 'tests/0/facts/exceptions']);
    assert.deepEqual(faults('outbound-mail', { exceptions: [{ address: 'a@x.example', until: 5 }], recipients: [] }), []);
    assert.deepEqual(faults('outbound-mail', { exceptions: [{ address: 'a@x.example' }] }), ['tests/0/facts/exceptions']);
    assert.deepEqual(faults('framing', { ancestors: [null] }), ['tests/0/facts/ancestors']);
    assert.deepEqual(faults('framing', { ancestors: Array.from({ length: 1_000 }, () => 'https://x.example') }), ['tests/0/facts/ancestors']);
    assert.deepEqual(faults('management-access', { address: ['192.0.2.1'] }), ['tests/0/facts/address']);
  });

  it('whatever facts are taken lead to a decision, never to a throw', () => {
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(Number.NaN, Infinity, -0, '', '__proto__', 'constructor', '192.0.2.1', 'a@x.example', [null], [{}], [['a']], [{ address: 'a', until: 1 }]));
    const policy = effective({ version: 1, module: { 'transfer.addresses': { value: { state: 'only', entries: [{ value: '@x.example' }] } }, 'management.allowlist': { value: { state: 'only', entries: [{ value: '192.0.2.0/24' }] } } } });
    const asked = fc.constantFrom(...(Object.keys(questions) as QuestionName[])).chain((name) => fc.record({ name: fc.constant(name), facts: fc.record(Object.fromEntries(Object.keys(questions[name].usual).map((fact) => [fact, odd])), { requiredKeys: [] }) }));
    let taken = 0;
    fc.assert(fc.property(asked, ({ name, facts }) => {
      if (factFaults(name, facts as Record<string, unknown>, 'facts').length > 0) return;
      taken += 1;
      askAgain(name, policy, withUsual(name, facts as Record<string, unknown>));
    }), { numRuns: 4_000 });
    assert.ok(taken > 100, String(taken));
  });

  it('of a channel take its policy; of one that is not there they fail', () => {
    assert.match(outcome({ question: 'chat', channel: 'Nowhere', expect: 'denied' }).got, /no channel "Nowhere"/);
    assert.equal(outcome({ question: 'chat', channel: 'Shop', expect: 'denied by channel.site_origins' }).passed, true);
  });
});

// Presets against settings: what is met, what a deviation answers and when it no longer does, where two contradict each other, and the draft that would meet them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { keys, settingOf } from './catalogue.ts';
import { effective } from './effective.ts';
import { compatible, satisfies, type Preset } from './preset.ts';
import { checkPreset, type Deviation, type InForce, summaryOf, valuesAt } from './preset-check.ts';
import { conflictsBetween } from './preset-conflicts.ts';
import { draftFor } from './preset-draft.ts';
import { presetById, presets } from './presets.ts';

const stored = (values: Record<string, unknown>) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
const standing = (module: Record<string, unknown>, channels: Record<string, Record<string, unknown>> = {}, server = { antivirus: false, https: true }): InForce => ({
  server,
  policy: effective({ version: 1, module: stored(module) }),
  channels: Object.entries(channels).map(([id, own]) => ({ id, name: id, policy: effective({ version: 1, module: stored(module), channel: stored(own) }) })),
});
const preset = (id: string): Preset => presetById(id) as Preset;
const PCI = preset('pci-dss-4.0.1');
const NIST = preset('nist-800-63b-4-aal2');
const ASVS = preset('owasp-asvs-5.0-l2');
const one = (of: Preset, id: string, at: InForce, deviations: readonly Deviation[] = []) => checkPreset(of, at, deviations).find(({ requirement }) => requirement.id === id)!;
const deviationOf = (of: Preset, id: string, at: InForce): Deviation => ({ id: 'dev', requirement: id, values: valuesAt(of.requirements.find((row) => row.id === id)!, at) });

describe('a requirement', () => {
  const rows: [title: string, of: Preset, id: string, module: Record<string, unknown>, expected: string][] = [
    ['idle 15 minutes', PCI, '8.2.8', { 'session.idle_timeout_minutes': 15 }, 'met'],
    ['idle 16 minutes', PCI, '8.2.8', { 'session.idle_timeout_minutes': 16 }, 'not_met'],
    ['idle off', PCI, '8.2.8', { 'session.idle_timeout_minutes': 0 }, 'not_met'],
    ['idle off for ASVS', ASVS, '7.3.1', { 'session.idle_timeout_minutes': 0 }, 'not_met'],
    ['no maximum age', PCI, '8.3.9', {}, 'not_met'],
    ['90 days', PCI, '8.3.9', { 'password.max_age_days': 90 }, 'met'],
    ['91 days', PCI, '8.3.9', { 'password.max_age_days': 91 }, 'not_met'],
    ['no maximum age while everybody has two factors', PCI, '8.3.9', { 'two_factor.mode': 'on' }, 'not_applicable'],
    ['a maximum age for NIST', NIST, '3.1.1.2-periodic', { 'password.max_age_days': 90 }, 'not_met'],
    ['12 characters, with two factors', NIST, '3.1.1.2-alone', { 'two_factor.mode': 'on', 'password.min_length': 12 }, 'not_applicable'],
    ['letters and digits', PCI, '8.3.6-composition', {}, 'not_met'],
    ['any composition', NIST, '3.1.1.2-composition', {}, 'met'],
    ['a key in the address', ASVS, '14.2.1', { 'api.authentication_mode': 'header_or_query' }, 'not_met'],
    ['a key that is exchanged', ASVS, '14.2.1', { 'api.authentication_mode': 'exchange' }, 'met'],
    ['framed by a list', ASVS, '3.4.6', { 'frame.allowed_origins': { state: 'only', entries: ['https://crm.example'] } }, 'met'],
    ['clocks', PCI, '10.6.1', {}, 'yours'],
  ];
  for (const [title, of, id, module, expected] of rows) it(`${title}: ${expected}`, () => assert.equal(one(of, id, standing(module)).state, expected));

  it('is not met while a channel is looser, and names it; a tighter one is none of its matter', () => {
    const found = one(ASVS, '8.2.2', standing({}, { shop: { 'media.enforce_access': false }, desk: { 'media.enforce_access': true }, plain: {} }));
    assert.deepEqual([found.state, found.loose], ['not_met', [{ id: 'shop', name: 'shop', value: 'Off' }]]);
  });

  it('of the server is met by its configuration alone, and a deviation from it ends with that', () => {
    const off = standing({});
    assert.deepEqual([one(ASVS, '5.4.3', off).state, one(ASVS, '12.2.1', off).state], ['not_met', 'met']);
    const deviation = deviationOf(ASVS, '5.4.3', off);
    assert.equal(one(ASVS, '5.4.3', off, [deviation]).state, 'deviation');
    const on = one(ASVS, '5.4.3', standing({}, {}, { antivirus: true, https: true }), [deviation]);
    assert.deepEqual([on.state, on.stale, on.value?.startsWith('Every file is looked through')], ['met', true, true]);
  });

  it('says what it wants and what stands there, in the words of the setting', () => {
    const { value, wanted } = one(PCI, '8.2.8', standing({ 'session.idle_timeout_minutes': 0 }));
    assert.deepEqual([value, wanted], ['Off', 'from 1 minute to 15 minutes']);
    assert.equal(one(ASVS, '3.4.6', standing({})).wanted, 'No site may present the workspace in a frame, or Only these origins may present the workspace in a frame');
    assert.equal(one(NIST, '3.1.1.2-periodic', standing({})).wanted, 'Never');
  });
});

describe('a recorded deviation', () => {
  it('answers a requirement for the values of then, and no longer for others', () => {
    const then = standing({ 'session.idle_timeout_minutes': 60 });
    const deviation = deviationOf(PCI, '8.2.8', then);
    assert.deepEqual([one(PCI, '8.2.8', then, [deviation]).state, one(PCI, '8.2.8', then, [deviation]).stale], ['deviation', false]);
    const looser = one(PCI, '8.2.8', standing({ 'session.idle_timeout_minutes': 240 }), [deviation]);
    assert.deepEqual([looser.state, looser.stale], ['not_met', true]);
    const met = one(PCI, '8.2.8', standing({ 'session.idle_timeout_minutes': 10 }), [deviation]);
    assert.deepEqual([met.state, met.stale], ['met', true]);
  });

  it('of a channel is void once another channel deviates too', () => {
    const deviation = deviationOf(ASVS, '8.2.2', standing({}, { shop: { 'media.enforce_access': false } }));
    assert.equal(one(ASVS, '8.2.2', standing({}, { shop: { 'media.enforce_access': false }, desk: {} }), [deviation]).state, 'deviation');
    assert.equal(one(ASVS, '8.2.2', standing({}, { shop: { 'media.enforce_access': false }, desk: { 'media.enforce_access': false } }), [deviation]).state, 'not_met');
  });

  it('of what is built in stays', () => {
    const deviation = deviationOf(PCI, '8.3.6-composition', standing({}));
    assert.equal(one(PCI, '8.3.6-composition', standing({ 'password.min_length': 30 }), [deviation]).state, 'deviation');
  });

  it('never answers what is yours or does not apply', () => {
    const wide: Deviation = { id: 'dev', requirement: '10.6.1', values: 'null' };
    assert.equal(one(PCI, '10.6.1', standing({}), [wide]).state, 'yours');
  });
});

const conflicts = (chosen: readonly Preset[], at: InForce, deviations: Record<string, readonly Deviation[]> = {}) =>
  conflictsBetween(chosen.map((of) => ({ preset: of, checked: checkPreset(of, at, deviations[of.id] ?? []) })));

describe('two standards', () => {
  it('contradict each other on composition and on periodic change, and nowhere else', () => {
    const found = conflicts([PCI, NIST, ASVS], standing({}));
    assert.deepEqual(found.map(({ about, state, sides: [a, b] }) => [about, a.number, b.number, state]), [
      ['Rules of composition', '8.3.6', '3.1.1.2', 'open'], ['Maximum password age', '8.3.9', '3.1.1.2', 'open'],
      ['Rules of composition', '8.3.6', '6.2.5', 'open'], ['Maximum password age', '8.3.9', '6.2.10', 'open'],
    ]);
  });

  it('do not while a condition takes one of them away; a recorded deviation decides', () => {
    const at = standing({ 'two_factor.mode': 'on' });
    assert.deepEqual(conflicts([PCI, NIST], at).map(({ state }) => state), ['open', 'avoided']);
    const decided = conflicts([PCI, NIST], at, { [PCI.id]: [deviationOf(PCI, '8.3.6-composition', at)] });
    assert.deepEqual(decided.map(({ state }) => state), ['decided', 'avoided']);
  });

  it('are compared by every shape of what they want', () => {
    assert.equal(compatible({ from: 1, to: 90 }, { oneOf: [0] }), false);
    assert.equal(compatible({ oneOf: [0, 30] }, { from: 1 }), true);
    assert.equal(compatible({ from: 5 }, { to: 4 }), false);
    assert.equal(compatible({ states: ['any'] }, { states: ['none', 'only'] }), false);
    assert.equal(compatible({ states: ['any', 'only'] }, { states: ['only'] }), true);
    assert.equal(compatible({ states: ['any'] }, { from: 1 }), false);
  });
});

describe('the draft', () => {
  const draft = (chosen: readonly Preset[], at: InForce, deviations: Record<string, readonly Deviation[]> = {}, pinned: string[] = []) =>
    draftFor(chosen.map((of) => ({ preset: of, checked: checkPreset(of, at, deviations[of.id] ?? []) })), at.policy.values as never, new Set(pinned));

  it('names what stands in the way alone, and asks for no change of passwords once two factors are asked of everybody', () => {
    assert.deepEqual(draft([PCI], standing({})).map(({ key, afterText, askedBy }) => [key, afterText, askedBy]), [
      ['two_factor.mode', 'On', ['PCI DSS 4.0.1 8.4.2', 'PCI DSS 4.0.1 8.4.3']], ['session.idle_timeout_minutes', '15 minutes', ['PCI DSS 4.0.1 8.2.8']],
    ]);
  });

  it('leaves a tighter value, a pinned one, and one that was deviated from', () => {
    const at = standing({ 'session.idle_timeout_minutes': 5, 'password.max_age_days': 30, 'password.history': 1 });
    assert.deepEqual(draft([PCI], at, { [PCI.id]: [deviationOf(PCI, '8.3.7', at)] }, ['two_factor.mode']), []);
  });

  it('sets nothing where two contradict each other', () => {
    const at = standing({});
    const mode = { [PCI.id]: [deviationOf(PCI, '8.4.2', at), deviationOf(PCI, '8.4.3', at)], [NIST.id]: [deviationOf(NIST, '2.2.1', at)] };
    assert.deepEqual(draft([PCI, NIST], at, mode).map(({ key }) => key), ['session.idle_timeout_minutes']);
  });

  it('keeps the entries of a list that it switches', () => {
    const wants: Preset = { ...ASVS, requirements: [{ id: 'x', number: 'x', asks: 'Nobody frames.', by: 'setting', key: 'frame.allowed_origins', want: { states: ['none'] }, set: { state: 'none' } }] };
    const at = standing({ 'frame.allowed_origins': { state: 'only', entries: ['https://crm.example'] } });
    assert.deepEqual(draft([wants], at)[0]?.value, { state: 'none', entries: [{ value: 'https://crm.example' }] });
  });

  const valueOf = (key: (typeof keys)[number]): fc.Arbitrary<unknown> => {
    const { kind, default: standard } = settingOf(key);
    if (kind.name === 'flag') return fc.boolean();
    if (kind.name === 'choice') return fc.constantFrom(...kind.options.map(({ value }) => value as string));
    if ('min' in kind && 'max' in kind) return fc.integer({ min: Number(kind.min), max: Number(kind.max) });
    return fc.constant(standard);
  };

  it('meets whatever no two contradict each other in, from any settings, and once is enough', () => {
    const module = fc.record(Object.fromEntries(keys.map((key) => [key, valueOf(key)])), { requiredKeys: [] });
    fc.assert(fc.property(fc.subarray([...presets]), module, (chosen, values) => {
      const at = standing(values as Record<string, unknown>);
      const changed = draft(chosen, at);
      for (const { key, value } of changed) assert.ok(settingOf(key).kind.parse(value, key, key).ok, key);
      const after = standing({ ...(values as Record<string, unknown>), ...Object.fromEntries(changed.map(({ key, value }) => [key, value])) });
      assert.deepEqual(draft(chosen, after), []);
      const torn = new Set(conflicts(chosen, after).flatMap(({ sides }) => sides.map(({ preset: of, requirement }) => `${of} ${requirement}`)));
      for (const of of chosen) for (const { requirement, state } of checkPreset(of, after, [])) if (requirement.by === 'setting' && !torn.has(`${of.id} ${requirement.id}`)) assert.notEqual(state, 'not_met', requirement.id);
      // No value becomes looser than what somebody set: what was met stays met.
      for (const of of chosen) for (const { requirement, state } of checkPreset(of, at, [])) if (requirement.by === 'setting' && state === 'met' && requirement.unless === undefined) assert.ok(satisfies(requirement.want, after.policy.values[requirement.key]), requirement.id);
    }), { numRuns: 100 });
  });
});

it('a summary counts every requirement once', () => {
  const checked = checkPreset(PCI, standing({}), []);
  assert.equal(Object.values(summaryOf(checked)).reduce((sum, many) => sum + many, 0), PCI.requirements.length);
});

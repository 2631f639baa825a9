// Who a stage holds for, which settings can be staged how, and what is counted: the same on every node, and what a replay of the same decisions gives.
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { keys, settingOf } from './catalogue.ts';
import { effective } from './effective.ts';
import { inShare, onlyOutsideMeets, readDraft, stageApplies, stagedOver, stageFaults, writeDraft } from './stage.ts';
import { type Counted, figuresOf, outsideMet, outsideRose, refusalsRose, refusedWidely } from './stage-figures.ts';

const id = fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{26}$/);
const NOBODY: ReadonlySet<string> = new Set();

describe('a share of people', () => {
  it('comes close to its percent, for ids of any look', () => {
    for (const percent of [1, 10, 50, 99]) {
      for (const stage of ['stg_1', 'stg_2']) {
        const within = Array.from({ length: 20_000 }, (_, n) => inShare(stage, `agt_${n}`, percent)).filter(Boolean).length;
        assert.ok(Math.abs(within / 200 - percent) < 1.2, `${stage} ${percent} %: ${within / 200}`);
      }
    }
  });

  it('holds always for the same people, and a wider one for all of a narrower one', () => {
    fc.assert(fc.property(id, id, fc.integer({ min: 1, max: 98 }), (stage, person, percent) => {
      assert.equal(inShare(stage, person, percent), inShare(stage, person, percent));
      if (inShare(stage, person, percent)) assert.ok(inShare(stage, person, percent + 1));
      assert.ok(inShare(stage, person, 100) && !inShare(stage, person, 0));
    }));
  });

  it('holds for others in another stage', () => {
    const people = Array.from({ length: 1_000 }, (_, n) => `agt_${n}`);
    const both = people.filter((person) => inShare('stg_1', person, 50) && inShare('stg_2', person, 50)).length;
    assert.ok(both > 180 && both < 320, String(both));
  });
});

describe('whom a stage holds for', () => {
  const stage = { id: 'stg_1', share: null, members: NOBODY } as const;
  it('a report and one of a channel for nobody, a team for its members', () => {
    assert.equal(stageApplies({ ...stage, kind: 'report' }, 'agt_1'), false);
    assert.equal(stageApplies({ ...stage, kind: 'channel' }, 'agt_1'), false);
    const team = { ...stage, kind: 'team', members: new Set(['agt_1']) } as const;
    assert.deepEqual([stageApplies(team, 'agt_1'), stageApplies(team, 'agt_2')], [true, false]);
    assert.equal(stageApplies({ ...stage, kind: 'share' }, 'agt_1'), false, 'a share of nothing');
  });
});

describe('which settings can be staged how', () => {
  it('every setting in some way, or it says why not; a setting of a channel in a channel', () => {
    for (const key of keys) {
      for (const kind of ['report', 'share', 'team', 'channel'] as const) {
        const [found] = stageFaults(kind, null, [key]);
        if (found !== undefined) assert.match(found.message, /^.+ must be (saved|staged) .+[^.]\.$/, `${key} ${kind}`);
      }
      assert.equal(stageFaults('channel', null, [key]).length === 0, settingOf(key).scope === 'channel', key);
    }
  });

  it('by person only what is judged of a person who is known', () => {
    assert.deepEqual(stageFaults('share', null, ['management.allowlist', 'session.idle_timeout_minutes']), []);
    for (const key of ['api.allowlist', 'frame.allowed_origins', 'channel.site_origins', 'password.min_length'] as const) assert.equal(stageFaults('team', null, [key])[0]?.code, 'stage.not_by_person');
  });

  it("a channel's own values only as a report", () => {
    assert.deepEqual(stageFaults('report', 'chn_1', ['ticket.lifetime_seconds']), []);
    assert.equal(stageFaults('channel', 'chn_1', ['ticket.lifetime_seconds'])[0]?.code, 'stage.channel_draft');
  });
});

test('what only customers meet is known as such: one key that own people meet is enough', () => {
  assert.deepEqual(keys.filter((key) => onlyOutsideMeets([key])).sort(), ['channel.site_origins', 'ticket.lifetime_seconds', 'ticket.session_minutes', 'upload.customer.enabled', 'upload.customer.types']);
  assert.equal(onlyOutsideMeets(['channel.site_origins', 'ticket.lifetime_seconds']), true);
  assert.equal(onlyOutsideMeets(['channel.site_origins', 'session.absolute_hours']), false);
  assert.equal(onlyOutsideMeets([]), false);
});

describe('a draft', () => {
  it('is read as it was written, and refused when it is none', () => {
    const draft = { channel: 'chn_1', settings: { 'ticket.lifetime_seconds': 70, 'upload.max_bytes': null } };
    assert.deepEqual(readDraft(writeDraft(draft)), draft);
    for (const text of ['{}', 'null', '{"settings":1}']) assert.throws(() => readDraft(text), TypeError);
  });

  it('stands over what is saved: locks stay, null inherits again, other channels are as they were', () => {
    const saved = { module: { 'ticket.lifetime_seconds': { value: 90, locked: true } }, channels: { a: { 'ticket.lifetime_seconds': { value: 60 } }, b: { 'ticket.lifetime_seconds': { value: 50 } } } };
    assert.deepEqual(stagedOver(saved, { channel: null, settings: { 'ticket.lifetime_seconds': 80 } }).module, { 'ticket.lifetime_seconds': { value: 80, locked: true } });
    const own = stagedOver(saved, { channel: 'a', settings: { 'ticket.lifetime_seconds': null } });
    assert.deepEqual(own.channels, { a: {}, b: saved.channels.b });
    assert.equal(effective({ version: 1, module: own.module, channel: own.channels['a']! }).values['ticket.lifetime_seconds'], 90);
    assert.deepEqual(saved.channels.a, { 'ticket.lifetime_seconds': { value: 60 } });
  });
});

describe('the figures', () => {
  const counted = (question: string, was: string, becomes: string, count: number, within = true, own = true): Counted => ({ question, was, becomes, count, within, own });

  it('are told by code, the most frequent first; the same answer for another reason is a change and no refusal more', () => {
    const figures = figuresOf([counted('a', '', 'x', 3), counted('a', '', '', 90), counted('a', 'x', '', 2, false), counted('b', 'x', 'y', 4), counted('a', '', 'x', 5, false)]);
    const { differences, within, ...sums } = figures;
    assert.deepEqual(sums, { decisions: 104, changed: 14, nowRefused: 8, nowAllowed: 2 });
    assert.deepEqual(within, { decisions: 97, changed: 7, nowRefused: 3, nowAllowed: 0 });
    assert.deepEqual(differences.map(({ was, becomes, count }) => [was, becomes, count]), [[null, 'x', 8], ['x', 'y', 4], ['x', null, 2]]);
  });

  it('go over a limit only with enough decisions under the change, of one question, and more than the rate', () => {
    const limit = { percent: 10, least: 20, minutes: 15 };
    const rose = (...counts: Counted[]) => refusalsRose(limit, counts);
    assert.deepEqual(rose(counted('a', '', 'x', 2), counted('a', '', '', 18)), [], 'ten percent is not over ten percent');
    assert.deepEqual(rose(counted('a', '', 'x', 3), counted('a', '', '', 18)), [{ question: 'a', refused: 3, decisions: 21 }]);
    assert.deepEqual(rose(counted('a', '', 'x', 19)), [], 'too few');
    assert.deepEqual(rose(counted('a', '', 'x', 30, false), counted('a', '', '', 30)), [], 'what is only counted ends nothing');
    assert.deepEqual(rose(counted('a', 'y', 'x', 30)), [], 'it was refused before');
    assert.deepEqual(rose(counted('b', '', '', 1_000), counted('a', '', 'x', 20)), [{ question: 'a', refused: 20, decisions: 20 }], 'another question does not thin it out');
    assert.deepEqual(rose(counted('a', '', 'x', 1_000, true, false), counted('a', '', '', 20)), [], 'of customers and strangers none counts');
    assert.deepEqual(rose(counted('a', '', '', 1_000, true, false), counted('a', '', 'x', 20)), [{ question: 'a', refused: 20, decisions: 20 }], 'and theirs thin nothing out');
    assert.deepEqual(rose(), []);
  });

  it('of customers and strangers are told, by the same rate and against what was usual, and bring nothing back', () => {
    const limit = { percent: 10, least: 20, minutes: 15 };
    const met = [counted('chat', '', 'x', 12, true, false), counted('chat', '', '', 74, true, false), counted('chat', 'x', 'x', 4, true, false)];
    assert.deepEqual(outsideMet([...met, counted('chat', '', 'x', 50), counted('chat', '', 'x', 50, false, false)]), { decisions: 90, nowRefused: 12, times: 4 });
    assert.deepEqual(outsideMet([counted('chat', '', 'x', 3, true, false)]), { decisions: 3, nowRefused: 3, times: null }, 'nothing was refused before');
    assert.deepEqual(outsideRose(limit, met), [{ question: 'chat', refused: 12, decisions: 90 }]);
    assert.deepEqual(outsideRose(limit, [counted('chat', '', 'x', 50), counted('chat', '', 'x', 50, false, false)]), [], 'neither own people nor what is only counted');
    assert.deepEqual(refusalsRose(limit, met), []);
  });

  it('nor by one alone, nor by fewer of those who came than the rate', () => {
    const limit = { percent: 10, least: 20, minutes: 15 };
    const rows: [refused: number, of: number, widely: boolean][] = [[1, 1, false], [2, 2, true], [2, 20, false], [3, 20, true], [0, 0, false]];
    for (const [refused, of, widely] of rows) assert.equal(refusedWidely(limit, { refused, of }), widely, `${refused} of ${of}`);
  });
});

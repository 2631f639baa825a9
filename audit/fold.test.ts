// Folding of refusal floods: twenty rows a minute, then one summary whose id the rest carry.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openFolding, ROWS_A_MINUTE } from '#audit/fold.ts';

const MINUTE = 60_000;
const KIND = { scope: 'b1', door: 'workspace', code: 'network.not_allowed', network: '203.0.113.0/24' };

function counting() {
  let made = 0;
  return openFolding(() => `ref_${(made += 1)}`);
}

describe('folding', () => {
  it('gives the first twenty of a minute an id of their own, the rest the summary’s', () => {
    const folding = counting();
    const ids = Array.from({ length: 50 }, () => folding.count(KIND, 5));
    assert.equal(ids.filter((one) => one.own).length, ROWS_A_MINUTE);
    assert.equal(new Set(ids.slice(0, ROWS_A_MINUTE).map((one) => one.id)).size, ROWS_A_MINUTE);
    assert.equal(new Set(ids.slice(ROWS_A_MINUTE).map((one) => one.id)).size, 1);
    assert.deepEqual(folding.due(MINUTE - 1), [], 'the minute is not over');
    const [summary, ...more] = folding.due(MINUTE);
    assert.equal(more.length, 0);
    assert.equal(summary?.entry.id, ids.at(-1)?.id);
    assert.deepEqual(summary?.entry.facts, { code: KIND.code, network: KIND.network, folded: 30, from: 0 });
    assert.deepEqual(folding.due(10 * MINUTE), [], 'appended once');
  });

  it('gives a stranger one id whatever brand or reason lies behind the same answer, and each brand its own count', () => {
    const folding = counting();
    const stranger = { door: 'workspace', network: KIND.network, told: 'sign_in.failed' };
    for (let index = 0; index < ROWS_A_MINUTE; index += 1) folding.count({ ...stranger, scope: 'system', code: 'sign_in.failed' }, 0);
    const ids = [
      folding.count({ ...stranger, scope: 'system', code: 'sign_in.failed' }, 0),
      folding.count({ ...stranger, scope: 'b1', code: 'sign_in.failed' }, 0),
      folding.count({ ...stranger, scope: 'b1', code: 'network.not_allowed' }, 0),
      folding.count({ ...stranger, scope: 'b2', code: 'factor.none' }, 0),
    ];
    assert.equal(new Set(ids.map((one) => one.id)).size, 1);
    assert.ok(ids.every((one) => !one.own));
    const due = folding.due(MINUTE);
    assert.deepEqual(due.map(({ scope }) => scope), ['system', 'b1', 'b2']);
    assert.deepEqual(due[1]?.entry.facts, { code: 'sign_in.failed', codes: { 'sign_in.failed': 1, 'network.not_allowed': 1 }, network: KIND.network, folded: 2, from: 0 });
    assert.equal(due[2]?.entry.id, ids[0]?.id);
  });

  it('appends nothing for a minute without a flood', () => {
    const folding = counting();
    folding.count(KIND, 0);
    assert.deepEqual(folding.due(MINUTE), []);
  });

  it('counts another brand, door, code, network or minute by itself', () => {
    const folding = counting();
    for (let index = 0; index < ROWS_A_MINUTE; index += 1) folding.count(KIND, 0);
    for (const other of [{ scope: 'b2' }, { door: 'api' }, { code: 'session.idle' }, { network: 'unknown' }]) assert.ok(folding.count({ ...KIND, ...other }, 0).own);
    assert.ok(folding.count(KIND, MINUTE).own);
    assert.equal(folding.count(KIND, 0).own, false);
  });

  it('appends everything at stop, and what a clock set back has left', () => {
    const folding = counting();
    for (let index = 0; index <= ROWS_A_MINUTE; index += 1) folding.count(KIND, 5 * MINUTE);
    assert.equal(folding.due(2 * MINUTE).length, 1);
    for (let index = 0; index <= ROWS_A_MINUTE; index += 1) folding.count(KIND, 7 * MINUTE);
    assert.equal(folding.due(7 * MINUTE, true).length, 1);
  });

  it('keeps memory bounded when every refusal comes from another network', () => {
    const folding = counting();
    const folded = Array.from({ length: 20_000 }, (_, index) => folding.count({ ...KIND, network: String(index) }, 0)).filter((one) => !one.own);
    assert.equal(folded.length, 10_000);
    assert.equal(new Set(folded.map((one) => one.id)).size, 1);
  });
});

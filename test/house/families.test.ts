// Every event can be found by the families of the audit page, and the rule is seen to fail.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { familyFaults } from '#test/house/families.ts';
import { readTree } from '#test/house/tree.ts';
import { EVENTS } from '#audit/events.ts';

test('each family of events stands in the filter once', () => {
  assert.equal(familyFaults(Object.keys(EVENTS), readTree('web/audit').find(({ path }) => path === 'web/audit/families.ts')?.text ?? '').join('\n'), '');
});

const page = (...values: string[]): string => values.map((value) => `{ value: '${value}', label: 'Some' },`).join('\n');

describe('the rule is seen to fail', () => {
  const events = ['session.ended', 'sessions.ended', 'file.opened'];
  test('all stand in one', () => { assert.deepEqual(familyFaults(events, page('session.,sessions.', 'file.')), []); });
  test('one is missing', () => { assert.match(familyFaults(events, page('session.', 'file.')).join('\n'), /^sessions\. stands in 0 families/); });
  test('one stands twice', () => { assert.match(familyFaults(events, page('session.,sessions.', 'sessions.', 'file.')).join('\n'), /^sessions\. stands in 2 families/); });
  test('one is of no event', () => { assert.match(familyFaults(events, page('session.,sessions.', 'file.', 'fil.')).join('\n'), /^fil\. in web\/audit\/families\.ts is the family of no event/); });
});

// The sentences of refusals: in words, and a sign-in that was refused reads as one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from '#audit/events.ts';

const dana = { actor: 'Dana Levi', actorKnown: true, entity: 'workspace', person: () => 'Dana Levi' };
const stranger = { ...dana, actor: 'somebody not signed in', actorKnown: false };
const refused = { event: 'request.refused' };
const facts = { code: 'network.not_allowed', address: '192.0.2.7', route: '/api/v1/session' };

test('a refusal says why in the words of its title', () => {
  assert.equal(sentenceOf(refused, dana, facts), 'The workspace door refused Dana Levi from 192.0.2.7: Not from this network.');
  assert.equal(sentenceOf(refused, dana, { ...facts, code: 'of.later' }), 'The workspace door refused Dana Levi from 192.0.2.7: of.later.');
  assert.equal(sentenceOf({ event: 'refusals.folded' }, dana, { folded: 3, code: facts.code, network: '192.0.2.0/24' }), '3 more refusals at the workspace door within one minute (Not from this network, 192.0.2.0/24).');
});

test('a sign-in that was refused reads as one, with the name where it is known', () => {
  assert.equal(sentenceOf(refused, dana, { ...facts, route: '/api/v1/sign-in' }), 'A sign-in as Dana Levi was refused from 192.0.2.7: Not from this network.');
  assert.equal(sentenceOf(refused, stranger, { ...facts, route: '/api/v1/sign-in/code', address: null }), 'A sign-in was refused from an unknown address: Not from this network.');
});

test('a row of a later version shows its name', () => assert.equal(sentenceOf({ event: 'moon.risen' }, dana, {}), 'moon.risen (Dana Levi)'));

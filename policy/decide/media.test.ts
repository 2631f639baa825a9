// Who opens a file: every asker, with and without the right, by link or not, enforced or not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Policy, effective } from '../effective.ts';
import { decideMedia, type MediaAsker, type MediaFacts } from './media.ts';

const policyOf = (on: boolean): Policy => effective({ version: 1, module: { 'media.enforce_access': { value: on } } });
const code = (on: boolean, facts: Partial<MediaFacts>): string | null => {
  const decision = decideMedia(policyOf(on), { asker: 'nobody', there: true, mayRead: false, holdsLink: false, ...facts });
  return decision.allowed ? null : decision.code;
};

describe("'media.enforce_access' on", () => {
  const rows: readonly [string, Partial<MediaFacts>, string | null][] = [
    ['an agent who may see the conversation', { asker: 'agent', mayRead: true }, null],
    ['the same by a link', { asker: 'agent', mayRead: true, holdsLink: true }, null],
    ['the customer whose conversation it is', { asker: 'customer', mayRead: true }, null],
    ['an agent without the right', { asker: 'agent' }, 'media.not_found'],
    ['an agent without the right who was sent a link', { asker: 'agent', holdsLink: true }, 'media.not_found'],
    ['another customer', { asker: 'customer' }, 'media.not_found'],
    ['another customer with a link', { asker: 'customer', holdsLink: true }, 'media.not_found'],
    ['nobody', {}, 'media.sign_in_required'],
    ['nobody with a link', { holdsLink: true }, 'media.sign_in_required'],
  ];
  for (const [title, facts, wanted] of rows) test(title, () => assert.equal(code(true, facts), wanted));
});

describe("'media.enforce_access' off", () => {
  const rows: readonly [string, Partial<MediaFacts>, string | null][] = [
    ['nobody with a link', { holdsLink: true }, null],
    ['an agent without the right who was sent a link', { asker: 'agent', holdsLink: true }, null],
    ['another customer with a link', { asker: 'customer', holdsLink: true }, null],
    ['nobody without one', {}, 'media.sign_in_required'],
    ['an agent without the right and without a link', { asker: 'agent' }, 'media.not_found'],
    ['another customer without a link', { asker: 'customer' }, 'media.not_found'],
    ['an agent who may see the conversation', { asker: 'agent', mayRead: true }, null],
  ];
  for (const [title, facts, wanted] of rows) test(title, () => assert.equal(code(false, facts), wanted));
});

test('what is not there is there for nobody, whoever asks and however', () => {
  for (const on of [true, false]) for (const asker of ['agent', 'customer', 'nobody'] as readonly MediaAsker[]) for (const mayRead of [true, false]) for (const holdsLink of [true, false]) {
    assert.equal(code(on, { asker, mayRead, holdsLink, there: false }), 'media.not_found');
  }
});

test('the denial names the setting and the facts, so that the trail can explain it', () => {
  const decision = decideMedia(policyOf(true), { asker: 'agent', there: true, mayRead: false, holdsLink: true });
  assert.deepEqual(decision, { allowed: false, code: 'media.not_found', setting: 'media.enforce_access', facts: { asker: 'agent', holdsLink: true, enforced: true } });
});

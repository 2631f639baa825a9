// Tests of decisions and of the words in the table of denial codes (test/house pins the codes).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allow, denials, deny, sentenceOf } from './decision.ts';

test('every code has a title and a sentence that says what to do', () => {
  for (const [code, { title, sentence }] of Object.entries(denials)) {
    assert.match(title, /^[A-Z].*[^.]$/, code);
    assert.match(sentence, /^[A-Z].{15,}(?:\.|\{why\})$/, code);
  }
});

test('yes is one shared object; no is frozen with its facts', () => {
  assert.equal(allow(), allow());
  assert.ok(Object.isFrozen(allow()));
  const facts = { a: 1 };
  const denial = deny('session.idle', 'session.idle_timeout_minutes', facts);
  facts.a = 2;
  assert.deepEqual(denial, { allowed: false, code: 'session.idle', setting: 'session.idle_timeout_minutes', facts: { a: 1 } });
  assert.ok(Object.isFrozen(denial) && Object.isFrozen(denial.facts));
});

test('a sentence names the facts that the person may know', () => {
  assert.equal(sentenceOf(deny('password.too_short', 'password.min_length', { minLength: 15 })), 'Choose a password of at least 15 characters.');
  assert.equal(sentenceOf(deny('password.too_long', null, { maxLength: 1_024 })), 'Choose a password of at most 1,024 characters.');
  assert.equal(sentenceOf(deny('link.invalid', null, {})), denials['link.invalid'].sentence);
});

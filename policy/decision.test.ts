// Tests of decisions and of the table of denial codes, which is pinned: people and programs rely on it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allow, denials, deny, sentenceOf } from './decision.ts';

/** Taking a code away or changing its status breaks who relies on it. */
const pinned: Record<string, number> = {
  'network.not_allowed': 403, 'network.client_unknown': 403, 'second_factor.required': 401, 'factor.none': 409, 'session.missing': 401, 'session.ended': 401,
  'session.idle': 401, 'session.absolute': 401, 'step_up.required': 403, 'request.cross_site': 403, 'request.wrong_host': 421, 'request.two_credentials': 400,
  'request.rate_limited': 429, 'sign_in.failed': 401, 'sign_in.locked': 429, 'sign_in.busy': 503, 'code.wrong': 401, 'code.used': 401, 'link.invalid': 410,
  'password.too_short': 422, 'password.too_long': 422, 'password.context_word': 422, 'policy.unconfirmed': 503, 'policy.locks_out_saver': 409, 'policy.stale': 412,
  'policy.version_missing': 428, 'two_factor.agents_without_factor': 409, 'capability.missing': 403, 'api.not_available': 401,
  'code.expired': 410, 'factor.enrol_elsewhere': 403, 'password.required': 403, 'password.wrong': 401, 'sms.not_configured': 409, 'sms.too_many': 429, 'sms.failed': 502,
};

test('the codes and their statuses are pinned', () => {
  assert.deepEqual(Object.fromEntries(Object.entries(denials).map(([code, { status }]) => [code, status])), pinned);
});

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

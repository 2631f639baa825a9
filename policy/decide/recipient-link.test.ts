// A recipient's link: its end to the millisecond, its revocation, and the code that was given.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRecipientLink, PROVEN_MS, type RecipientLinkFacts } from './recipient-link.ts';

const now = 1_700_000_000_000;
const good: RecipientLinkFacts = { now, expiresAt: now + 1, revoked: false, there: true, provenUntil: now + 1 };

const rows: readonly [string, Partial<RecipientLinkFacts>, string | null][] = [
  ['in time, with its code', {}, null],
  ['on its end', { expiresAt: now }, 'recipient_link.expired'],
  ['an end that is no number', { expiresAt: Number.NaN }, 'recipient_link.expired'],
  ['revoked', { revoked: true }, 'recipient_link.revoked'],
  ['its file was removed', { there: false }, 'recipient_link.revoked'],
  ['revoked and over: revoked is said', { revoked: true, expiresAt: now }, 'recipient_link.revoked'],
  ['no code was given', { provenUntil: null }, 'recipient_link.code_required'],
  ['the code was given too long ago', { provenUntil: now }, 'recipient_link.code_required'],
  ['the code was just given', { provenUntil: now + PROVEN_MS }, null],
  ['a clock that was set back', { provenUntil: now + PROVEN_MS + 1, expiresAt: now + 2 * PROVEN_MS }, 'recipient_link.code_required'],
];
for (const [title, facts, code] of rows) {
  test(title, () => {
    const decision = decideRecipientLink({ ...good, ...facts });
    assert.equal(decision.allowed ? null : decision.code, code);
  });
}

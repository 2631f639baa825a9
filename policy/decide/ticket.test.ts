// Tests of a ticket's window, both sides of each edge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Policy, effective } from '../effective.ts';
import { decideTicket, ticketDeadAt, ticketForgottenAt } from './ticket.ts';

const made = 1_700_000_000_000;
const policyOf = (seconds: number): Policy => effective({ version: 1, module: { 'ticket.lifetime_seconds': { value: seconds } } });

interface Row { title: string; lifetime?: number; now: number; issuedAt?: number; expiresAt?: number; notBefore?: number; expected: string; setting?: string | null }
const rows: Row[] = [
  { title: 'at once', now: made, expected: 'allowed' },
  { title: 'a millisecond before the window closes', now: made + 59_999, expected: 'allowed' },
  { title: 'when the window closes', now: made + 60_000, expected: 'ticket.expired', setting: 'ticket.lifetime_seconds' },
  { title: 'its own end comes before the window closes', now: made + 20_000, expiresAt: made + 20_000, expected: 'ticket.expired', setting: null },
  { title: 'a millisecond before its own end', now: made + 19_999, expiresAt: made + 20_000, expected: 'allowed' },
  { title: 'a far end stretches nothing', now: made + 60_000, expiresAt: made + 1e12, expected: 'ticket.expired', setting: 'ticket.lifetime_seconds' },
  { title: 'a wider window', lifetime: 86_400, now: made + 86_399_999, expected: 'allowed' },
  { title: 'a wider window, over', lifetime: 86_400, now: made + 86_400_000, expected: 'ticket.expired' },
  { title: 'the narrowest window', lifetime: 10, now: made + 9_999, expected: 'allowed' },
  { title: 'the narrowest window, over', lifetime: 10, now: made + 10_000, expected: 'ticket.expired' },
  { title: 'made by a clock 30 s ahead', now: made - 30_000, expected: 'allowed' },
  { title: 'made by a clock further ahead', now: made - 30_001, expected: 'ticket.invalid', setting: null },
  { title: 'not before 30 s from now', now: made, notBefore: made + 30_000, expected: 'allowed' },
  { title: 'not before a later moment', now: made, notBefore: made + 30_001, expected: 'ticket.invalid' },
  { title: 'dead before it was made', now: made, expiresAt: made - 1, expected: 'ticket.expired' },
  { title: 'a making that is no number', now: made, issuedAt: NaN, expected: 'ticket.invalid' },
  { title: 'an end that is no number', now: made, expiresAt: NaN, expected: 'ticket.expired' },
  { title: 'a beginning that is no number', now: made, notBefore: NaN, expected: 'ticket.invalid' },
  { title: 'a clock that is no number', now: NaN, expected: 'ticket.invalid' },
];
for (const { title, lifetime = 60, now, issuedAt = made, expiresAt = made + 1e9, notBefore = null, expected, setting } of rows) {
  test(`${title}: ${expected}`, () => {
    const decision = decideTicket(policyOf(lifetime), { now, issuedAt, expiresAt, notBefore });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
    if (setting !== undefined) assert.equal(decision.allowed ? undefined : decision.setting, setting);
  });
}

test('what was used is remembered for longer than any policy could let the ticket live', () => {
  for (const expiresAt of [made + 5_000, made + 1e12]) {
    const ticket = { issuedAt: made, expiresAt };
    assert.ok(ticketForgottenAt(ticket) >= ticketDeadAt(policyOf(86_400), ticket));
  }
  assert.equal(ticketForgottenAt({ issuedAt: made, expiresAt: made + 1e12 }), made + 86_430_000);
});

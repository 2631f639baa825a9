// An open session, all decisions in their order: what ends it, what asks for a code, what holds it back, and what goes before what.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from './address.ts';
import { effective } from './effective.ts';
import { heldBackBy, judgeOpenSession, type OpenSessionFacts } from './session-judgement.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const MINUTE = 60_000;
const policyOf = (module: Record<string, unknown>) => effective({ version: 1, module: Object.fromEntries(Object.entries(module).map(([key, value]) => [key, { value }])) });
const listed = { 'management.allowlist': { state: 'only', entries: '203.0.113.0/24' }, 'two_factor.mode': 'on' };
const bare: OpenSessionFacts['person'] = { admin: false, remoteAccess: false, hasFactor: false, passwordSetAt: NOW - MINUTE, mustChange: false };
const facts = (over: Partial<OpenSessionFacts>): OpenSessionFacts => ({
  now: NOW, createdAt: NOW - MINUTE, lastInputAt: NOW - MINUTE, framedBy: null, address: parseAddress('203.0.113.9')!, proven: 'password', exempt: false, person: bare, ...over,
});
const dayBefore = { 'two_factor.enrol_by': '2026-11-22' };
const mustChange = { ...bare, mustChange: true };

const rows: [title: string, module: Record<string, unknown>, over: Partial<OpenSessionFacts>, code: string | null, heldBack: boolean][] = [
  ['the defaults', {}, {}, null, false],
  ['no factor, inside the list while everybody needs one', listed, {}, 'factor.enrol_required', true],
  ['the same with a factor: its code', listed, { person: { ...bare, hasFactor: true } }, 'second_factor.required', false],
  ['no factor where no list is on', { 'two_factor.mode': 'on' }, {}, 'second_factor.required', false],
  ['no factor outside the list', listed, { address: parseAddress('198.51.100.1')! }, 'network.not_allowed', false],
  ['an address that nobody knows', listed, { address: null }, 'network.client_unknown', false],
  ['the password goes before the factor', listed, { person: mustChange }, 'password.change_required', true],
  ['and before the last day of enrolment', dayBefore, { person: mustChange }, 'password.change_required', true],
  ['the last day of enrolment is over', dayBefore, {}, 'factor.enrol_required', true],
  ['break-glass: nothing of it', { ...listed, ...dayBefore }, { exempt: true, proven: 'host', person: mustChange }, null, false],
  ['break-glass ends by idleness all the same', { 'session.idle_timeout_minutes': 1 }, { exempt: true, proven: 'host' }, 'session.idle', false],
  ['idleness goes before the frame', { 'session.idle_timeout_minutes': 1 }, { framedBy: ['https://crm.example'] }, 'session.idle', false],
  ['the frame goes before the address', listed, { framedBy: ['https://crm.example'], address: null }, 'frame.off', false],
];

for (const [title, module, over, code, heldBack] of rows) {
  test(`${title}: ${code ?? 'allowed'}`, () => {
    const judged = judgeOpenSession(policyOf(module), facts(over));
    assert.deepEqual([judged.allowed ? null : judged.code, heldBackBy(judged) !== null], [code, heldBack]);
  });
}

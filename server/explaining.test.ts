// A refusal's row leads back to its question: what the doors deny, with the facts they put into the row and no others, is asked again and denied alike.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Denial } from '#policy/decision.ts';
import { effective } from '#policy/effective.ts';
import { wholeFacts } from '#policy/fact-words.ts';
import type { Kept } from '#policy/history.ts';
import { placeOf } from '#policy/history.ts';
import { askAgain, type QuestionName } from '#policy/questions.ts';
import { type Before, explainedRefusal, type Refusal, type StoredSettings } from '#server/explaining.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const only = (...entries: string[]) => ({ state: 'only', entries });
const VALUES: Readonly<Record<string, unknown>> = {
  'management.allowlist': only('192.0.2.0/24'), 'api.allowlist': only('192.0.2.0/24'), 'api.authentication_mode': 'exchange', 'two_factor.enrol_by': '2026-11-20', 'frame.allowed_origins': only('https://crm.example'), 'password.max_age_days': 90,
  'channel.site_origins': only('https://shop.example'), 'transfer.addresses': only('@partner.example'), 'mail.blocked_addresses': only('@robots.example'), 'upload.max_bytes': 1_048_576,
};
const policy = effective({ version: 1, module: Object.fromEntries(Object.entries(VALUES).map(([key, value]) => [key, { value }])) });
const standing: StoredSettings = { version: 1, state: new Map(Object.entries(VALUES).map(([key, value]): [string, Kept] => [placeOf(null, key), { value, locked: false, setBy: null, setAt: 0 }])), channels: [], names: new Map() };
/** The version is the one that stands: nothing is read. */
const before = {} as Before;

const MINUTE = 60_000;
const cases: [QuestionName, Readonly<Record<string, unknown>>][] = [
  ['management-access', { address: '198.51.100.7' }], ['management-access', { address: null }], ['management-access', { address: '198.51.100.7', admin: true, remoteAccess: true }],
  ['session', { lastInputAt: NOW - 45 * MINUTE }], ['session', { createdAt: NOW - 13 * 60 * MINUTE, lastInputAt: NOW - MINUTE }],
  ['password-due', { setAt: NOW - 100 * 86_400_000 }], ['enrolment-due', { hasFactor: false }], ['api-access', { address: '198.51.100.7' }], ['api-access', { address: null }],
  ['token-place', { place: 'query' }], ['token-place', { place: 'header' }], ['framing', { ancestors: ['https://crm.example', 'https://other.example'] }],
  ['chat', { site: 'https://other.example' }], ['chat', { proven: 'ticket', createdAt: NOW - 90 * MINUTE }], ['ticket', { issuedAt: NOW - 90_000 }], ['media', { asker: 'customer', holdsLink: false }], ['media', {}],
  ['outbound-mail', { recipients: ['x@other.example', 'y@partner.example'] }], ['outbound-mail', { recipients: ['x@robots.example'] }], ['outbound-mail', { recipients: ['y@partner.example'], details: true }],
  ['upload', { bytes: 3_000_000 }], ['upload', { extensionType: 'zip', side: 'agent' }], ['upload', { extensionType: 'png', contentType: 'pdf' }], ['upload', { finding: 'upload.encrypted' }], ['upload', { finding: 'upload.not_stripped' }],
];

for (const [question, facts] of cases) {
  const denial = askAgain(question, policy, wholeFacts(question, NOW, facts)) as Denial;
  test(`${question}: ${denial.code}`, async () => {
    const refusal: Refusal = { at: NOW, code: denial.code, setting: denial.setting, channel: null, version: 1, facts: JSON.parse(JSON.stringify(denial.facts)) as Record<string, unknown> };
    const told = await explainedRefusal(before, standing, refusal);
    assert.deepEqual([told.question, told.code, told.now?.code, told.setting?.key ?? null], [question, denial.code, denial.code, denial.setting]);
    // Who has no link gets in under no setting, nor does a file whose content is not what its name says.
    if (denial.setting !== null && !['media.not_found', 'upload.type_mismatch'].includes(denial.code)) assert.ok(told.whatWouldChange.length > 0, 'something would change it');
  });
}

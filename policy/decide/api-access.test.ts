// Rows of the API's decisions: every address, every mode with every place of every token, and what can be wrong with a key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, parseAddress } from '../address.ts';
import { compileCidrSet } from '../cidr-set.ts';
import { effective } from '../effective.ts';
import { decideApiAccess, decideKey, decideTokenPlace, type KeyFacts, type TokenKind, type TokenPlace } from './api-access.ts';

const policy = (module: Readonly<Record<string, unknown>> = {}) => effective({ version: 1, module: Object.fromEntries(Object.entries(module).map(([key, value]) => [key, { value }])) });
const codeOf = (decision: { allowed: boolean; code?: string }): string => (decision.allowed ? 'allowed' : decision.code!);
const address = (text: string): Address => parseAddress(text)!;
const list = (state: string, ...values: string[]) => policy({ 'api.allowlist': { state, entries: values.map((value) => ({ value })) } });

test('the brand\'s list', () => {
  const rows = [
    ['any: anybody', policy(), '203.0.113.9', 'allowed'],
    ['any: an unknown address too', policy(), null, 'allowed'],
    ['only: the last address inside', list('only', '203.0.113.0/29'), '203.0.113.7', 'allowed'],
    ['only: the first outside', list('only', '203.0.113.0/29'), '203.0.113.8', 'network.not_allowed'],
    ['only: an unknown address', list('only', '203.0.113.0/29'), null, 'network.client_unknown'],
    ['none: nobody', list('none'), '203.0.113.7', 'network.not_allowed'],
    ['none: entries that survived the switch count for nothing', list('none', '203.0.113.0/29'), '203.0.113.7', 'network.not_allowed'],
  ] as const;
  for (const [title, settings, from, expected] of rows) assert.equal(codeOf(decideApiAccess(settings, { address: from === null ? null : address(from) })), expected, title);
});

test('every mode, every place, every kind of token', () => {
  const rows: readonly [mode: string, place: TokenPlace, kind: TokenKind, expected: string][] = [
    ['header', 'header', 'key', 'allowed'],
    ['header', 'query', 'key', 'api.token_misplaced'],
    ['header', 'exchange', 'key', 'api.exchange_off'],
    ['header', 'header', 'access_token', 'api.key_invalid'],
    ['header', 'query', 'access_token', 'api.key_invalid'],
    ['header', 'exchange', 'access_token', 'api.exchange_off'],
    ['header_or_query', 'header', 'key', 'allowed'],
    ['header_or_query', 'query', 'key', 'allowed'],
    ['header_or_query', 'exchange', 'key', 'api.exchange_off'],
    ['header_or_query', 'header', 'access_token', 'api.key_invalid'],
    ['header_or_query', 'query', 'access_token', 'api.key_invalid'],
    ['header_or_query', 'exchange', 'access_token', 'api.exchange_off'],
    ['query', 'header', 'key', 'api.token_misplaced'],
    ['query', 'query', 'key', 'allowed'],
    ['query', 'exchange', 'key', 'api.exchange_off'],
    ['query', 'header', 'access_token', 'api.key_invalid'],
    ['query', 'query', 'access_token', 'api.key_invalid'],
    ['query', 'exchange', 'access_token', 'api.exchange_off'],
    ['exchange', 'header', 'key', 'api.exchange_first'],
    ['exchange', 'query', 'key', 'api.token_misplaced'],
    ['exchange', 'exchange', 'key', 'allowed'],
    ['exchange', 'header', 'access_token', 'allowed'],
    ['exchange', 'query', 'access_token', 'api.token_misplaced'],
    ['exchange', 'exchange', 'access_token', 'api.key_invalid'],
  ];
  assert.equal(new Set(rows.map((row) => row.slice(0, 3).join())).size, 4 * 3 * 2);
  for (const [mode, place, kind, expected] of rows) {
    const decision = decideTokenPlace(policy({ 'api.authentication_mode': mode }), { place, kind });
    assert.equal(codeOf(decision), expected, `${mode} ${place} ${kind}`);
    if (!decision.allowed) assert.equal(decision.setting, 'api.authentication_mode');
  }
});

test('the key itself: revoked, over, from elsewhere, without the scope', () => {
  const good: KeyFacts = { key: 'key_1', kind: 'key', now: 1_000, revokedAt: null, expiresAt: null, own: null, address: address('203.0.113.7'), scopes: ['audit:read'], scope: 'audit:read' };
  const own = compileCidrSet(['203.0.113.0/29']);
  const rows: readonly [title: string, facts: Partial<KeyFacts>, expected: string][] = [
    ['good', {}, 'allowed'],
    ['revoked, whatever else', { revokedAt: 1, expiresAt: 1, scope: undefined }, 'api.key_revoked'],
    ['its last millisecond', { expiresAt: 1_001 }, 'allowed'],
    ['over', { expiresAt: 1_000 }, 'api.key_expired'],
    ['an access token over', { kind: 'access_token', expiresAt: 1_000 }, 'api.token_expired'],
    ['inside its own list', { own }, 'allowed'],
    ['outside its own list', { own, address: address('203.0.113.8') }, 'api.key_network'],
    ['unknown address with a list', { own, address: null }, 'api.key_network'],
    ['unknown address without one', { address: null }, 'allowed'],
    ['another scope', { scope: 'policy:read' }, 'api.scope_missing'],
    ['not open to keys', { scope: undefined }, 'api.not_for_keys'],
    ['only the key is judged', { scope: null, scopes: [] }, 'allowed'],
    ['its list before its scopes', { own, address: address('203.0.113.8'), scope: 'policy:read' }, 'api.key_network'],
  ];
  for (const [title, facts, expected] of rows) assert.equal(codeOf(decideKey({ ...good, ...facts })), expected, title);
});

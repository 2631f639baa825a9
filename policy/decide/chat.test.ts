// Rows for the chat: who may speak here, and until when.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from '../effective.ts';
import { chatSessionEnds, chatSessionLength, decideChat } from './chat.ts';

const SITE = 'https://shop.example';
const only = (...values: string[]) => ({ state: 'only', entries: values.map((value) => ({ value })) });
const policyOf = (sites: unknown = only(SITE, 'http://localhost:3000'), minutes = 60) =>
  effective({ version: 1, module: { 'channel.site_origins': { value: sites }, 'ticket.session_minutes': { value: minutes } } });

const start = Date.UTC(2026, 10, 23, 8);
const good = { channelOn: true, site: SITE, ended: false, expiresAt: start + 1, now: start };
const rows: [string, Partial<Omit<typeof good, 'site'>> & { site?: string | null; sites?: unknown }, string][] = [
  ['a listed site, a session that lives', {}, 'allowed'],
  ['a listed site of this machine', { site: 'http://localhost:3000' }, 'allowed'],
  ['another port of this machine', { site: 'http://localhost:3001' }, 'chat.site_not_allowed'],
  ['the same host without TLS', { site: 'http://shop.example' }, 'chat.site_not_allowed'],
  ['a site below a listed one', { site: 'https://a.shop.example' }, 'chat.site_not_allowed'],
  ['a page without an origin', { site: null }, 'chat.site_not_allowed'],
  ['an opaque origin', { site: 'null' }, 'chat.site_not_allowed'],
  ['a list on none, whose entries stay', { sites: { state: 'none', entries: [{ value: SITE }] } }, 'chat.site_not_allowed'],
  ['a channel that is off', { channelOn: false }, 'chat.channel_off'],
  ['a session that was ended', { ended: true }, 'chat.session_ended'],
  ['a session at its last instant', { expiresAt: start }, 'chat.session_over'],
  ['a session whose end is no number', { expiresAt: Number.NaN }, 'chat.session_over'],
];
for (const [title, { sites, ...facts }, expected] of rows) {
  test(`${title}: ${expected}`, () => {
    const decision = decideChat(policyOf(sites), { ...good, ...facts });
    assert.equal(decision.allowed ? 'allowed' : decision.code, expected);
  });
}

test('the default list opens the chat on no site, and the denial names its setting', () => {
  const decision = decideChat(effective({ version: 1, module: {} }), good);
  assert.ok(!decision.allowed && decision.setting === 'channel.site_origins');
});

test('a session by ticket lasts as many minutes as the channel says, an anonymous one thirty days', () => {
  assert.equal(chatSessionLength(policyOf(undefined, 5), 'ticket', start), start + 5 * 60_000);
  assert.equal(chatSessionLength(policyOf(undefined, 5), 'anonymous', start), start + 30 * 86_400_000);
});

test('a lowered value holds for a session that lives, a raised one lengthens nothing', () => {
  const life = { proven: 'ticket', createdAt: start, expiresAt: start + 60 * 60_000 } as const;
  assert.equal(chatSessionEnds(policyOf(undefined, 10), life), start + 10 * 60_000);
  assert.equal(chatSessionEnds(policyOf(undefined, 600), life), life.expiresAt);
  assert.equal(chatSessionEnds(policyOf(undefined, 10), { ...life, proven: 'anonymous' }), life.expiresAt);
});

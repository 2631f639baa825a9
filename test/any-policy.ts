// Any policy and any question of its doors, for properties that must hold of all of them.
import fc from 'fast-check';
import { parseAddress } from '#policy/address.ts';
import { uploadFindings } from '#policy/decide/upload.ts';
import type { Decision } from '#policy/decision.ts';
import { effective, type Policy, type Stored } from '#policy/effective.ts';
import { type QuestionName, questions } from '#policy/questions.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 10, 23, 8);
const only = (...values: string[]) => ({ state: 'only', entries: values.map((value) => ({ value })) });

/** Settings that the doors read, by key, as they are stored. */
export const anySettings: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record({
  list: fc.constantFrom({ state: 'any', entries: [] }, only('192.0.2.0/24'), only('198.51.100.7', '2001:db8::/32')),
  api: fc.constantFrom({ state: 'any', entries: [] }, only('192.0.2.0/24'), { state: 'none', entries: [] }),
  mode: fc.constantFrom('off', 'remote_only', 'on'), idle: fc.integer({ min: 0, max: 1_440 }), hours: fc.integer({ min: 1, max: 720 }), maxAge: fc.integer({ min: 0, max: 999 }),
  window: fc.integer({ min: 10, max: 86_400 }), chat: fc.integer({ min: 5, max: 1_440 }), tokens: fc.constantFrom('header', 'header_or_query', 'query', 'exchange'), framers: fc.constantFrom({ state: 'none', entries: [] }, only('https://crm.example')), sites: fc.constantFrom({ state: 'none', entries: [] }, only('https://shop.example')), enforce: fc.boolean(),
  customers: fc.boolean(), agents: fc.boolean(), types: fc.subarray(['png', 'pdf', 'zip'], { minLength: 1 }), most: fc.integer({ min: 1, max: 2_000 }), strip: fc.boolean(),
  enrolBy: fc.constantFrom(null, '2026-11-20', '2026-11-23', '2026-12-01'), transfer: fc.constantFrom({ state: 'any', entries: [] }, only('@x.example'), { state: 'none', entries: [] }), blocked: fc.constantFrom({ state: 'none', entries: [] }, only('b@y.example')), details: fc.boolean(),
}).map(({ list, api, mode, idle, hours, maxAge, window, chat, tokens, framers, sites, enforce, customers, agents, types, most, strip, enrolBy, transfer, blocked, details }) => ({
  'management.allowlist': list, 'api.allowlist': api, 'two_factor.mode': mode, 'session.idle_timeout_minutes': idle, 'session.absolute_hours': hours, 'password.max_age_days': maxAge,
  'ticket.lifetime_seconds': window, 'ticket.session_minutes': chat, 'api.authentication_mode': tokens, 'frame.allowed_origins': framers, 'channel.site_origins': sites, 'media.enforce_access': enforce,
  'upload.customer.enabled': customers, 'upload.agent.enabled': agents, 'upload.customer.types': types, 'upload.agent.types': types, 'upload.max_bytes': most, 'upload.strip_metadata': strip,
  'two_factor.enrol_by': enrolBy, 'transfer.addresses': transfer, 'mail.blocked_addresses': blocked, 'mail.customer_details': details,
}));

export const storedAs = (settings: Readonly<Record<string, unknown>>): Record<string, Stored> => Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value }]));

export const anyPolicy = anySettings.map((settings): Policy => effective({ version: 1, module: storedAs(settings) }));

const anyAddress = fc.constantFrom('192.0.2.9', '198.51.100.7', '203.0.113.1', '2001:db8::1', null).map((text) => (text === null ? null : parseAddress(text)!));
const ago = (unit: number, most: number) => fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: unit - 1 })).map(([units, rest]) => NOW - units * unit - rest);
export const anyFacts: { readonly [N in QuestionName]: fc.Arbitrary<object> } = {
  'management-access': fc.record({ address: anyAddress, admin: fc.boolean(), remoteAccess: fc.boolean(), exempt: fc.boolean(), proven: fc.constantFrom('password', 'password+code', 'host') }),
  session: fc.record({ now: fc.constant(NOW), createdAt: ago(HOUR, 800), lastInputAt: ago(MINUTE, 1_500), ended: fc.boolean() }),
  'password-due': fc.record({ now: fc.constant(NOW), setAt: ago(DAY, 1_100), mustChange: fc.boolean() }),
  'enrolment-due': fc.record({ now: ago(DAY, 10), hasFactor: fc.boolean() }),
  'api-access': fc.record({ address: anyAddress }),
  'token-place': fc.record({ place: fc.constantFrom('header', 'query', 'exchange'), kind: fc.constantFrom('key', 'access_token') }),
  framing: fc.record({ ancestors: fc.array(fc.constantFrom('https://crm.example', 'https://other.example'), { maxLength: 2 }) }),
  chat: fc.record({ channelOn: fc.boolean(), site: fc.constantFrom('https://shop.example', 'https://other.example', null), ended: fc.boolean(), proven: fc.constantFrom('anonymous', 'ticket'), createdAt: ago(MINUTE, 1_500), expiresAt: fc.constantFrom(NOW - 1, NOW, NOW + 1), now: fc.constant(NOW) }),
  ticket: fc.record({ now: fc.constant(NOW), issuedAt: ago(1_000, 90_000), expiresAt: fc.integer({ min: NOW - 5_000, max: NOW + 90_000_000 }), notBefore: fc.constantFrom(null, NOW - 1, NOW + 40_000) }),
  upload: fc.record({
    side: fc.constantFrom('customer', 'agent'), extensionType: fc.constantFrom('png', 'pdf', 'exe', null), unsafeName: fc.boolean(), declaredBytes: fc.option(fc.integer({ min: 0, max: 2_100 })),
    bytes: fc.option(fc.integer({ min: 0, max: 2_100 })), contentType: fc.constantFrom('png', 'pdf', null), finding: fc.constantFrom(null, ...uploadFindings),
  }),
  media: fc.record({ asker: fc.constantFrom('agent', 'customer', 'nobody'), there: fc.boolean(), mayRead: fc.boolean(), holdsLink: fc.boolean() }),
  'outbound-mail': fc.record({
    kind: fc.constantFrom('transfer', 'reply', 'notice', 'letter'), recipients: fc.array(fc.constantFrom('a@x.example', 'b@y.example', 'broken'), { maxLength: 3 }), details: fc.boolean(),
    exceptions: fc.array(fc.record({ address: fc.constantFrom('a@x.example'), until: fc.constantFrom(NOW - 1, NOW + 1) }), { maxLength: 1 }), live: fc.boolean(), now: fc.constant(NOW),
  }),
};

export interface Asked {
  readonly name: QuestionName;
  readonly asked: object;
}

/** Any question with any facts of it. */
export const anyAsked: fc.Arbitrary<Asked> = fc.constantFrom(...(Object.keys(questions) as QuestionName[])).chain((name) => anyFacts[name].map((asked) => ({ name, asked })));

export const decided = (policy: Policy, { name, asked }: Asked) => (questions[name].decide as (policy: Policy, facts: object) => Decision)(policy, asked);

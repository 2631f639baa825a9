// Tests of outgoing mail: who may be written to, in which state of which list, and what an address must look like to be compared at all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { sentenceOf } from '../decision.ts';
import { effective, type Policy } from '../effective.ts';
import { bareAddress, decideOutboundMail, MOST_RECIPIENTS, type OutboundMailFacts } from './outbound-mail.ts';

const policyOf = (values: Record<string, unknown>): Policy => effective({ version: 1, module: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }])) });
const only = (...entries: string[]) => ({ state: 'only', entries });
const NOW = 1_000;
const forward: OutboundMailFacts = { kind: 'transfer', recipients: ['claims@partner.example'], details: false, exceptions: [], live: true, now: NOW };
const verdict = (values: Record<string, unknown>, facts: Partial<OutboundMailFacts>): string => {
  const decision = decideOutboundMail(policyOf(values), { ...forward, ...facts });
  return decision.allowed ? 'allowed' : decision.code;
};
const LISTED = { 'transfer.addresses': only('claims@partner.example', '@lawyers.example', '@*.group.example', 'Mixed@case.example', '@bücher.example') };

// title, settings, facts, expected
const rows: [string, Record<string, unknown>, Partial<OutboundMailFacts>, string][] = [
  ['anybody', {}, {}, 'allowed'],
  ['nobody may be forwarded to', { 'transfer.addresses': { state: 'none', entries: [] } }, {}, 'transfer.not_allowed'],
  ['an address on the list', LISTED, {}, 'allowed'],
  ['its host in another case', LISTED, { recipients: ['claims@PARTNER.Example'] }, 'allowed'],
  ['its local part in another case is another address', LISTED, { recipients: ['Claims@partner.example'] }, 'transfer.not_allowed'],
  ['a local part is kept to the letter', LISTED, { recipients: ['Mixed@case.example'] }, 'allowed'],
  ['and only to the letter', LISTED, { recipients: ['mixed@case.example'] }, 'transfer.not_allowed'],
  ['a tag makes another address', LISTED, { recipients: ['claims+x@partner.example'] }, 'transfer.not_allowed'],
  ['anybody at a listed host', LISTED, { recipients: ['o.neil+case@lawyers.example'] }, 'allowed'],
  ['a subdomain of a listed host', LISTED, { recipients: ['a@mail.lawyers.example'] }, 'transfer.not_allowed'],
  ['a host that ends alike', LISTED, { recipients: ['a@notlawyers.example'] }, 'transfer.not_allowed'],
  ['a subdomain', LISTED, { recipients: ['a@x.group.example'] }, 'allowed'],
  ['a deeper subdomain', LISTED, { recipients: ['a@y.x.group.example'] }, 'allowed'],
  ['the host above its subdomains', LISTED, { recipients: ['a@group.example'] }, 'transfer.not_allowed'],
  ['the same name as an A-label', LISTED, { recipients: ['a@xn--bcher-kva.example'] }, 'allowed'],
  ['the same name in letters', LISTED, { recipients: ['a@BÜCHER.example'] }, 'allowed'],
  ['a name that looks alike: Cyrillic а', LISTED, { recipients: ['claims@pаrtner.example'] }, 'transfer.not_allowed'],
  ['a name that looks alike: Greek ο', LISTED, { recipients: ['a@grουp.example'] }, 'transfer.not_allowed'],
  ['a name that looks alike: full-width letters are refused', LISTED, { recipients: ['claims@ｐartner.example'] }, 'mail.address_malformed'],
  ['one off the list refuses all', LISTED, { recipients: ['claims@partner.example', 'x@other.example'] }, 'transfer.not_allowed'],
  ['a display name', LISTED, { recipients: ['Claims <claims@partner.example>'] }, 'mail.address_malformed'],
  ['a comment', LISTED, { recipients: ['claims(x)@partner.example'] }, 'mail.address_malformed'],
  ['a group', LISTED, { recipients: ['all:claims@partner.example;'] }, 'mail.address_malformed'],
  ['two in one', {}, { recipients: ['claims@partner.example,x@other.example'] }, 'mail.address_malformed'],
  ['a line break', {}, { recipients: ['claims@partner.example\r\nBcc: x@other.example'] }, 'mail.address_malformed'],
  ['a zero character', {}, { recipients: ['claims@partner.example\0'] }, 'mail.address_malformed'],
  ['a host alone', {}, { recipients: ['@partner.example'] }, 'mail.address_malformed'],
  ['an address literal', {}, { recipients: ['claims@[203.0.113.9]'] }, 'mail.address_malformed'],
  ['nothing', {}, { recipients: [''] }, 'mail.address_malformed'],
  ['nobody', {}, { recipients: [] }, 'mail.no_recipient'],
  ['as many as may be', {}, { recipients: Array.from({ length: MOST_RECIPIENTS }, (_, n) => `a${n}@x.example`) }, 'allowed'],
  ['one more', {}, { recipients: Array.from({ length: MOST_RECIPIENTS + 1 }, (_, n) => `a${n}@x.example`) }, 'mail.too_many_recipients'],
  ['an exception, one ms before its end', LISTED, { recipients: ['x@other.example'], exceptions: [{ address: 'x@other.example', until: NOW + 1 }] }, 'allowed'],
  ['an exception at its end', LISTED, { recipients: ['x@other.example'], exceptions: [{ address: 'x@other.example', until: NOW }] }, 'transfer.not_allowed'],
  ['an exception whose end is no number', LISTED, { recipients: ['x@other.example'], exceptions: [{ address: 'x@other.example', until: Number.NaN }] }, 'transfer.not_allowed'],
  ['an exception is for one address', LISTED, { recipients: ['x@other.example', 'y@other.example'], exceptions: [{ address: 'x@other.example', until: NOW + 1 }] }, 'transfer.not_allowed'],
  ['an exception while nobody may', { 'transfer.addresses': { state: 'none', entries: [] } }, { exceptions: [{ address: 'claims@partner.example', until: NOW + 1 }] }, 'allowed'],
  ['blocked wins over listed', { ...LISTED, 'mail.blocked_addresses': only('claims@partner.example') }, {}, 'mail.blocked'],
  ['blocked wins over an exception', { 'mail.blocked_addresses': only('@other.example') }, { recipients: ['x@other.example'], exceptions: [{ address: 'x@other.example', until: NOW + 1 }] }, 'mail.blocked'],
  ['what was blocked is kept while the list is off', { 'mail.blocked_addresses': { state: 'none', entries: ['claims@partner.example'] } }, {}, 'allowed'],
  ['a reply to a blocked customer', { 'mail.blocked_addresses': only('@*.robots.example') }, { kind: 'reply', recipients: ['noreply@a.robots.example'] }, 'mail.blocked'],
  ['a letter to a blocked address', { 'mail.blocked_addresses': only('noreply@shop.example') }, { kind: 'letter', recipients: ['noreply@shop.example'] }, 'mail.blocked'],
  ['a blocked mailbox in another case', { 'mail.blocked_addresses': only('NoReply@shop.example') }, { kind: 'reply', recipients: ['noreply@SHOP.example'] }, 'mail.blocked'],
  ['a reply to the customer is no transfer', { 'transfer.addresses': { state: 'none', entries: [] } }, { kind: 'reply', recipients: ['anna@home.example'], details: true }, 'allowed'],
  ['a notice to an agent is no transfer', { 'transfer.addresses': { state: 'none', entries: [] } }, { kind: 'notice', recipients: ['dana@acme.example'] }, 'allowed'],
  ['details in a forward under the ceiling', { 'mail.customer_details': true }, { details: true }, 'allowed'],
  ['details in a forward over the ceiling', { 'mail.customer_details': false }, { details: true }, 'transfer.details_not_allowed'],
  ['details in a notice over the ceiling', {}, { kind: 'notice', details: true }, 'mail.details_not_allowed'],
  ['details in a notice under the ceiling', { 'mail.customer_details': true }, { kind: 'notice', details: true }, 'allowed'],
  ['a forward that was withdrawn', {}, { live: false }, 'transfer.over'],
];
for (const [title, values, facts, expected] of rows) test(`${title}: ${expected}`, () => assert.equal(verdict(values, facts), expected));

describe('what the person is told', () => {
  const told = (values: Record<string, unknown>, recipients: string[]): string => {
    const decision = decideOutboundMail(policyOf(values), { ...forward, recipients });
    return decision.allowed ? '' : sentenceOf(decision);
  };
  test('every address that was refused, and never the list', () => {
    const sentence = told(LISTED, ['claims@partner.example', 'x@other.example', 'Y@third.example']);
    assert.match(sentence, /x@other\.example, Y@third\.example\./);
    assert.doesNotMatch(sentence, /partner|lawyers|group/);
  });
  test('on one line, whatever was typed', () => {
    assert.doesNotMatch(told({}, ['a\r\nb\u202e@x']), /[\r\n\u202e]/);
    assert.match(told({}, ['']), /\(nothing\)/);
  });
  test('not hundreds of them', () => {
    assert.match(told({ 'transfer.addresses': { state: 'none', entries: [] } }, Array.from({ length: 40 }, (_, n) => `a${n}@x.example`)), /a9@x\.example, 30 more/);
  });
});

test('an allowed address is exactly one that the list holds: no text finds a way round it', () => {
  const policy = policyOf(LISTED);
  const signs = fc.constantFrom(...'claims@partner.example,;:<>()[]"\\ \t\r\n\0+@.%аο＠．。\u200b\u00ad\u202eAZ');
  fc.assert(fc.property(fc.array(signs, { maxLength: 40 }), (parts) => {
    const typed = parts.join('');
    const decision = decideOutboundMail(policy, { ...forward, recipients: [typed] });
    if (!decision.allowed) return;
    const bare = bareAddress(typed);
    assert.ok(bare !== undefined && /^[^\s@<>(),;:"]+@[a-z0-9.-]+$/.test(bare));
    assert.equal(bare.slice(0, bare.lastIndexOf('@')), typed.slice(0, typed.lastIndexOf('@')));
    assert.ok(bare === 'claims@partner.example' || bare.endsWith('@lawyers.example') || bare.endsWith('.group.example') || bare.endsWith('@xn--bcher-kva.example'));
  }), { numRuns: 2_000 });
});

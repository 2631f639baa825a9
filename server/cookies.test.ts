// Reading one cookie out of a Cookie header, hostile ones included.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clearCookie, readCookie, SESSION_COOKIE, setCookie } from '#server/cookies.ts';

describe('readCookie', () => {
  const rows: [string, string | undefined, string | undefined][] = [
    ['no header', undefined, undefined],
    ['alone', '__Host-session=a', 'a'],
    ['first', '__Host-session=a; x=b', 'a'],
    ['last', 'x=b; __Host-session=a', 'a'],
    ['without a space', 'x=b;__Host-session=a', 'a'],
    ['empty value', '__Host-session=', ''],
    ['twice: refused, parsers disagree', '__Host-session=a; __Host-session=b', undefined],
    ['a longer name that ends alike', 'x__Host-session=a', undefined],
    ['a longer name that begins alike', '__Host-sessionx=a', undefined],
    ['the name inside another value', 'x=__Host-session', undefined],
    ['another case is another cookie', '__host-session=a', undefined],
    ['the name after a comma is not a cookie of its own', 'x=b,__Host-session=a', undefined],
  ];
  for (const [title, header, expected] of rows) it(title, () => assert.equal(readCookie(header, SESSION_COOKIE), expected));
});

it('cookies are written with every attribute that protects them', () => {
  assert.equal(setCookie(SESSION_COOKIE, 'v'), '__Host-session=v; Path=/; Secure; HttpOnly; SameSite=Lax');
  assert.match(clearCookie(SESSION_COOKIE), /Max-Age=0$/);
});

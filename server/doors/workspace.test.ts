// The workspace door, from outside, over real HTTP: who has no session, a forged one, another site's request, another host's.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';

describe('the workspace door', () => {
  let house: TestHouse;
  let admin: Admin;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
  });
  after(() => house.close());

  it('lets nobody in without a session, and says only that', async () => {
    const answer = await house.call('GET', '/api/v1/policy');
    assert.equal(answer.status, 401);
    assert.equal(answer.body.code, 'session.missing');
    assert.equal(answer.headers['content-type'], 'application/problem+json');
  });

  it('refuses a forged, a foreign and a doubled session cookie alike', async () => {
    const good = await house.signIn(admin);
    const [name, value] = good.split('=') as [string, string];
    for (const cookie of [`${name}=${value}x`, `${name}=b000000000000${value.slice(13)}`, `${good}; ${good}`, `${name}=`, `${name}=%00`]) {
      const answer = await house.call('GET', '/api/v1/session', { cookie });
      assert.equal(answer.status, 401, cookie);
      assert.equal(answer.body.code, 'session.missing', cookie);
    }
  });

  it('refuses a change that another site asks for, with the cookie of a person', async () => {
    const cookie = await house.signIn(admin);
    const rows: [string, Record<string, string | undefined>][] = [
      ['cross-site', { 'sec-fetch-site': 'cross-site' }],
      ['same-site, another host', { 'sec-fetch-site': 'same-site' }],
      ['another origin', { 'sec-fetch-site': undefined, origin: 'https://evil.example' }],
      ['no word of where it comes from', { 'sec-fetch-site': undefined }],
      ['origin null', { 'sec-fetch-site': undefined, origin: 'null' }],
    ];
    for (const [title, headers] of rows) {
      const answer = await house.call('POST', '/api/v1/session/input', { cookie, body: { idleSeconds: 0 }, headers });
      assert.equal(answer.status, 403, title);
      assert.equal(answer.body.code, 'request.cross_site', title);
    }
  });

  it('names the right address to a request for another host', async () => {
    const api = await house.call('GET', '/api/v1/session', { headers: { host: 'evil.example' } });
    assert.equal(api.status, 421);
    assert.equal(api.body.code, 'request.wrong_host');
    const page = await house.call('GET', '/b/acme/', { headers: { host: `127.0.0.1:${house.port}`, accept: 'text/html' } });
    assert.equal(page.status, 421);
    assert.match(page.text, new RegExp(`http://localhost:${house.port}`));
    assert.doesNotMatch(page.text, /evil/);
  });

  it('carries the security headers on every answer, refusals and pages alike', async () => {
    for (const [method, path] of [['GET', '/api/v1/session'], ['GET', '/b/acme/'], ['GET', '/nowhere'], ['POST', '/api/v1/sign-in']] as const) {
      const { headers } = await house.call(method, path);
      assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/, path);
      assert.equal(headers['x-frame-options'], 'DENY', path);
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
      assert.equal(headers['referrer-policy'], 'no-referrer', path);
    }
  });
});

// The chat over HTTP, from opening it on a site to signing out: what each page is told, and what nobody else is.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { trail } from '#test/people.ts';
import { beginChat, bearer, makeChannel, openOn, OTHER_SITE, SITE, type TestChannel } from '#test/chat.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let channel: TestChannel;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  channel = await makeChannel(house, admin, cookie, [SITE, 'http://localhost:3000']);
});
after(() => house.close());

const say = (token: string, id: string, text: string) => house.call('POST', '/api/v1/chat/messages', { body: { id, text }, headers: bearer(token) });
const look = (token: string, since?: number) => house.call('GET', `/api/v1/chat/conversation${since === undefined ? '' : `?since=${since}`}`, { headers: bearer(token) });

describe('opening the chat on a site', () => {
  it('a listed site reads the channel and an opening, and no other origin may read it', async () => {
    const opened = await openOn(house, channel);
    assert.equal(opened.status, 200, opened.text);
    const { uploads, ...look } = opened.body.channel;
    assert.deepEqual(look, { title: 'Talk to us', greeting: 'Hello', awayText: 'Away', colour: '#0b6456' });
    assert.equal(uploads.enabled, true);
    assert.equal(opened.headers['access-control-allow-origin'], SITE);
    assert.equal(opened.headers['access-control-allow-credentials'], undefined);
    assert.equal(opened.headers['vary'], 'Origin');
    assert.equal(opened.headers['cache-control'], 'no-store');
    assert.equal(opened.cookies.length, 0);
  });

  it('another site, another port, no origin and an opaque one are refused, and may not even read why', async () => {
    for (const site of [OTHER_SITE, 'http://localhost:3001', 'null', `${SITE}.evil.example`]) {
      const opened = await openOn(house, channel, site);
      assert.deepEqual([opened.status, opened.body.code], [403, 'chat.site_not_allowed'], site);
      assert.equal(opened.headers['access-control-allow-origin'], undefined);
      assert.ok(!opened.text.includes('shop.example'), 'the list is told to nobody');
    }
    const bare = await house.call('GET', `/api/v1/chat/open/${channel.address}`, { headers: { 'sec-fetch-site': undefined } });
    assert.equal(bare.body.code, 'chat.site_not_allowed');
  });

  it('a channel that is not there, or of another brand, is no chat', async () => {
    for (const address of ['x', channel.address.replace(/.$/, 'z'), `b000000000000.${channel.id}`]) {
      const opened = await house.call('GET', `/api/v1/chat/open/${address}`, { headers: { origin: SITE } });
      assert.deepEqual([opened.status, opened.body.code], [404, 'chat.channel_off'], address);
    }
  });

  it('a session needs an opening of ours that is not older than ten minutes', async () => {
    const { opening } = (await openOn(house, channel)).body;
    const begin = (body: unknown) => house.call('POST', '/api/v1/chat/sessions', { body });
    const forged = `${Buffer.from(JSON.stringify([channel.address, OTHER_SITE, house.clock.now + 60_000])).toString('base64url')}.${(opening as string).split('.').slice(1).join('.')}`;
    for (const one of [forged, `${opening}x`, '', 'a.b']) assert.equal((await begin({ opening: one })).body.code, 'chat.opening_invalid', one);
    assert.equal((await begin({ opening })).status, 201);
    house.clock.now += 600_000;
    assert.equal((await begin({ opening })).body.code, 'chat.opening_invalid');
  });

  it('a session that was begun anonymously is nobody’s, for thirty days', async () => {
    const { opening } = (await openOn(house, channel)).body;
    const begun = await house.call('POST', '/api/v1/chat/sessions', { body: { opening } });
    assert.match(begun.body.token, new RegExp(`^cht_${channel.brandId}\\.[A-Za-z0-9_-]{43}$`));
    assert.match(begun.body.session.customer, /^cus_/);
    assert.deepEqual(begun.body.session, { customer: begun.body.session.customer, verifiedBy: null, name: null, expiresAt: house.clock.now + 30 * 86_400_000 });
    const [row] = (await trail(house, cookie)).filter(({ event }) => event === 'chat.began');
    assert.match(row.sentence ?? '', /opened the chat/);
    assert.ok(!JSON.stringify(row).includes(begun.body.token));
  });
});

describe('writing and reading', () => {
  it('a message is kept once however often it is sent, and its own customer alone reads it', async () => {
    const [ann, bob] = [await beginChat(house, channel), await beginChat(house, channel)];
    const first = await say(ann, 'message-0001', 'Is it blue?');
    assert.equal(first.status, 201, first.text);
    const again = await say(ann, 'message-0001', 'Is it blue?');
    assert.deepEqual([again.status, again.body], [200, first.body]);
    const seen = await look(ann);
    assert.equal(seen.body.reset, true);
    assert.deepEqual(seen.body.messages.map(({ from, text, clientId, seq }: Record<string, unknown>) => ({ from, text, clientId, seq })), [{ from: 'customer', text: 'Is it blue?', clientId: 'message-0001', seq: 1 }]);
    assert.equal(seen.body.conversation.status, 'open');
    assert.deepEqual((await look(bob)).body.messages, []);
    assert.equal((await look(bob)).body.conversation, null);
  });

  it('from a place in the feed on, only what came after it', async () => {
    const ann = await beginChat(house, channel);
    await say(ann, 'message-0001', 'one');
    const { feed } = (await look(ann)).body;
    await say(ann, 'message-0002', 'two');
    const more = (await look(ann, feed)).body;
    assert.deepEqual([more.reset, more.messages.map(({ text }: { text: string }) => text)], [false, ['two']]);
    assert.deepEqual((await look(ann, more.feed)).body.messages, []);
    assert.equal((await look(ann, 999_999_999)).body.reset, true, 'a place nobody has been at');
  });

  it('wrong texts are told as they are, and keep nothing', async () => {
    const ann = await beginChat(house, channel);
    for (const text of ['', '   ', 'x'.repeat(8_001)]) assert.equal((await say(ann, 'message-0001', text)).status, 422);
    assert.equal((await say(ann, 'message-0001', 'a\u0000b')).status, 422);
    assert.equal((await say(ann, 'short', 'text')).status, 422);
    assert.equal((await look(ann)).body.conversation, null);
  });

  it('details that were typed are kept unproven, and fill the card', async () => {
    const ann = await beginChat(house, channel);
    const tell = (body: unknown) => house.call('PUT', '/api/v1/chat/details', { body, headers: bearer(ann) });
    assert.equal((await tell({ email: 'not an address' })).status, 422);
    assert.equal((await tell({ name: 'Ann', email: 'ann@example.com' })).status, 204);
    const { session } = (await look(ann)).body;
    assert.deepEqual([session.name, session.verifiedBy], ['Ann', null]);
  });

  it('signing out ends the session everywhere, and says so', async () => {
    const ann = await beginChat(house, channel);
    assert.equal((await house.call('POST', '/api/v1/chat/sign-out', { headers: bearer(ann) })).status, 204);
    assert.deepEqual([(await look(ann)).status, (await look(ann)).body.code], [401, 'chat.session_ended']);
    assert.equal((await say(ann, 'message-0001', 'hello')).body.code, 'chat.session_ended');
  });

  it('beyond twenty at once and two a second, sending waits; reading does not, and nobody else does', async () => {
    const [ann, bob] = [await beginChat(house, channel), await beginChat(house, channel)];
    for (let n = 0; n < 20; n += 1) assert.equal((await say(ann, `message-${1000 + n}`, 'x')).status, 201);
    const refused = await say(ann, 'message-2000', 'x');
    assert.deepEqual([refused.status, refused.body.code, refused.headers['retry-after']], [429, 'chat.too_fast', '1']);
    assert.equal((await look(ann)).status, 200);
    assert.equal((await say(bob, 'message-0001', 'x')).status, 201);
    house.clock.uptime += 500;
    assert.equal((await say(ann, 'message-2000', 'x')).status, 201);
  });
});

describe('the files of the chat', () => {
  it('the loader may stand on any site', async () => {
    const loader = await house.call('GET', '/chat.js', { headers: { 'sec-fetch-site': 'cross-site' } });
    assert.equal(loader.status, 200);
    assert.match(loader.headers['content-type'] ?? '', /^text\/javascript/);
    assert.equal(loader.headers['cross-origin-resource-policy'], 'cross-origin');
  });

  it('the frame names the sites of its channel, and no page else may be framed', async () => {
    const frame = await house.call('GET', `/chat/frame/${channel.address}`, { headers: { 'sec-fetch-site': 'cross-site' } });
    const policy = frame.headers['content-security-policy'] as string;
    assert.match(policy, /frame-ancestors https:\/\/shop\.example http:\/\/localhost:3000;/);
    assert.deepEqual(['embedder', 'resource'].map((what) => frame.headers[`cross-origin-${what}-policy`]), ['require-corp', 'cross-origin'], 'a site that isolates itself may have it');
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.ok(!policy.includes('unsafe'));
    assert.equal(frame.headers['x-frame-options'], undefined);
    const workspace = await house.call('GET', '/b/acme');
    assert.equal(workspace.headers['x-frame-options'], 'DENY');
    assert.match(workspace.headers['content-security-policy'] as string, /frame-ancestors 'none'/);
  });

  it('the frame that is told its site names no other; one that is not listed may not frame it', async () => {
    const framers = async (query: string) => /frame-ancestors ([^;]*);/.exec((await house.call('GET', `/chat/frame/${channel.address}${query}`)).headers['content-security-policy'] as string)?.[1];
    for (const site of [SITE, 'http://localhost:3000']) {
      assert.equal(await framers(`?site=${encodeURIComponent(site)}`), site);
      assert.equal(await framers(`?site=${site}`), site);
    }
    for (const query of [`?site=${OTHER_SITE}`, '?site=', '?site=*', `?site=${SITE}&site=${OTHER_SITE}`, `?site=${encodeURIComponent(`${SITE} *`)}`]) assert.equal(await framers(query), "'none'", query);
    assert.equal(await framers(''), `${SITE} http://localhost:3000`);
  });

  it('no channel: words, and nobody may frame them', async () => {
    const frame = await house.call('GET', `/chat/frame/${channel.address.replace(/.$/, 'z')}`);
    assert.equal(frame.status, 404);
    assert.match(frame.text, /not open/);
    assert.match(frame.headers['content-security-policy'] as string, /frame-ancestors 'none'/);
    assert.equal(frame.headers['x-frame-options'], 'DENY');
  });

  it('what lies outside of the chat’s folder is not served', async () => {
    for (const path of ['/chat/assets/../frame.html', '/chat/assets/%2e%2e/frame.html', '/chat/assets/..%2f..%2fpackage.json']) assert.notEqual((await house.call('GET', path)).status, 200, path);
  });
});

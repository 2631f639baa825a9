// Settings → Channels over HTTP: making, changing and switching off, who may, what is refused all at once, and what it leaves in the trail.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as channelRows from '#store/channels.ts';
import * as settingRows from '#store/settings.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, trail } from '#test/people.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

const GREEN = '#0b6456';
const SHOP = { name: 'Shop', title: 'Chat with us', greeting: 'Hello!\nHow can we help?', awayText: 'We answer tomorrow.', colour: GREEN };
let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
});
after(() => house.close());

const list = async (shown = cookie) => (await house.call('GET', '/api/v1/channels', { cookie: shown })).body.channels;
const make = (fields: object, shown = cookie): Promise<Answer> => house.call('POST', '/api/v1/channels', { cookie: shown, body: fields });
const change = (id: string, fields: object, shown = cookie): Promise<Answer> => house.call('PATCH', `/api/v1/channels/${id}`, { cookie: shown, body: fields });
const codes = (answer: Answer) => answer.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]);
const brandOf = async () => (await house.building.parts.brands.bySlug(admin.slug))!;
let shop: string;

describe('a channel that is made', () => {
  it('needs a fresh code, asked for only when its fields are right', async () => {
    assert.deepEqual(await list(), []);
    assert.equal((await make({ ...SHOP, name: '' })).status, 422);
    const answer = await make(SHOP);
    assert.deepEqual([answer.status, answer.body.code], [403, 'step_up.required']);
    assert.deepEqual(await list(), []);
  });

  it('stands in the list with its address, on no site yet, without keys', async () => {
    await house.stepUp(admin, cookie);
    const version = (await brandOf()).policy.version;
    const { status, body } = await make(SHOP);
    assert.equal(status, 201);
    shop = body.id;
    const { id: brandId, policy } = await brandOf();
    assert.match(shop, /^chn_/);
    assert.deepEqual(body, {
      id: shop, address: `${brandId}.${shop}`, kind: 'chat', ...SHOP, enabled: true, disabledAt: null, createdAt: house.clock.now, createdByName: 'Dana Levi',
      sites: { from: 'default', state: 'none', count: 0, first: [] }, keys: 0, openChats: 0, own: 0, looser: 0, clamped: 0,
    });
    assert.deepEqual(await list(), [body]);
    assert.ok(policy.version > version, 'every node is told as of a change of settings');
    const [row] = await trail(house, cookie, 'what=channel.created');
    assert.deepEqual([row.entity.id, row.actor.name, row.facts.name, row.facts.address], [shop, 'Dana Levi', 'Shop', INSIDE]);
    assert.equal(row.sentence, 'Dana Levi made the channel “Shop”.');
  });

  it('is refused with every fault at once', async () => {
    assert.deepEqual(codes(await make({ name: ' x', title: '', greeting: 'a\u202Eb', awayText: 'y'.repeat(301), colour: '#ffffff' })), [
      ['name', 'text.outer_space'], ['title', 'text.empty'], ['greeting', 'text.unseen'], ['awayText', 'text.too_long'], ['colour', 'channel.colour'],
    ]);
    assert.deepEqual(codes(await make({})), [['name', 'text.empty'], ['title', 'text.empty'], ['colour', 'channel.colour']]);
    assert.deepEqual(codes(await make({ ...SHOP, name: 'SHOP' })), [['name', 'channel.name_taken']]);
    assert.equal((await make({ ...SHOP, name: 'Other', kind: 'email' })).status, 422, 'an unknown field');
    assert.equal((await list()).length, 1);
  });
});

describe('a channel that is changed', () => {
  it('keeps what is not given, and says before and after in the trail', async () => {
    const { status, body } = await change(shop, { title: 'Ask the shop', name: 'Shop' });
    assert.equal(status, 200);
    assert.deepEqual([body.title, body.greeting], ['Ask the shop', SHOP.greeting]);
    const [row] = await trail(house, cookie, 'what=channel.changed');
    assert.deepEqual([row.before, row.after], [{ title: SHOP.title }, { title: 'Ask the shop' }]);
  });

  it('to what it is already leaves no row', async () => {
    const rows = (await trail(house, cookie, 'what=channel.changed')).length;
    assert.equal((await change(shop, { title: 'Ask the shop', enabled: true })).status, 200);
    assert.equal((await trail(house, cookie, 'what=channel.changed')).length, rows);
  });

  it('is refused with its faults; a channel that is not there is 404', async () => {
    assert.deepEqual(codes(await change(shop, { name: '', colour: 'red' })), [['name', 'text.empty'], ['colour', 'channel.colour']]);
    assert.equal((await change('chn_none', { title: 'x' })).body.code, 'channel.missing');
    assert.equal((await house.call('GET', '/api/v1/channels/chn_none', { cookie })).status, 404);
  });

  it('is switched off and on again, each once in the trail, and known to every node', async () => {
    const before = (await brandOf()).policy.version;
    assert.deepEqual(((body) => [body.enabled, body.disabledAt])((await change(shop, { enabled: false })).body), [false, house.clock.now]);
    assert.ok((await brandOf()).policy.version > before);
    await change(shop, { enabled: false });
    assert.equal((await change(shop, { enabled: true })).body.enabled, true);
    assert.equal((await trail(house, cookie, 'what=channel.disabled')).length, 1);
    assert.equal((await trail(house, cookie, 'what=channel.enabled')).length, 1);
  });
});

describe('who may', () => {
  it('needs the right to manage settings; every agent may read', async () => {
    const reader = (await knock(house, 'acme', await addAgent(house, admin, 'reader'))).cookies[0]!;
    assert.deepEqual((await list(reader)).map(({ id }: { id: string }) => id), (await list()).map(({ id }: { id: string }) => id));
    for (const answer of [await make({ ...SHOP, name: 'Mine' }, reader), await change(shop, { enabled: false }, reader)]) assert.deepEqual([answer.status, answer.body.code], [403, 'capability.missing']);
    const manager = (await knock(house, 'acme', await addAgent(house, admin, 'manager', ['manage_settings']))).cookies[0]!;
    assert.equal((await change(shop, { enabled: false }, manager)).body.code, 'step_up.required');
    assert.equal((await list())[0].enabled, true);
  });

  it('another brand has none of it', async () => {
    const other = await house.setUp({ name: 'Other', slug: 'other' });
    const theirs = await house.signIn(other);
    await house.stepUp(other, theirs);
    assert.deepEqual(await list(theirs), []);
    assert.equal((await change(shop, { enabled: false }, theirs)).body.code, 'channel.missing');
  });
});

it('ticket keys that are not revoked are counted', async () => {
  const { store } = house.building.parts;
  const rows = store.brand((await brandOf()).id);
  const key = (id: string, revoked: number | null) => rows.write(rows.q.insertInto('channel_keys').values({ id, channel_id: shop, label: id, alg: 'EdDSA', jwk: '{}', may_override: 0, created_at: 1, created_by: null, revoked_at: revoked }));
  await rows.note([key('key_a', null), key('key_b', null), key('key_c', 5)]);
  assert.equal((await list())[0].keys, 2);
  assert.ok((await channelRows.byId(rows, shop)) !== undefined && Object.keys(await settingRows.ofChannel(rows, shop)).length === 0);
});

describe('a channel of the kind API', () => {
  it('has a name and no look, and a program begins conversations in it until it is off', async () => {
    await house.stepUp(admin, cookie);
    assert.deepEqual(codes(await make({ kind: 'api', name: '', title: 'x', colour: GREEN })), [['name', 'text.empty'], ['title', 'channel.no_look'], ['colour', 'channel.no_look']]);
    const made = await make({ kind: 'api', name: 'Orders' });
    assert.deepEqual([made.status, made.body.kind, made.body.title], [201, 'api', ''], made.text);
    assert.deepEqual(codes(await change(made.body.id, { greeting: 'Hello' })), [['greeting', 'channel.no_look']]);
    assert.equal((await change(made.body.id, { name: 'Orders by phone' })).body.name, 'Orders by phone');
    const [row] = await trail(house, cookie, 'what=channel.created');
    assert.deepEqual([row.entity.id, row.after.kind], [made.body.id, 'api']);
    const headers = bearer((await addApiKey(house, admin, cookie, ['conversations:write'])).text);
    const begin = (channel: string) => house.call('POST', '/api/v1/conversations', { headers, body: { channel, customer: { name: 'Ada' }, text: 'Where is my parcel?' } });
    assert.equal((await begin(made.body.id)).status, 201);
    assert.deepEqual(codes(await begin(shop)), [['channel', 'channel.not_api']]);
    await house.stepUp(admin, cookie);
    assert.equal((await change(made.body.id, { enabled: false })).status, 200);
    assert.deepEqual(codes(await begin(made.body.id)), [['channel', 'channel.not_api']]);
  });
});

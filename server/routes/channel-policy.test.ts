// A channel's settings and the module's locks over HTTP: inherit and own, looser and locked, who may save, from which version, and what it leaves in the trail.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { keys, settingOf } from '#policy/catalogue.ts';
import { openBrands } from '#server/brands.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import { readKeptChanges } from '#policy/history.ts';
import * as policyVersions from '#store/policy-versions.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, trail } from '#test/people.ts';

const WINDOW = 'ticket.lifetime_seconds';
const LENGTH = 'ticket.session_minutes';
const SITES = 'channel.site_origins';
const HOUR = 3_600_000;
/** A setting of channels whose door is not built, while there is one. */
const UNBUILT = keys.find((key) => notEnforced[key] !== undefined && settingOf(key).scope === 'channel');
let house: TestHouse;
let admin: Admin;
let cookie: string;
let shop: string;
let desk: string;

const brandOf = async () => (await house.building.parts.brands.bySlug(admin.slug))!;
const make = async (name: string): Promise<string> => (await house.call('POST', '/api/v1/channels', { cookie, body: { name, title: name, colour: '#0b6456' } })).body.id;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  await house.stepUp(admin, cookie);
  [shop, desk] = [await make('Shop'), await make('Desk')];
});
after(() => house.close());

const get = (channel = shop, shown = cookie) => house.call('GET', `/api/v1/channels/${channel}/policy`, { cookie: shown });
const etag = async () => `"v${(await brandOf()).policy.version}"`;
const patch = (channel: string, settings: unknown, version: string | undefined, shown = cookie): Promise<Answer> =>
  house.call('PATCH', `/api/v1/channels/${channel}/policy`, { cookie: shown, body: { settings }, headers: { 'if-match': version } });
const save = async (settings: unknown, channel = shop) => patch(channel, settings, await etag());
const check = async (settings: unknown, channel = shop) => (await house.call('POST', `/api/v1/channels/${channel}/policy/check`, { cookie, body: { settings } })).body;
const saveModule = async (settings: unknown) => house.call('PATCH', '/api/v1/policy', { cookie, body: { settings }, headers: { 'if-match': await etag() } });
const lock = async (key: string, locked = true, version?: string, shown = cookie): Promise<Answer> =>
  house.call('PUT', '/api/v1/policy/locks', { cookie: shown, body: { key, locked }, headers: { 'if-match': version ?? (await etag()) } });
const codes = (answer: Answer) => answer.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]);
const row = async (what: string) => (await trail(house, cookie, `what=${what}`))[0];

describe('reading', () => {
  it('gives every setting a channel may have, and no other, with value, origin and what the module says', async () => {
    const { body, headers, status } = await get();
    assert.equal(status, 200);
    const perChannel = keys.filter((key) => settingOf(key).scope === 'channel');
    assert.deepEqual(Object.keys(body.settings).sort(), [...perChannel].sort());
    assert.deepEqual(body.tabs.flatMap((tab: { keys: string[] }) => tab.keys).sort(), [...perChannel].sort());
    assert.equal(headers.etag, `"v${body.version}"`);
    const { value, own, module, origin, enforced } = body.settings[WINDOW];
    assert.deepEqual([value, own, module.value, origin.from, module.origin.from, enforced], [60, null, 60, 'default', 'default', true]);
  });
  it('a channel that is not there is 404', async () => assert.equal((await get('chn_none')).body.code, 'channel.missing'));
});

describe('a value of its own', () => {
  it('holds in this channel alone, with who set it and when; the module\'s stands beside it', async () => {
    await saveModule({ [WINDOW]: 50 });
    const { status, body } = await save({ [WINDOW]: 90, [SITES]: only('https://shop.example') });
    assert.equal(status, 200);
    const { value, origin, own, module } = body.settings[WINDOW];
    assert.deepEqual([value, own.value, own.setByName, own.setAt, module.value], [90, 90, 'Dana Levi', house.clock.now, 50]);
    assert.deepEqual(origin, { from: 'channel', locked: false, clamped: false, looser: true, setBy: origin.setBy, setByName: 'Dana Levi', setAt: house.clock.now });
    const brand = await brandOf();
    assert.deepEqual([brand.policyIn(shop).values[WINDOW], brand.policyIn(desk).values[WINDOW], brand.policy.values[WINDOW]], [90, 50, 50]);
    const listed = (await house.call('GET', `/api/v1/channels/${shop}`, { cookie })).body;
    assert.deepEqual([listed.own, listed.looser, listed.sites.first], [2, 2, ['https://shop.example']]);
  });

  it('leaves a row that names the channel and says that it is looser than the module, and a version', async () => {
    const rows = await trail(house, cookie, 'what=policy.changed');
    const made = rows.find((one) => one.entity.id === WINDOW && one.facts.channel === shop);
    assert.deepEqual([made.before, made.after, made.facts.looser, made.facts.direction, made.facts.address], [null, 90, true, 'looser', INSIDE]);
    assert.equal(made.sentence, 'Dana Levi changed “Ticket Authentication expiration time” of the channel “Shop” (looser than before and than the module).');
    const { store } = house.building.parts;
    const brand = await brandOf();
    const [version] = await policyVersions.latest(store.brand(brand.id), 1);
    assert.equal(version?.version, brand.policy.version);
    assert.deepEqual(readKeptChanges(version.diff)?.map((one) => one.channel), [shop, shop]);
  });

  it('given up with null inherits again, with a row', async () => {
    const { body } = await save({ [WINDOW]: null });
    assert.deepEqual([body.settings[WINDOW].value, body.settings[WINDOW].own, body.settings[WINDOW].origin.from], [50, null, 'brand']);
    const made = await row('policy.changed');
    assert.deepEqual([made.before, made.after, made.facts.looser], [90, null, undefined]);
    const version = (await brandOf()).policy.version;
    assert.equal((await save({ [WINDOW]: null })).status, 200);
    assert.equal((await brandOf()).policy.version, version, 'nothing changed, nothing is written');
  });

  it('reaches another node when it confirms', async () => {
    const { store } = house.building.parts;
    const elsewhere = openBrands(store, () => 0);
    const other = (await elsewhere.bySlug(admin.slug))!;
    assert.equal(other.policyIn(shop).values[LENGTH], 60);
    await save({ [LENGTH]: 30 });
    await elsewhere.confirm();
    assert.equal(other.policyIn(shop).values[LENGTH], 30);
    await save({ [LENGTH]: null });
    await elsewhere.confirm();
    assert.equal(other.policyIn(shop).values[LENGTH], 60);
  });
});

describe('what is refused', () => {
  it('is named all at once, and nothing is saved', async () => {
    const version = (await brandOf()).policy.version;
    const answer = await save({ [WINDOW]: 5, [LENGTH]: 90, 'session.absolute_hours': 3, 'ticket.session_minute': 1, ...(UNBUILT === undefined ? {} : { [UNBUILT]: settingOf(UNBUILT).default }) });
    assert.equal(answer.status, 422);
    assert.deepEqual(codes(answer), [[WINDOW, 'number.range'], ['session.absolute_hours', 'setting.not_per_channel'], ['ticket.session_minute', 'setting.unknown'], ...(UNBUILT === undefined ? [] : [[UNBUILT, 'setting.not_enforced']])]);
    assert.equal(answer.body.faults[2].offer, LENGTH);
    assert.equal((await brandOf()).policy.version, version);
    assert.equal((await get()).body.settings[LENGTH].own, null);
  });

  it('the check finds the same, and says what a right draft would do', async () => {
    assert.equal((await check({ [WINDOW]: 5, 'no.key': 1 })).faults.length, 2);
    const { changed, faults } = await check({ [WINDOW]: 90, [SITES]: null });
    assert.deepEqual(faults, []);
    assert.deepEqual(changed.map((one: any) => [one.key, one.beforeText, one.afterText, one.direction, one.looser, one.inheritedBefore, one.inherits]), [
      [WINDOW, '50 seconds', '90 seconds', 'looser', true, true, false],
      [SITES, 'The chat opens on these sites only: https://shop.example', 'The chat opens on no site', 'tighter', false, false, true],
    ]);
    assert.equal((await get()).body.settings[WINDOW].own, null, 'a check saves nothing');
  });

  it('without the version it was made from, or from another one', async () => {
    assert.equal((await patch(shop, { [WINDOW]: 20 }, undefined)).body.code, 'policy.version_missing');
    const version = (await brandOf()).policy.version;
    for (const stale of [version - 1, version + 1]) assert.equal((await patch(shop, { [WINDOW]: 20 }, `"v${stale}"`)).body.code, 'policy.stale');
  });

  it('all but one of several saves at once, on one channel, on two and on the module alike', async () => {
    const version = await etag();
    const answers = await Promise.all([
      patch(shop, { [WINDOW]: 21 }, version), patch(shop, { [WINDOW]: 22 }, version), patch(desk, { [WINDOW]: 23 }, version), lock(WINDOW, true, version),
      house.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { [WINDOW]: 24 } }, headers: { 'if-match': version } }),
    ]);
    assert.equal(answers.filter(({ status }) => status === 200).length, 1, answers.map(({ text }) => text).join('\n'));
    assert.ok(answers.every(({ status, body }) => status === 200 || body.code === 'policy.stale'));
    await lock(WINDOW, false);
    await saveModule({ [WINDOW]: 50 });
    await save({ [WINDOW]: null });
    await save({ [WINDOW]: null }, desk);
  });

  it('without the right, and without a code within the hour', async () => {
    const reader = (await knock(house, 'acme', await addAgent(house, admin, 'reader'))).cookies[0]!;
    for (const answer of [await get(shop, reader), await patch(shop, {}, '"v1"', reader), await lock(WINDOW, true, '"v1"', reader)]) assert.deepEqual([answer.status, answer.body.code], [403, 'capability.missing']);
    const manager = (await knock(house, 'acme', await addAgent(house, admin, 'manager', ['manage_settings']))).cookies[0]!;
    for (const answer of [await patch(shop, { [WINDOW]: 20 }, await etag(), manager), await lock(WINDOW, true, undefined, manager)]) assert.deepEqual([answer.status, answer.body.code], [403, 'step_up.required']);
  });
});

describe('a lock', () => {
  it('says what it would hold back before it is saved', async () => {
    await save({ [WINDOW]: 90 });
    await save({ [WINDOW]: 20 }, desk);
    const { body } = await house.call('POST', '/api/v1/policy/locks/check', { cookie, body: { key: WINDOW, locked: true } });
    assert.deepEqual(body, { faults: [], channels: [{ id: shop, name: 'Shop', own: '90 seconds', held: '50 seconds' }], value: '50 seconds', saved: true, chatsClosing: 0 });
    assert.equal((await brandOf()).policyIn(shop).values[WINDOW], 90);
  });

  it('holds a looser channel to the module at once, and keeps what is stored there', async () => {
    assert.deepEqual([(await lock(WINDOW)).status, (await lock(WINDOW)).status], [200, 200]);
    const { value, own, origin, module } = (await get()).body.settings[WINDOW];
    assert.deepEqual([value, own.value, origin.clamped, origin.locked, origin.looser, module.origin.locked], [50, 90, true, true, false, true]);
    assert.equal((await get(desk)).body.settings[WINDOW].value, 20);
    assert.equal((await house.call('GET', '/api/v1/policy', { cookie })).body.settings[WINDOW].origin.locked, true);
    const rows = await trail(house, cookie, 'what=policy.locked');
    const mine = rows.filter((one) => one.facts.channels === 1);
    assert.equal(mine.length, 1, 'locking what is locked leaves no row');
    assert.equal(mine[0].sentence, 'Dana Levi locked “Ticket Authentication expiration time” for all channels; 1 channel is held back.');
  });

  it('refuses a looser value with a fault, and takes a tighter one', async () => {
    const answer = await save({ [WINDOW]: 60 });
    assert.deepEqual([answer.status, ...codes(answer)], [422, [WINDOW, 'setting.locked']]);
    assert.equal((await save({ [WINDOW]: 40 })).body.settings[WINDOW].value, 40);
  });

  it('lifted lets the stored value hold again', async () => {
    await lock(WINDOW, false);
    await save({ [WINDOW]: 90 });
    await lock(WINDOW);
    assert.equal((await lock(WINDOW, false)).status, 200);
    assert.equal((await get()).body.settings[WINDOW].value, 90);
    assert.equal((await row('policy.unlocked')).facts.channels, 1);
  });

  it('of a default saves the default with it', async () => {
    await lock(LENGTH);
    const { value, origin } = (await house.call('GET', '/api/v1/policy', { cookie })).body.settings[LENGTH];
    assert.deepEqual([value, origin.from, origin.locked, origin.setByName], [60, 'brand', true, 'Dana Levi']);
    assert.equal((await row('policy.locked')).facts.savedDefault, true);
    await lock(LENGTH, false);
  });

  for (const [title, key, code] of [['a setting of the whole brand', 'session.absolute_hours', 'setting.not_per_channel'], ['an unknown key', 'ticket.lifetime', 'setting.unknown'], ...(UNBUILT === undefined ? [] : [['a setting that is not enforced', UNBUILT, 'setting.not_enforced'] as const])] as const) {
    it(`of ${title} is refused`, async () => {
      const answer = await lock(key);
      assert.deepEqual([answer.status, ...codes(answer)], [422, [key, code]]);
    });
  }

  it('asked from an older version is stale', async () => assert.equal((await lock(WINDOW, true, '"v1"')).body.code, 'policy.stale'));
});

describe('open chats on a site that goes', () => {
  it('are counted before the save: of the channel, of the module and of a lock', async () => {
    const { store } = house.building.parts;
    const rows = store.brand((await brandOf()).id);
    const now = house.clock.now;
    const session = (n: number, site: string, ended: number | null, expires = now + HOUR) => rows.write(rows.q.insertInto('chat_sessions').values({
      id: `chs_${n}`, channel_id: shop, customer_id: 'cus_a', token_hash: Uint8Array.of(n), site, proven: 'anonymous', verified_by: null, created_at: now, expires_at: expires, last_seen_at: now, ended_at: ended, end_reason: null, address: null, user_agent: '', feed: 0,
    }));
    await rows.note([
      rows.write(rows.q.insertInto('customers').values({ id: 'cus_a', name: null, email: null, phone: null, external_id: null, fields: '[]', verified_by: null, created_at: now, last_seen_at: now, erased_at: null, erased_by: null })),
      session(1, 'https://shop.example', null), session(2, 'https://shop.example', null), session(3, 'https://shop.example', now), session(4, 'https://shop.example', null, now), session(5, 'https://gone.example', null),
    ]);
    assert.equal((await check({ [SITES]: only('https://other.example') })).chatsClosing, 2);
    assert.equal((await check({ [SITES]: only('https://other.example', 'https://shop.example') })).chatsClosing, 0);
    assert.equal((await house.call('GET', `/api/v1/channels/${shop}`, { cookie })).body.openChats, 3);
    const locking = (await house.call('POST', '/api/v1/policy/locks/check', { cookie, body: { key: SITES, locked: true } })).body;
    assert.deepEqual([locking.chatsClosing, locking.saved, locking.channels.length], [2, false, 1]);
    await save({ [SITES]: null });
    await saveModule({ [SITES]: only('https://shop.example') });
    const module = await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings: { [SITES]: { state: 'none' } } } });
    assert.equal(module.body.chatsClosing, 2);
  });
});

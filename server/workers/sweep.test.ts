// The sweep: what is old goes, what still counts stays.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as failureRows from '#store/failures.ts';
import * as sessionRows from '#store/sessions.ts';
import { sweepRows } from '#server/workers/sweep.ts';
import { bearer, beginChat, makeChannel } from '#test/chat.ts';
import { openHouse } from '#test/house.ts';

const DAY = 86_400_000;

it('forgets old counters and sessions long ended, and keeps what still counts', async () => {
  const house = await openHouse();
  try {
    const admin = await house.setUp();
    const { store, brands } = house.building.parts;
    const brand = store.brand((await brands.bySlug('acme'))!.id);
    const begun = house.clock.now;
    const counter = (subject: string, at: number) => failureRows.record(brand, { kind: 'sign_in', subject, network: '', window_start: at, count: 3, locked_until: null }, null);
    await brand.note([counter('old', begun - 3 * DAY), counter('new', begun - DAY)]);
    const cookie = await house.signIn(admin);
    await house.call('POST', '/api/v1/sign-out', { cookie });
    const open = await house.signIn(admin);
    const sessions = async () => (await sessionRows.openWithPeople(brand)).length + (await brand.all(brand.q.selectFrom('sessions').select('id').where('ended_at', 'is not', null))).length;

    await sweepRows({ store, now: () => begun });
    assert.equal(await failureRows.byKey(brand, { kind: 'sign_in', subject: 'old', network: '' }), undefined);
    assert.equal((await failureRows.byKey(brand, { kind: 'sign_in', subject: 'new', network: '' }))?.count, 3);
    assert.equal(await sessions(), 2, 'an ended session is kept for a month');

    await sweepRows({ store, now: () => begun + 31 * DAY });
    assert.equal(await sessions(), 1, 'and an open one until somebody ends it');
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: open })).status, 200);
  } finally {
    await house.close();
  }
});

it('forgets strangers of the chat a day after they left, with the retention as it stands by default', async () => {
  const house = await openHouse();
  try {
    const admin = await house.setUp();
    const channel = await makeChannel(house, admin, await house.signIn(admin));
    const token = await beginChat(house, channel);
    const { store } = house.building.parts;
    const brand = store.brand(channel.brandId);
    const customers = async () => (await brand.all(brand.q.selectFrom('customers').select('id'))).length;
    await sweepRows({ store, now: () => house.clock.now + 30 * DAY });
    assert.equal(await customers(), 1);
    await house.call('POST', '/api/v1/chat/sign-out', { headers: bearer(token) });
    await sweepRows({ store, now: () => house.clock.now + DAY });
    assert.equal(await customers(), 1);
    await sweepRows({ store, now: () => house.clock.now + DAY + 1 });
    assert.deepEqual([await customers(), (await brand.all(brand.q.selectFrom('chat_sessions').select('id'))).length], [0, 0]);
  } finally {
    await house.close();
  }
});

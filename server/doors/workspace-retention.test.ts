// Retention at the workspace door: from the day it is due a conversation is not shown to anybody, before the sweep came and after it.
// Holds retention.open_days, retention.solved_days and retention.archived_days.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import * as agentRows from '#store/agents.ts';
import { advance } from '#store/feed.ts';
import { retentionRound } from '#server/workers/retention.ts';
import { type CustomerCase, DAY, openCase } from '#test/customer-case.ts';
import { entryOf } from '#test/stores.ts';

type Status = 'open' | 'pending' | 'solved' | 'archived';
const rows: readonly [Status, 'retention.open_days' | 'retention.solved_days' | 'retention.archived_days'][] = [
  ['open', 'retention.open_days'], ['pending', 'retention.open_days'], ['solved', 'retention.solved_days'], ['archived', 'retention.archived_days'],
];

describe('a conversation that is due', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  let brandId: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    brandId = (await house.building.parts.brands.bySlug('acme'))!.id;
  });
  after(() => house.close());
  beforeEach(async () => {
    house.clock.now += DAY;
    cookie = await house.signIn(admin);
    await save({ 'retention.open_days': 0, 'retention.solved_days': 0, 'retention.archived_days': 0 });
  });

  async function save(settings: Record<string, number>): Promise<void> {
    const saved = await house.save(admin, cookie, settings);
    assert.equal(saved.status, 200, saved.text);
  }
  async function made(status: Status): Promise<CustomerCase & { readonly id: string }> {
    const brand = house.building.parts.store.brand(brandId);
    const agentId = (await agentRows.namesById(brand)).keys().next().value as string;
    const one = await openCase(house.building.parts.store, brandId, agentId, { now: house.clock.now, named: false });
    await one.write('Find me by bluewhale');
    const { id } = await one.conversation();
    const set = brand.write(brand.q.updateTable('conversations').set({ status, status_at: house.clock.now }).where('id', '=', id));
    await brand.commit({ statements: [advance(brand), set], entries: [entryOf()] });
    return { ...one, id };
  }
  /** Is it open, in the list of its status, and found by search? All or nothing. */
  async function shown(id: string, status: Status): Promise<boolean> {
    const get = (path: string) => house.call('GET', `/api/v1${path}`, { cookie });
    const [opened, list, found] = [await get(`/conversations/${id}`), await get(`/inbox?view=all&status=${status}`), await get('/inbox/search?q=bluewhale')];
    assert.deepEqual([list.status, found.status], [200, 200], list.text + found.text);
    const there = [opened.status === 200, list.body.conversations.some((one: { id: string }) => one.id === id), found.body.conversations.some((one: { id: string }) => one.id === id)];
    assert.equal(new Set(there).size, 1, `${there.join()} ${opened.text}`);
    if (opened.status !== 200) assert.deepEqual([opened.status, opened.body.code], [404, 'conversation.not_found']);
    return there[0] === true;
  }
  async function waited(ms: number): Promise<void> {
    house.clock.now += ms;
    cookie = await house.signIn(admin);
  }

  for (const [status, key] of rows) {
    it(`${status}: ${key} hides it on the day, to the millisecond, and the round erases it`, async () => {
      const begun = house.clock.now;
      const { id } = await made(status);
      await waited(3 * DAY - 600_000);
      assert.equal(await shown(id, status), true);
      const check = await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings: { [key]: 2 } } });
      assert.equal(check.body.conversationsDue, 1, check.text);
      await save({ [key]: 3 });
      house.clock.now = begun + 3 * DAY - 1;
      assert.equal(await shown(id, status), true, 'one millisecond before');
      house.clock.now = begun + 3 * DAY;
      assert.equal(await shown(id, status), false, 'on the day');
      assert.equal((await house.call('PUT', `/api/v1/conversations/${id}/hold`, { cookie, body: { on: true, reason: 'Too late' } })).status, 404);
      await retentionRound(house.building.parts);
      await save({ [key]: 0 });
      assert.equal(await shown(id, status), false, 'erased, not only hidden');
    });
  }

  it('stays while a legal hold stands', async () => {
    const { id } = await made('open');
    assert.equal((await house.call('PUT', `/api/v1/conversations/${id}/hold`, { cookie, body: { on: true, reason: 'Court case' } })).status, 200);
    await save({ 'retention.open_days': 1 });
    await waited(9 * DAY);
    await retentionRound(house.building.parts);
    assert.equal(await shown(id, 'open'), true);
    const check = await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings: { 'retention.open_days': 2 } } });
    assert.equal(check.body.conversationsDue, 0);
  });
});

// Sessions on both engines: found by their token alone, kept by input, ended for good, read again when somebody else spoke.
import assert from 'node:assert/strict';
import type { BrandStore, Store } from '#store/store.ts';
import * as agentRows from '#store/agents.ts';
import { personOf } from '#identity/person.ts';
import { type Begun, openSessions, SAVE_INPUT_MS, type Sessions, freshOpen, stepUpOpen } from '#identity/sessions.ts';
import { test } from 'node:test';
import { agentOf, eachStore, entryOf, newBrand } from '#test/stores.ts';

const NOW = 1_800_000_000_000;

async function begun(store: Store, sessions: Sessions, brand?: BrandStore): Promise<{ brand: BrandStore; begun: Begun; cookie: string }> {
  const rows = brand ?? (await newBrand(store));
  const agent = agentOf('agt_a');
  if (brand === undefined) await rows.commit({ statements: [agentRows.insert(rows, agent)], entries: [entryOf()] });
  const made = sessions.begin({ brandId: rows.id, person: personOf({ ...agent, has_factor: 0 }), proven: 'password', address: '192.0.2.1', userAgent: 'x'.repeat(1_000) }, NOW);
  await rows.commit({ statements: [made.statement], entries: [entryOf()] });
  sessions.adopt(made.session);
  return { brand: rows, begun: made, cookie: made.cookie };
}

eachStore('a session is found by its cookie, and by nothing near it', async (store) => {
  const sessions = openSessions(store);
  const { cookie, begun: made, brand } = await begun(store, sessions);
  const other = await newBrand(store);
  assert.equal(sessions.peek(cookie), made.session);
  const near = [cookie.slice(0, -1), `${cookie}A`, cookie.toUpperCase(), `${other.id}${cookie.slice(13)}`, `${brand.id}.${'A'.repeat(43)}`, `${brand.id}${cookie.slice(14)}`, '', '.', cookie.replace('.', '..'), `${cookie}\0`];
  const cold = openSessions(store);
  for (const shown of near) {
    assert.equal(sessions.peek(shown), undefined, shown);
    assert.equal(await sessions.load(shown), null, shown);
    assert.equal(await cold.load(shown), null, shown);
  }
  assert.equal(cold.peek(cookie), undefined);
  const [first, second] = await Promise.all([cold.load(cookie), cold.load(cookie)]);
  assert.equal(first, second, 'one object a session, however many ask at once');
  assert.equal(cold.peek(cookie), first);
});

eachStore('its end is for good, here and at another node', async (store) => {
  const [here, there] = [openSessions(store), openSessions(store)];
  const { brand, begun: made, cookie } = await begun(store, here);
  const theirs = (await there.load(cookie))!;
  const ending = here.ending(made.session, 'signed_out', { kind: 'agent', id: 'agt_a' }, NOW + 1);
  await brand.commit({ statements: [ending.statement], entries: [ending.entry] });
  here.markEnded(made.session, 'signed_out');
  here.markEnded(made.session, 'idle');
  assert.equal(made.session.endedBy, 'signed_out', 'the first reason stays');
  await there.refresh(theirs);
  assert.equal(theirs.endedBy, 'signed_out');
  assert.equal((await openSessions(store).load(cookie))?.endedBy, 'signed_out');
  const again = here.ending(made.session, 'idle', { kind: 'system', id: null }, NOW + 2);
  await assert.rejects(brand.commit({ statements: [again.statement], entries: [again.entry] }), { code: 'session.ended' });
});

eachStore('a forgotten session is read again, into the same object', async (store) => {
  const [here, there] = [openSessions(store), openSessions(store)];
  const { brand, begun: made, cookie } = await begun(store, here);
  const theirs = (await there.load(cookie))!;
  await there.reportInput(theirs, NOW + 60_000, NOW + 60_000);
  here.forget('b000000000000');
  assert.equal(here.peek(cookie), made.session, 'another brand');
  here.forget(brand.id);
  assert.equal(here.peek(cookie), undefined);
  assert.equal(await here.load(cookie), made.session);
  assert.equal(made.session.lastInputAt, NOW + 60_000);
  assert.equal(here.peek(cookie), made.session);
});

eachStore('what was read before somebody else spoke is read once more', async (store) => {
  let meanwhile: (() => Promise<void>) | undefined;
  const interrupted: Store = {
    ...store,
    brand(id) {
      const rows = store.brand(id);
      async function one(query: never): Promise<never> {
        const row = await rows.one(query);
        const speak = meanwhile;
        meanwhile = undefined;
        await speak?.();
        return row as never;
      }
      return { ...rows, one: one as BrandStore['one'] };
    },
  };
  const here = openSessions(interrupted);
  const { brand, begun: made, cookie } = await begun(store, openSessions(store));
  meanwhile = async () => {
    const ending = here.ending(made.session, 'signed_out', { kind: 'agent', id: 'agt_a' }, NOW + 1);
    await brand.commit({ statements: [ending.statement], entries: [ending.entry] });
    here.forget(brand.id);
  };
  assert.equal((await here.load(cookie))?.endedBy, 'signed_out');
});

eachStore('a person who is deactivated has no session', async (store) => {
  const sessions = openSessions(store);
  const { brand, cookie } = await begun(store, sessions);
  await brand.commit({ statements: [agentRows.retire(brand, 'agt_a', NOW)], entries: [entryOf()] });
  sessions.forget(brand.id);
  assert.equal((await sessions.load(cookie))?.endedBy, 'deactivated');
});

eachStore('input is kept in memory at once, written at most every five seconds, and never moves back or ahead', async (store) => {
  const sessions = openSessions(store);
  const { begun: made, cookie } = await begun(store, sessions);
  const stored = async () => (await openSessions(store).load(cookie))!.lastInputAt;
  await sessions.reportInput(made.session, NOW + SAVE_INPUT_MS - 1, NOW + SAVE_INPUT_MS - 1);
  assert.deepEqual([made.session.lastInputAt, await stored()], [NOW + SAVE_INPUT_MS - 1, NOW]);
  await sessions.reportInput(made.session, NOW + SAVE_INPUT_MS, NOW + SAVE_INPUT_MS);
  assert.deepEqual([made.session.lastInputAt, await stored()], [NOW + SAVE_INPUT_MS, NOW + SAVE_INPUT_MS]);
  await sessions.reportInput(made.session, NOW, NOW + 60_000);
  assert.equal(made.session.lastInputAt, NOW + SAVE_INPUT_MS, 'an older report');
  await sessions.reportInput(made.session, NOW + 86_400_000, NOW + 70_000);
  assert.equal(made.session.lastInputAt, NOW + 70_000, 'no input lies ahead of the clock');
});

test('the step-up window is open inside the list, or at the address that gave the code, until it ends', async () => {
  const session = { given: { stepUpUntil: NOW + 10, address: '192.0.2.1', freshUntil: NOW + 10 } } as unknown as Begun['session'];
  // inside, address, now, step-up, fresh
  const rows: [boolean, string | null, number, boolean, boolean][] = [
    [true, '192.0.2.1', NOW, true, true],
    [true, '192.0.2.2', NOW, true, false],
    [false, '192.0.2.1', NOW, true, true],
    [false, '192.0.2.2', NOW, false, false],
    [false, null, NOW, false, false],
    [true, '192.0.2.1', NOW + 9, true, true],
    [true, '192.0.2.1', NOW + 10, false, false],
  ];
  for (const [inside, address, now, open, fresh] of rows) {
    assert.equal(stepUpOpen(session, { inside, address, now }), open, JSON.stringify({ inside, address, now }));
    assert.equal(freshOpen(session, { address, now }), fresh, JSON.stringify({ address, now }));
  }
  const unknown = { given: { ...session.given, address: null } } as unknown as Begun['session'];
  assert.equal(stepUpOpen(unknown, { inside: false, address: null, now: NOW }), false, 'unknown is not the same as unknown');
});

eachStore('another token takes the place of the one before, here and at a node that reads it again; a second one of the same is refused', async (store) => {
  const [here, there] = [openSessions(store), openSessions(store)];
  const { brand, begun: made, cookie } = await begun(store, here);
  const theirs = (await there.load(cookie))!;
  const [rotation, late] = [here.rotate(made.session), here.rotate(made.session)];
  await brand.commit({ statements: [rotation.statement], entries: [entryOf()] });
  here.markRotated(made.session, rotation);
  assert.deepEqual([here.peek(cookie), await here.load(cookie)], [undefined, null]);
  assert.equal(here.peek(rotation.cookie), made.session, 'the same session');
  await assert.rejects(brand.commit({ statements: [late.statement], entries: [entryOf()] }), { code: 'session.ended' });
  there.forget(brand.id);
  assert.equal(await there.load(cookie), null);
  assert.equal(await there.refresh(theirs), theirs);
  assert.equal(there.peek(cookie), undefined);
  assert.equal((await there.load(rotation.cookie)), theirs, 'one object, under its new token');
  assert.equal(there.size(), 1);
});

eachStore('where a page came first with the new token, that object counts from then on', async (store) => {
  const [here, there] = [openSessions(store), openSessions(store)];
  const { brand, begun: made, cookie } = await begun(store, here);
  const held = (await there.load(cookie))!;
  const rotation = here.rotate(made.session);
  await brand.commit({ statements: [rotation.statement], entries: [entryOf()] });
  there.forget(brand.id);
  const loaded = (await there.load(rotation.cookie))!;
  assert.equal(await there.refresh(held), loaded);
  assert.equal(there.size(), 1, 'and the one before is let go');
});

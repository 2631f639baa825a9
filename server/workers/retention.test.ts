// The round of retention: every brand by its own days, a brand that fails holds nobody up, an erasure that was cut off is finished.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { beginErasure, planErasure } from '#inbox/erasure.ts';
import * as agentRows from '#store/agents.ts';
import * as customerRows from '#store/customers.ts';
import * as erasures from '#store/erasures.ts';
import { retentionRound } from '#server/workers/retention.ts';
import { openHouse } from '#test/house.ts';
import { DAY, fillCase, openCase } from '#test/customer-case.ts';
import { trail } from '#test/people.ts';

it('finishes what was cut off, erases what is due by each brand’s own days, and goes on past a brand that fails', async () => {
  const house = await openHouse();
  try {
    const faults: unknown[] = [];
    const admin = await house.setUp();
    const other = await house.setUp({ name: 'Other', slug: 'other' });
    const { parts } = house.building;
    const ids = await Promise.all(['acme', 'other'].map(async (slug) => (await parts.brands.bySlug(slug))!.id));
    const cases = [];
    for (const id of ids) {
      const agentId = (await agentRows.namesById(parts.store.brand(id))).keys().next().value as string;
      const one = await openCase(parts.store, id, agentId, { now: house.clock.now });
      await fillCase(parts.store, id, agentId, one);
      cases.push({ id, agentId, one });
    }
    const [mine, theirs] = [cases[0]!, cases[1]!];
    const privacy = { store: parts.store, keyring: parts.keyring, now: parts.now, commit: parts.brands.commit };
    const rows = parts.store.brand(mine.id);
    const plan = (await planErasure(rows, mine.one.customerId))!;
    assert.equal((await beginErasure(privacy, mine.id, mine.one.customerId, { agentId: mine.agentId, agreed: plan.fingerprint, maySee: () => true, using: [] })).ok, true);
    assert.equal((await erasures.underWay(rows, 5)).length, 1, 'the power went after the mark');
    await retentionRound(parts);
    assert.deepEqual(await erasures.underWay(rows, 5), []);

    const cookie = await house.signIn(other);
    assert.equal((await house.save(other, cookie, { 'retention.open_days': 2 })).status, 200);
    house.clock.now += 3 * DAY;
    const failing = { ...parts, log: { ...parts.log, error: (...said: unknown[]) => faults.push(said) } as unknown as typeof parts.log, brands: { ...parts.brands, byId: (id: string) => (id === mine.id ? Promise.reject(new Error('unreadable')) : parts.brands.byId(id)) } };
    await retentionRound(failing);
    assert.equal(faults.length, 1);
    assert.equal(await theirs.one.conversation(), undefined, 'erased by the days of its brand');
    assert.notEqual(await mine.one.conversation(), undefined, 'kept: this brand keeps for ever');
    assert.notEqual(await customerRows.byId(parts.store.brand(theirs.id), theirs.one.customerId), undefined, 'a live chat session keeps its customer');
    house.clock.now += 400 * DAY;
    await retentionRound(parts);
    assert.equal(await customerRows.byId(parts.store.brand(theirs.id), theirs.one.customerId), undefined);
    const said = await trail(house, await house.signIn(other), 'what=retention.&');
    assert.deepEqual(said.map((row) => row.event), ['retention.customer_erased', 'retention.erased']);
    assert.equal((await trail(house, await house.signIn(admin), 'what=retention.&')).length, 0);
  } finally {
    await house.close();
  }
});

// Tests of whom a ticket speaks of: what it joins, what it leaves alone, and that nobody erased comes back.
import assert from 'node:assert/strict';
import * as customerRows from '#store/customers.ts';
import { last } from '#store/feed.ts';
import { customerBy } from '#inbox/customer-identity.ts';
import { type Redeemed, redeemTicket } from '#inbox/ticket-redemption.ts';
import { eachStore } from '#test/stores.ts';
import { codeOf, keyring, NOW, POLICY, redeem, stage, whoOf } from '#test/ticket-stage.ts';
import { signed } from '#test/tickets.ts';

eachStore('a ticket joins only what the same kind of identifier verified; external id wins; a conflict merges nothing', async (store) => {
  const at = await stage(store);
  const go = async (claims: Readonly<Record<string, unknown>>): Promise<Redeemed> => {
    const outcome = await redeem(at, signed(at.site, at.audience, NOW, { external_id: undefined, ...claims }), { store });
    if (!outcome.ok) assert.fail(codeOf(outcome));
    return outcome.value;
  };
  // Typed, not proven: it joins nothing.
  await at.brand.note([customerRows.insert(at.brand, { id: 'cus_typed', name: null, email: 'ann@example.com', phone: null, external_id: null, fields: '[]', verified_by: null, created_at: 1, last_seen_at: 1, erased_at: null, erased_by: null })]);
  const byEmail = await go({ email: 'ann@example.com' });
  assert.notEqual(byEmail.customerId, 'cus_typed');
  assert.equal(byEmail.verifiedBy, 'email');
  assert.equal((await go({ email: 'ANN@example.com' })).customerId, byEmail.customerId, 'looked up in small letters');

  // The external id is somebody new, although the address is known.
  const byId = await go({ external_id: 'X', email: 'ann@example.com', phone: '+4915112345678', name: 'Ann' });
  assert.notEqual(byId.customerId, byEmail.customerId);
  assert.equal(byId.verifiedBy, 'external_id');
  assert.deepEqual((byId.entries[0]!.facts as { conflicts?: unknown }).conflicts, ['email']);
  assert.ok(!JSON.stringify(byId.entries).includes('ann@'));
  const card = (await customerRows.byId(at.brand, byId.customerId))!;
  assert.deepEqual([card.external_id, card.email, card.phone, card.name, card.verified_by], ['X', null, '+4915112345678', 'Ann', 'external_id']);
  assert.equal(await customerBy(at.brand, { kind: 'email', value: 'ann@example.com' }), byEmail.customerId, 'left alone');

  // The number was proven for the one with the external id: it joins them; email and phone of two people: email wins.
  assert.equal((await go({ phone: '+4915112345678' })).customerId, byId.customerId);
  const both = await go({ email: 'ann@example.com', phone: '+4915112345678' });
  assert.equal(both.customerId, byEmail.customerId);
  assert.deepEqual((both.entries[0]!.facts as { conflicts?: unknown }).conflicts, ['phone']);
  // One more of the same customer's is attached when nobody has it.
  const more = await go({ external_id: 'X', email: 'new@example.com' });
  assert.equal(more.customerId, byId.customerId);
  assert.equal((await go({ email: 'new@example.com' })).customerId, byId.customerId);
});

eachStore('without override a ticket fills what is empty; with it, it writes over', async (store) => {
  const at = await stage(store, { mayOverride: true });
  const go = (claims: Readonly<Record<string, unknown>>) => redeem(at, signed(at.site, at.audience, NOW, { external_id: 'o', ...claims }), { store });
  const id = whoOf(await go({ name: 'First' }));
  await go({ name: 'Second', phone: '+4915112345678' });
  const filled = (await customerRows.byId(at.brand, id))!;
  assert.deepEqual([filled.name, filled.phone], ['First', '+4915112345678']);
  const over = await go({ name: 'Third', override_customer_details: true });
  assert.ok(over.ok && over.value.name === 'Third');
  const written = (await customerRows.byId(at.brand, id))!;
  assert.deepEqual([written.name, written.phone], ['Third', '+4915112345678'], 'what it does not say stays');
});

eachStore('what a ticket changes of a customer reaches the lists and the search of agents', async (store) => {
  const at = await stage(store, { mayOverride: true });
  const { brand } = at;
  const id = whoOf(await redeem(at, signed(at.site, at.audience, NOW, { external_id: 'seen', name: 'Before' }), { store }));
  const row = { id: 'con_1', number: 1, channel_id: at.channelId, kind: 'chat', customer_id: id, status: 'open', status_at: 1, assignee_id: null, team_id: null, preview: '', last_seq: 0, last_message_at: 1, last_author: 'customer', waiting_since: null, created_at: 1, hold_at: null, hold_by: null, hold_reason: null, feed: 0 } as const;
  await brand.note([brand.write(brand.q.insertInto('conversations').values(row))]);
  const feed = await last(brand);
  await redeem(at, signed(at.site, at.audience, NOW, { external_id: 'seen', name: 'Before' }), { store });
  assert.equal(await last(brand), feed, 'nothing changed');
  const outcome = await redeem(at, signed(at.site, at.audience, NOW, { external_id: 'seen', name: 'Afterwards', override_customer_details: true }), { store });
  assert.ok(outcome.ok && outcome.value.bumps.includes('inbox'));
  assert.equal(await last(brand), feed + 1);
  assert.equal((await brand.one(brand.q.selectFrom('conversations').select('feed')))!.feed, feed + 1);
  assert.deepEqual((await brand.search({ words: ['afterwards'], lastIsPrefix: false, limit: 5 })).map((hit) => hit.conversationId), ['con_1']);
});

eachStore('two first tickets of one customer at once make one customer', async (store, { again }) => {
  const at = await stage(store);
  const other = await again();
  const outcomes = await Promise.all(Array.from({ length: 8 }, (_, turn) => redeem(at, signed(at.site, at.audience, NOW, { external_id: 'twin', email: 'twin@example.com' }), { store: turn % 2 === 0 ? store : other })));
  assert.equal(new Set(outcomes.map(whoOf)).size, 1);
  assert.equal((await at.brand.all(at.brand.q.selectFrom('customers').select('id'))).length, 1);
});

eachStore('an erased customer does not come back: the same ticket makes somebody new', async (store) => {
  const at = await stage(store);
  const ticket = () => signed(at.site, at.audience, NOW, { external_id: 'gone', email: 'gone@example.com' });
  const id = whoOf(await redeem(at, ticket(), { store }));
  const { brand } = at;
  // Read before the erasure, committed after it: the unit does not find the identity any more.
  const slow = await redeemTicket({ store, keyring }, { brandId: brand.id, channelId: at.channelId, ticket: ticket(), policy: POLICY, now: NOW });
  await brand.note([
    brand.write(brand.q.deleteFrom('customer_identities').where('customer_id', '=', id)),
    brand.write(brand.q.updateTable('customers').set({ erased_at: NOW, name: null, email: null, phone: null, external_id: null }).where('id', '=', id)),
  ]);
  assert.ok(slow.ok);
  await assert.rejects(brand.commit({ statements: slow.statements, entries: slow.entries }), { code: 'identity.taken' });
  const anew = whoOf(await redeem(at, ticket(), { store }));
  assert.notEqual(anew, id);
  assert.equal((await customerRows.byId(brand, id))!.email, null);
});

// Tests of whom a ticket speaks of: what it joins, what it leaves alone, and that nobody erased comes back.
import assert from 'node:assert/strict';
import * as customerRows from '#store/customers.ts';
import { last } from '#store/feed.ts';
import * as identityRows from '#store/customer-identities.ts';
import { customerBy } from '#inbox/customer-identity.ts';
import { originsText, readOrigins } from '#inbox/customer-origins.ts';
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

  // What stood beside the external id opens nothing of theirs, and of two identifiers the stronger alone is the key.
  const byPhone = await go({ phone: '+4915112345678' });
  assert.notEqual(byPhone.customerId, byId.customerId);
  assert.equal(byPhone.verifiedBy, 'phone');
  const both = await go({ email: 'ann@example.com', phone: '+4915112345678' });
  assert.equal(both.customerId, byEmail.customerId);
  assert.deepEqual((both.entries[0]!.facts as { conflicts?: unknown }).conflicts, ['phone']);
  const more = await go({ external_id: 'X', email: 'new@example.com' });
  assert.equal(more.customerId, byId.customerId);
  assert.equal((await customerRows.byId(at.brand, byId.customerId))!.email, 'new@example.com');
  const alone = await go({ email: 'new@example.com' });
  assert.ok(alone.customerId !== byId.customerId && alone.verifiedBy === 'email');
  // One that was kept as a key beside a stronger one counts as none.
  await at.brand.note([identityRows.insert(at.brand, { kind: 'email', value: 'old@example.com', customer_id: byId.customerId, verified_at: 1 })]);
  const moved = await go({ email: 'old@example.com' });
  assert.notEqual(moved.customerId, byId.customerId);
  assert.equal((await go({ email: 'old@example.com' })).customerId, moved.customerId);
});

eachStore('what the customer typed gives way to what a ticket proves; what an agent or an earlier ticket set does not', async (store) => {
  const at = await stage(store);
  const go = (claims: Readonly<Record<string, unknown>>) => redeem(at, signed(at.site, at.audience, NOW, { external_id: 'typist', ...claims }), { store });
  const id = whoOf(await go({}));
  const row = async () => (await customerRows.byId(at.brand, id))!;
  await at.brand.note([customerRows.change(at.brand, await row(), { email: 'boss@bank.example', name: 'The Boss' })]);
  await go({ email: 'real@x.example' });
  assert.deepEqual([(await row()).email, (await row()).name], ['real@x.example', 'The Boss']);
  await go({ name: 'Ann', email: 'second@x.example' });
  assert.deepEqual([(await row()).email, (await row()).name], ['real@x.example', 'Ann']);
  await at.brand.note([customerRows.change(at.brand, await row(), { phone: '+4915112345678', origins: originsText({ ...readOrigins(await row()), agent: { phone: '+4915112345678' } }) })]);
  await go({ phone: '+4915187654321' });
  assert.equal((await row()).phone, '+4915112345678');
  assert.equal(readOrigins(await row()).ticket.phone, '+4915187654321', 'what was proven is known, and may be put there');
});

eachStore('an external id is one however it is composed, and none with what cannot be seen', async (store) => {
  const at = await stage(store);
  const go = (external_id: string) => redeem(at, signed(at.site, at.audience, NOW, { external_id }), { store });
  assert.equal(whoOf(await go('caf\u00e9')), whoOf(await go('cafe\u0301')));
  for (const bad of [' id', 'id ', 'id\u200b', '\u202eid', 'i\u00add', '\ufeffid']) assert.equal(codeOf(await go(bad)), 'ticket.invalid claim', JSON.stringify(bad));
  assert.equal(codeOf(await redeem(at, signed(at.site, at.audience, NOW, { name: 'Ann\u202egnp' }), { store })), 'ticket.invalid claim');
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

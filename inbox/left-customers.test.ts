// Strangers who left, on both engines: their sessions go a day after, they with them where nothing is left, and nobody else goes.
import assert from 'node:assert/strict';
import { forgetLeft } from '#inbox/left-customers.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as customerRows from '#store/customers.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { addChannel, addChatSession, addCustomer, groundIn } from '#test/conversations.ts';
import { MORNING } from '#test/house.ts';
import { checkedChain, eachStore } from '#test/stores.ts';

const DAY = 86_400_000;

async function visits(store: Parameters<typeof groundIn>[0]) {
  const ground = await groundIn(store);
  const { brand } = ground;
  const channelId = await addChannel(ground);
  const visitor = async (more: Parameters<typeof addCustomer>[1] = {}, session: { at?: number } = {}) => {
    const customerId = await addCustomer(ground, more);
    return { customerId, session: await addChatSession(ground, { channelId, customerId, ...session }) };
  };
  const left = async () => ({
    customers: new Set((await brand.all(brand.q.selectFrom('customers').select('id'))).map(({ id }) => id)),
    sessions: new Set((await brand.all(brand.q.selectFrom('chat_sessions').select('id'))).map(({ id }) => id)),
  });
  return { ground, brand, visitor, left };
}

eachStore('a stranger goes a day after the session; who wrote, is known or still here stays, and its own sessions alone go', async (store) => {
  const { ground, brand, visitor, left } = await visits(store);
  const [silent, named, wrote, known, erased] = [await visitor(), await visitor({ name: 'Typed' }), await visitor(), await visitor({ verified_by: 'email' }), await visitor({ erased_at: MORNING })];
  const here = await visitor({}, { at: MORNING + 2 * DAY });
  const proven = await visitor();
  await brand.note([brand.write(brand.q.insertInto('customer_identities').values({ kind: 'email', value: 'x@example.com', customer_id: proven.customerId, verified_at: MORNING }))]);
  const signedOut = await visitor({}, { at: MORNING + 20 * DAY });
  await brand.note([brand.write(brand.q.updateTable('chat_sessions').set({ ended_at: MORNING, end_reason: 'signed_out' }).where('id', '=', signedOut.session.id))]);
  await sendAsCustomer(ground, brand.id, { session: wrote.session, clientId: 'client-0001', text: 'Hello' }, MORNING);

  // Their sessions last a day, and that is the instant before a day after it; the one that was signed out is a day old already.
  assert.deepEqual(await forgetLeft(store, brand.id, MORNING + 2 * DAY), { sessions: 1, customers: 1 });
  assert.ok(!(await left()).customers.has(signedOut.customerId));
  assert.ok((await left()).sessions.has(silent.session.id));
  assert.deepEqual(await forgetLeft(store, brand.id, MORNING + 2 * DAY + 1), { sessions: 6, customers: 2 });
  const after = await left();
  assert.deepEqual([...after.sessions], [here.session.id]);
  assert.deepEqual(after.customers, new Set([wrote, known, erased, here, proven].map(({ customerId }) => customerId)));
  assert.ok(!after.customers.has(silent.customerId) && !after.customers.has(named.customerId));

  const entries = await auditRows.page(brand, { event: 'chat.strangers_forgotten', limit: 5 });
  assert.deepEqual(entries.map(({ detail }) => (JSON.parse(detail) as { facts: unknown }).facts), [{ customers: 2 }, { customers: 1 }]);
  assert.deepEqual(await forgetLeft(store, brand.id, MORNING + 2 * DAY + 1), { sessions: 0, customers: 0 });
  assert.equal((await auditRows.page(brand, { event: 'chat.strangers_forgotten', limit: 5 })).length, 2, 'a round that finds nothing writes nothing');
  await checkedChain(store, brand);
});

eachStore('several nodes at once, and more than one batch: each goes once', async (store) => {
  const { brand, visitor, left } = await visits(store);
  for (let n = 0; n < 30; n += 1) await visitor();
  await brand.note(Array.from({ length: 450 }, (_, n) => customerRows.insert(brand, { id: `cus_${n}`, name: null, email: null, phone: null, external_id: null, fields: '[]', verified_by: null, created_at: MORNING, last_seen_at: MORNING, erased_at: null, erased_by: null })));
  const gone = await Promise.all([1, 2, 3].map(() => forgetLeft(store, brand.id, MORNING + 3 * DAY)));
  const rest = await forgetLeft(store, brand.id, MORNING + 3 * DAY);
  assert.equal([...gone, rest].reduce((sum, { customers }) => sum + customers, 0), 480);
  assert.deepEqual(await left(), { customers: new Set(), sessions: new Set() });
  await checkedChain(store, brand);
});

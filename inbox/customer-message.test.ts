// What a customer sends: one chat at a time, nothing twice, and what it changes of the conversation.
import assert from 'node:assert/strict';
import { newId } from '#identity/tokens.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as conversationRows from '#store/conversations.ts';
import { advance } from '#store/feed.ts';
import * as messageRows from '#store/messages.ts';
import { Conflict } from '#store/store.ts';
import { addChannel, addChatSession, addCustomer, type Ground, groundIn } from '#test/conversations.ts';
import { MORNING } from '#test/house.ts';
import { checkedChain, eachStore, entryOf } from '#test/stores.ts';

async function begun(store: Parameters<typeof groundIn>[0]) {
  const ground = await groundIn(store);
  const channelId = await addChannel(ground);
  const customerId = await addCustomer(ground, { name: 'Ada Byron' });
  const session = await addChatSession(ground, { channelId, customerId, verifiedBy: 'email' });
  const send = (text: string, clientId = newId('cli'), at = MORNING) => sendAsCustomer(ground, ground.brand.id, { session, clientId, text }, at);
  return { ground, session, customerId, channelId, send };
}

/** A status as an agent would have set it. */
async function setStatus({ brand, commit }: Ground, id: string, status: conversationRows.Status): Promise<void> {
  const row = (await conversationRows.byId(brand, id))!;
  await commit([brand.part({ statements: [advance(brand), ...conversationRows.change(brand, row, { status })], entries: [entryOf()], bumps: ['inbox'] })]);
}

eachStore('a first message begins a conversation that waits, and the next goes on there', async (store) => {
  const { ground, send } = await begun(store);
  const first = await send('Hello');
  const second = await send('Are you\n there?', undefined, MORNING + 5_000);
  assert.equal(second.conversationId, first.conversationId);
  const row = (await conversationRows.byId(ground.brand, first.conversationId))!;
  assert.deepEqual([row.number, row.status, row.last_seq, row.preview, row.last_author, row.waiting_since, row.last_message_at], [1, 'open', 2, 'Are you there?', 'customer', MORNING, MORNING + 5_000]);
  const messages = await messageRows.page(ground.brand, row.id, 10);
  assert.deepEqual(messages.map(({ seq, text, verified, author_kind: kind }) => [seq, text, verified, kind]), [[1, 'Hello', 1, 'customer'], [2, 'Are you\n there?', 1, 'customer']]);
  assert.equal((await ground.brand.search({ words: ['there'], lastIsPrefix: false, limit: 5 })).length, 1);
  assert.equal((await ground.brand.search({ words: ['byron'], lastIsPrefix: false, limit: 5 }))[0]?.id, row.id);
  await checkedChain(store, ground.brand);
});

eachStore('many first messages at once make one conversation, with all of them in it', async (store) => {
  const { ground, customerId, send } = await begun(store);
  const sent = await Promise.all(['a', 'b', 'c'].map((text) => send(text)));
  assert.equal(new Set(sent.map((one) => one.conversationId)).size, 1);
  assert.equal((await conversationRows.ofCustomer(ground.brand, customerId)).length, 1);
  const messages = await messageRows.page(ground.brand, sent[0]!.conversationId, 10);
  assert.deepEqual(messages.map((one) => one.seq), [1, 2, 3]);
  assert.deepEqual(messages.map((one) => one.text).sort(), ['a', 'b', 'c']);
});

eachStore('what is sent again is the first one: at once, later, and after the chat was archived', async (store) => {
  const { ground, send } = await begun(store);
  const [one, two] = await Promise.all([send('Hello', 'client-1'), send('Hello', 'client-1')]);
  assert.equal(one.messageId, two.messageId);
  assert.deepEqual([one.repeated, two.repeated].sort(), [false, true]);
  assert.deepEqual(await send('Hello', 'client-1'), { ...one, repeated: true });
  await setStatus(ground, one.conversationId, 'archived');
  assert.deepEqual(await send('Hello', 'client-1'), { ...one, repeated: true });
  const next = await send('Another day', 'client-2');
  assert.notEqual(next.conversationId, one.conversationId);
  assert.deepEqual(await send('Hello', 'client-1'), { ...one, repeated: true });
});

for (const status of ['solved', 'pending'] as const) {
  eachStore(`a ${status} conversation is opened again, and its timeline says so`, async (store) => {
    const { ground, send } = await begun(store);
    const { conversationId } = await send('Hello');
    await setStatus(ground, conversationId, status);
    await send('Still broken', undefined, MORNING + 9_000);
    const row = (await conversationRows.byId(ground.brand, conversationId))!;
    assert.deepEqual([row.status, row.status_at, row.last_seq, row.preview], ['open', MORNING + 9_000, 3, 'Still broken']);
    const event = (await messageRows.page(ground.brand, conversationId, 10)).at(-1)!;
    assert.deepEqual([event.kind, JSON.parse(event.text)], ['event', { what: 'status', from: status, to: 'open' }]);
  });
}

eachStore('a session that was ended, or is over, sends nothing', async (store) => {
  const { ground, session, customerId, send } = await begun(store);
  const ended = (error: unknown) => error instanceof Conflict && error.code === 'chat.session_ended';
  await assert.rejects(send('late', undefined, MORNING + 2 * 86_400_000), ended);
  await ground.commit([ground.brand.part({ statements: [advance(ground.brand), chatSessionRows.end(ground.brand, session.id, MORNING, 'test')], entries: [entryOf()], bumps: ['inbox'] })]);
  await assert.rejects(send('Hello'), ended);
  assert.deepEqual(await conversationRows.ofCustomer(ground.brand, customerId), []);
});

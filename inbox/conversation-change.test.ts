// Changing, listing and searching conversations, on both engines: races, the one open chat, pages, counts.
import assert from 'node:assert/strict';
import type { Actor } from '#inbox/agent-message.ts';
import { changeConversation, changeTag } from '#inbox/conversation-change.ts';
import { listConversations, MOST_COUNTED } from '#inbox/conversation-list.ts';
import { searchConversations } from '#inbox/conversation-search.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { placeOf, searchPlaceOf } from '#inbox/cursors.ts';
import { effective } from '#policy/effective.ts';
import { newId } from '#identity/tokens.ts';
import * as conversationRows from '#store/conversations.ts';
import * as messageRows from '#store/messages.ts';
import type { Store } from '#store/store.ts';
import { addActor, addChannel, addChatSession, addConversation, addCustomer, addTeam, groundIn } from '#test/conversations.ts';
import { MORNING } from '#test/house.ts';
import { checkedChain, eachStore } from '#test/stores.ts';

type Viewer = Pick<Actor, 'id' | 'admin' | 'policyIn'>;

async function begun(store: Store) {
  const ground = await groundIn(store);
  const actor = await addActor(ground, 'Ann');
  const channelId = await addChannel(ground);
  const customerId = await addCustomer(ground, { name: 'Ada' });
  const id = await addConversation(ground, { channelId, customerId });
  const desk = { ...ground, now: () => MORNING + 60_000 };
  const change = (what: Parameters<typeof changeConversation>[4], which = id) => changeConversation(desk, ground.brand.id, actor, which, what);
  const tag = (text: string, on = true) => changeTag(desk, ground.brand.id, actor, id, text, on);
  return { ground, actor, channelId, customerId, id, desk, change, tag };
}
const codeOf = (changed: Awaited<ReturnType<typeof changeConversation>>): string => (changed.ok ? 'ok' : 'denial' in changed ? changed.denial.code : (changed.faults[0]?.code ?? ''));

eachStore('every change at once happens, each with one event and one row', async (store) => {
  const { ground, id, actor, change, tag } = await begun(store);
  const all = await Promise.all([change({ status: 'pending' }), change({ assigneeId: actor.id }), tag('one'), tag('two')]);
  assert.deepEqual(all.map(codeOf), ['ok', 'ok', 'ok', 'ok']);
  const row = (await conversationRows.byId(ground.brand, id))!;
  assert.deepEqual([row.status, row.assignee_id, row.last_seq], ['pending', actor.id, 5]);
  const messages = await messageRows.page(ground.brand, id, 10);
  assert.deepEqual(messages.map((one) => [one.seq, one.kind]), [[1, 'text'], [2, 'event'], [3, 'event'], [4, 'event'], [5, 'event']]);
  await checkedChain(store, ground.brand);
});

eachStore('the archive gives a conversation back only while no other chat is open', async (store) => {
  const { ground, id, channelId, customerId, change } = await begun(store);
  assert.equal(codeOf(await change({ status: 'archived' })), 'conversation.not_solved');
  assert.deepEqual([codeOf(await change({ status: 'solved' })), codeOf(await change({ status: 'archived' }))], ['ok', 'ok']);
  const session = await addChatSession(ground, { channelId, customerId });
  const next = await sendAsCustomer(ground, ground.brand.id, { session, clientId: newId('cli'), text: 'Me again' }, MORNING);
  assert.notEqual(next.conversationId, id);
  assert.equal(codeOf(await change({ status: 'open' })), 'conversation.open_chat');
  await change({ status: 'solved' }, next.conversationId);
  await change({ status: 'archived' }, next.conversationId);
  assert.equal(codeOf(await change({ status: 'open' })), 'ok');
});

eachStore('a customer who writes while the chat is archived loses nothing', async (store) => {
  const { ground, id, channelId, customerId, change } = await begun(store);
  await change({ status: 'solved' });
  const session = await addChatSession(ground, { channelId, customerId });
  const [archived, sent] = await Promise.all([change({ status: 'archived' }), sendAsCustomer(ground, ground.brand.id, { session, clientId: newId('cli'), text: 'Wait' }, MORNING)]);
  const rows = await conversationRows.ofCustomer(ground.brand, customerId);
  const holder = rows.find((row) => row.id === sent.conversationId);
  assert.equal(holder?.status, 'open');
  // Either the message came first and the archive was refused, or it began a chat of its own.
  assert.equal(codeOf(archived) === 'ok', sent.conversationId !== id);
});

eachStore('lists, counts and search leave out closed teams and what is due', async (store) => {
  const { ground, actor, channelId, id } = await begun(store);
  const { brand } = ground;
  const team = await addTeam(ground, 'Closed', { closed: true });
  const hidden = await addConversation(ground, { channelId, customerId: await addCustomer(ground), team_id: team, at: MORNING + 1_000 });
  const old = await addConversation(ground, { channelId, customerId: await addCustomer(ground), at: MORNING - 10 * 86_400_000 });
  const policy = effective({ version: 1, module: { 'retention.open_days': { value: 5 } } });
  const keeps: Viewer = { ...actor, policyIn: () => policy };
  const boss = { ...actor, admin: true };
  const asked = { view: 'all', statuses: ['open', 'pending', 'solved', 'archived'] } as const;
  const look = async (who: Viewer) => {
    const [list, found] = [await listConversations(brand, who, asked, MORNING + 60_000), await searchConversations(brand, who, 'hello', undefined, MORNING + 60_000)];
    assert.equal(list.counts.all, list.conversations.length);
    assert.deepEqual(found.conversations.map((one) => one.id).toSorted(), list.conversations.map((one) => one.id).toSorted());
    return list.conversations.map((one) => one.id);
  };
  assert.deepEqual(await look(actor), [id, old]);
  assert.deepEqual(await look(keeps), [id]);
  assert.deepEqual(await look(boss), [hidden, id, old]);
});

eachStore('pages of a list and of a search hold each conversation once', async (store) => {
  const { ground, actor, channelId } = await begun(store);
  const { brand } = ground;
  const made: string[] = [];
  for (let index = 0; index < 40; index += 1) made.push(await addConversation(ground, { channelId, customerId: await addCustomer(ground), at: MORNING + Math.floor(index / 7), messages: ['zebra', 'zebra crossing'], tags: ['striped'] }));
  const read = async (page: (cursor: string | null) => Promise<{ conversations: readonly { id: string }[]; next: string | null }>): Promise<string[]> => {
    const first = await page(null);
    const second = await page(first.next);
    assert.deepEqual([first.conversations.length, second.next], [30, null]);
    return [...first.conversations, ...second.conversations].map((one) => one.id);
  };
  const listed = await read((cursor) => listConversations(brand, actor, { view: 'unassigned', statuses: ['open'], tag: 'Striped', channel: channelId, after: cursor === null ? undefined : placeOf(cursor) }, MORNING));
  const found = await read((cursor) => searchConversations(brand, actor, 'zebr', cursor === null ? undefined : searchPlaceOf(cursor), MORNING));
  for (const ids of [listed, found]) assert.deepEqual(ids.toSorted(), made.toSorted());
  assert.ok(MOST_COUNTED > 40);
});

// One conversation over HTTP: who sees it, writing in it, changing it, its tags, reading, and what was refused.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '#identity/tokens.ts';
import { advance } from '#store/feed.ts';
import { addChannel, addChatSession, addConversation, addCustomer, addTeam, agentId, type Ground, groundOf } from '#test/conversations.ts';
import { type Admin, type Answer, MORNING, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, knock, trail } from '#test/people.ts';
import { sessionIn } from '#test/users.ts';
import { entryOf } from '#test/stores.ts';

let house: TestHouse;
let admin: Admin;
let boss: string;
let ground: Ground;
let channelId: string;
const people: Record<string, { cookie: string; id: string }> = {};

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  boss = await house.signIn(admin);
  await house.save(admin, boss, { 'session.idle_timeout_minutes': 0, 'session.absolute_hours': 720 });
  ground = await groundOf(house);
  channelId = await addChannel(ground);
  for (const name of ['ann', 'ben']) {
    const email = await addAgent(house, admin, name, name === 'ann' ? [] : ['see_audit']);
    people[name] = { cookie: sessionIn(await knock(house, 'acme', email, PASSWORD)), id: await agentId(ground, email) };
  }
});
after(() => house.close());

const at = (who: string) => (method: string, path: string, body?: unknown): Promise<Answer> =>
  house.call(method, `/api/v1${path}`, { cookie: who === 'boss' ? boss : people[who]!.cookie, ...(body === undefined ? {} : { body }) });
const ann = at('ann');
const ben = at('ben');
const conversation = async (more: Partial<Parameters<typeof addConversation>[1]> = {}) => {
  const customerId = await addCustomer(ground, { name: 'Ada', email: 'ada@example.com' });
  return { customerId, id: await addConversation(ground, { channelId, customerId, at: house.clock.now - 60_000, ...more }) };
};
const write = (as: typeof ann, id: string, text: string, more: Record<string, unknown> = {}) => as('POST', `/conversations/${id}/messages`, { id: newId('cli'), kind: 'text', text, ...more });
const textsOf = async (id: string): Promise<string[]> => (await ann('GET', `/conversations/${id}`)).body.messages.map((one: { text: string }) => one.text);

describe('opening', () => {
  it('gives the conversation, its customer and its messages, and how far the feed had come', async () => {
    const { id, customerId } = await conversation({ messages: ['Hello', { text: 'Good day', from: 'agent', by: people['ann']!.id }], tags: ['VIP'] });
    const { status, body } = await ann('GET', `/conversations/${id}`);
    assert.equal(status, 200);
    assert.deepEqual([body.conversation.id, body.conversation.status, body.conversation.tags, body.conversation.channel.name, body.conversation.lastSeq, body.conversation.readSeq, body.conversation.hold], [id, 'open', ['VIP'], 'Shop', 2, 0, null]);
    assert.deepEqual([body.customer.id, body.customer.name, body.customer.conversations.length], [customerId, 'Ada', 1]);
    assert.deepEqual(body.messages.map((one: any) => [one.seq, one.text, one.author.name]), [[1, 'Hello', 'Ada'], [2, 'Good day', 'ann']]);
    assert.equal(body.more, false);
    assert.ok(body.feed >= body.conversation.feed);
  });

  it('older messages come page by page', async () => {
    const { id } = await conversation({ messages: Array.from({ length: 120 }, (_, index) => `message ${index + 1}`) });
    const first = (await ann('GET', `/conversations/${id}`)).body;
    const second = (await ann('GET', `/conversations/${id}/messages?before=${first.messages[0].seq}`)).body;
    const third = (await ann('GET', `/conversations/${id}/messages?before=${second.messages[0].seq}`)).body;
    assert.deepEqual([first.more, second.more, third.more], [true, true, false]);
    assert.deepEqual([...third.messages, ...second.messages, ...first.messages].map((one: any) => one.seq), Array.from({ length: 120 }, (_, index) => index + 1));
  });

  it('what one may not see, what is due and what is not there answer alike, at every address', async () => {
    const team = await addTeam(ground, 'Closed', { closed: true, members: [people['ben']!.id] });
    const { id, customerId } = await conversation({ team_id: team });
    const missing = newId('con');
    const requests: [string, string, unknown?][] = [
      ['GET', ''], ['GET', '/messages'], ['GET', '/refusals'], ['POST', '/messages', { id: 'client-id-1', kind: 'text', text: 'Hi' }], ['POST', '/messages', { id: 'client-id-1', kind: 'text', text: ' ' }],
      ['PATCH', '', { status: 'solved' }], ['POST', '/tags', { tag: 'x' }], ['POST', '/tags', { tag: '' }], ['DELETE', '/tags/x'], ['PUT', '/read', { seq: 1 }],
    ];
    for (const [method, path, body] of requests) {
      const [hidden, gone] = [await ann(method, `/conversations/${id}${path}`, body), await ann(method, `/conversations/${missing}${path}`, body)];
      assert.deepEqual([hidden.status, hidden.body.code], [404, 'conversation.not_found'], `${method} ${path}`);
      assert.deepEqual({ ...hidden.body, id: '' }, { ...gone.body, id: '' }, `${method} ${path}`);
    }
    assert.equal((await ann('PATCH', `/customers/${customerId}`, { name: 'X' })).body.code, 'customer.not_found');
    assert.deepEqual([(await ben('GET', `/conversations/${id}`)).status, (await at('boss')('GET', `/conversations/${id}`)).status], [200, 200]);
    await ben('PATCH', `/conversations/${id}`, { teamId: null });
    assert.equal((await ann('GET', `/conversations/${id}`)).status, 200);
  });

  it('what is due by retention is not shown before the sweep came', async () => {
    const { id } = await conversation({ at: house.clock.now - 40 * 86_400_000 });
    assert.equal((await ann('GET', `/conversations/${id}`)).status, 200);
    await house.save(admin, boss, { 'retention.open_days': 30 });
    assert.equal((await ann('GET', `/conversations/${id}`)).status, 404);
    assert.ok(!(await ann('GET', '/inbox')).body.conversations.some((one: { id: string }) => one.id === id));
    assert.deepEqual((await ann('GET', '/inbox/search?q=hello')).body.conversations.filter((one: { id: string }) => one.id === id), []);
    await house.save(admin, boss, { 'retention.open_days': 0 });
  });
});

describe('writing', () => {
  it('a text answers the customer; a note does not', async () => {
    const { id } = await conversation();
    const noted = await write(ann, id, 'Ask the warehouse', { kind: 'note' });
    assert.deepEqual([noted.status, noted.body.message.kind, noted.body.message.seq], [201, 'note', 2]);
    const waiting = (await ann('GET', `/conversations/${id}`)).body.conversation;
    assert.deepEqual([waiting.preview, waiting.lastAuthor, waiting.waitingSince === null], ['Hello', 'customer', false]);
    await write(ann, id, 'It is on its way');
    const answered = (await ann('GET', `/conversations/${id}`)).body.conversation;
    assert.deepEqual([answered.preview, answered.lastAuthor, answered.waitingSince, answered.readSeq, answered.status], ['It is on its way', 'agent', null, 3, 'open']);
  });

  it('sent again it is the same message, and nobody gets somebody else’s by guessing its id', async () => {
    const { id } = await conversation();
    const [first, again] = await Promise.all([write(ann, id, 'Once', { id: 'client-id-9' }), write(ann, id, 'Once', { id: 'client-id-9' })]);
    assert.deepEqual([first.status, again.status].sort(), [200, 201]);
    assert.deepEqual(first.body, again.body);
    assert.deepEqual(await textsOf(id), ['Hello', 'Once']);
    const other = await write(ben, id, 'Mine', { id: 'client-id-9' });
    assert.deepEqual([other.status, other.body.code], [409, 'message.id_taken']);
    assert.doesNotMatch(other.text, /Once/);
    assert.equal((await ben('GET', `/conversations/${id}`)).body.messages[1].clientId, undefined);
  });

  it('an empty, too long or unstorable text is refused in words, and nothing is written', async () => {
    const { id } = await conversation();
    for (const [text, code] of [['', 'text.empty'], [' \n\u3000', 'text.empty'], ['x'.repeat(8_001), 'text.too_long']] as const) {
      const { status, body } = await write(ann, id, text);
      assert.deepEqual([status, body.faults[0].path, body.faults[0].code], [422, 'text', code]);
      assert.match(body.faults[0].message, /^The message must .*[.]$/);
    }
    assert.equal((await write(ann, id, 'a\0b')).body.code, 'text.unstorable');
    assert.equal((await write(ann, id, '😀'.repeat(8_000))).status, 201);
    for (const body of [{ kind: 'event' }, { id: 'short' }, { more: 1 }, { text: 4 }]) assert.equal((await write(ann, id, 'x', body)).status, 422);
    assert.equal((await textsOf(id)).length, 2);
  });

  it('nobody writes into the archive until it is opened again', async () => {
    const { id } = await conversation({ status: 'archived' });
    assert.equal((await write(ann, id, 'Hi')).body.code, 'conversation.archived');
    assert.equal((await ann('PATCH', `/conversations/${id}`, { status: 'open' })).status, 200);
    assert.equal((await write(ann, id, 'Hi')).status, 201);
  });

  it('the trail says that somebody wrote, and never what', async () => {
    const { id } = await conversation();
    const { body } = await write(ann, id, 'quite secret words');
    const rows = await trail(house, boss, `entity=${body.message.id}`);
    assert.deepEqual([rows[0].event, rows[0].facts.conversation, rows[0].facts.bytes], ['message.sent', id, 18]);
    assert.doesNotMatch(JSON.stringify(rows), /secret/);
  });
});

describe('changing', () => {
  it('status, assignee and team leave events in words', async () => {
    const { id } = await conversation();
    const team = await addTeam(ground, 'Returns');
    const changed = await ann('PATCH', `/conversations/${id}`, { status: 'pending', assigneeId: people['ben']!.id, teamId: team });
    assert.deepEqual([changed.status, changed.body.conversation.status, changed.body.conversation.assignee.name, changed.body.conversation.team.name, changed.body.conversation.lastSeq], [200, 'pending', 'ben', 'Returns', 4]);
    assert.deepEqual((await textsOf(id)).slice(1), ['ann gave this conversation to the team Returns.', 'ann assigned this conversation to ben.', 'ann set this conversation to pending.']);
    assert.equal((await ann('PATCH', `/conversations/${id}`, { status: 'pending' })).body.conversation.lastSeq, 4, 'nothing new is no event');
    assert.deepEqual((await trail(house, boss, `entity=${id}`)).map((row) => row.facts.what).sort(), ['assignee', 'status', 'team']);
  });

  it('an assignee must be active, of this brand, and in a closed team one of its members', async () => {
    const closed = await addTeam(ground, 'Legal', { closed: true, members: [people['ann']!.id] });
    const { id } = await conversation({ team_id: closed });
    const assign = async (who: string) => (await ann('PATCH', `/conversations/${id}`, { assigneeId: who })).body.faults?.[0]?.code ?? 'ok';
    const gone = await addAgent(house, admin, 'gone');
    const goneId = await agentId(ground, gone);
    await house.stepUp(admin, boss);
    await at('boss')('POST', `/users/${goneId}/deactivate`);
    assert.deepEqual([await assign(newId('agt')), await assign(goneId), await assign(people['ben']!.id), await assign(people['ann']!.id)], ['assignee.unknown', 'assignee.unknown', 'assignee.outside_team', 'ok']);
    assert.equal((await ann('PATCH', `/conversations/${id}`, { teamId: newId('team') })).body.faults[0].code, 'team.unknown');
  });

  it('only what is solved is archived, and comes back only while no other chat of the customer is open', async () => {
    const { id, customerId } = await conversation();
    const set = (status: string) => ann('PATCH', `/conversations/${id}`, { status });
    assert.equal((await set('archived')).body.code, 'conversation.not_solved');
    assert.deepEqual([(await set('solved')).status, (await set('archived')).status], [200, 200]);
    const other = await addConversation(ground, { channelId, customerId, at: house.clock.now });
    const refused = await set('open');
    assert.deepEqual([refused.status, refused.body.code], [409, 'conversation.open_chat']);
    await ann('PATCH', `/conversations/${other}`, { status: 'solved' });
    await ann('PATCH', `/conversations/${other}`, { status: 'archived' });
    assert.equal((await set('open')).body.conversation.status, 'open');
  });

  it('two changes at once both happen, one after the other', async () => {
    const { id } = await conversation();
    const [one, two] = await Promise.all([ann('PATCH', `/conversations/${id}`, { assigneeId: people['ann']!.id }), ben('PATCH', `/conversations/${id}`, { status: 'pending' })]);
    assert.deepEqual([one.status, two.status], [200, 200]);
    const { conversation: now } = (await ann('GET', `/conversations/${id}`)).body;
    assert.deepEqual([now.assignee.name, now.status, now.lastSeq], ['ann', 'pending', 3]);
  });

  it('a tag is compared without its case, kept as it was written, and found', async () => {
    const { id } = await conversation();
    await ann('POST', `/conversations/${id}/tags`, { tag: 'Größe/XL' });
    assert.deepEqual((await ann('POST', `/conversations/${id}/tags`, { tag: 'GRÖßE/xl' })).body.conversation.tags, ['Größe/XL']);
    assert.deepEqual((await ann('GET', `/inbox?tag=${encodeURIComponent('größe/XL')}`)).body.conversations.map((one: any) => one.id), [id]);
    assert.deepEqual((await ann('GET', `/inbox/search?q=${encodeURIComponent('grosse größe')}`)).body.conversations, []);
    assert.deepEqual((await ann('GET', `/inbox/search?q=${encodeURIComponent('GRÖSSE'.replace('SS', 'ß'))}`)).body.conversations.map((one: any) => one.id), [id]);
    const gone = await ann('DELETE', `/conversations/${id}/tags/${encodeURIComponent('größe/xl')}`);
    assert.deepEqual([gone.status, gone.body.conversation.tags], [200, []]);
    assert.deepEqual((await textsOf(id)).slice(1), ['ann added the tag “Größe/XL”.', 'ann removed the tag “Größe/XL”.']);
    assert.equal((await ann('POST', `/conversations/${id}/tags`, { tag: 'x'.repeat(61) })).body.faults[0].path, 'tag');
    assert.doesNotMatch(JSON.stringify(await trail(house, boss, `entity=${id}`)), /XL/i);
  });

  it('reading is remembered for each person, never beyond the last message, and an event makes nothing unread', async () => {
    const { id } = await conversation({ messages: ['a', 'b'] });
    assert.equal((await ann('PUT', `/conversations/${id}/read`, { seq: 99 })).body.readSeq, 2);
    assert.equal((await ann('PUT', `/conversations/${id}/read`, { seq: 1 })).body.readSeq, 2);
    await ben('PATCH', `/conversations/${id}`, { status: 'pending' });
    const [mine, his] = [(await ann('GET', `/conversations/${id}`)).body.conversation, (await ben('GET', `/conversations/${id}`)).body.conversation];
    assert.deepEqual([mine.readSeq, mine.lastSeq, his.readSeq], [3, 3, 0]);
    await write(ben, id, 'News');
    assert.equal((await ann('GET', `/conversations/${id}`)).body.conversation.readSeq, 3);
  });
});

describe('the card of a customer', () => {
  it('is written on, found by what stands there, and tells every fault at once', async () => {
    const { id, customerId } = await conversation();
    const fields = [{ name: 'Plan', value: 'Gold', personal: false }];
    const { status, body } = await ann('PATCH', `/customers/${customerId}`, { name: 'Grace Hopper', phone: '+49 151 12345678', fields });
    assert.deepEqual([status, body.customer.name, body.customer.phone, body.customer.fields], [200, 'Grace Hopper', '+4915112345678', fields]);
    assert.deepEqual((await ann('GET', '/inbox/search?q=hopper')).body.conversations.map((one: any) => [one.id, one.found.messageId]), [[id, null]]);
    const wrong = await ann('PATCH', `/customers/${customerId}`, { email: 'no', phone: '12', fields: [{ name: '', value: '', personal: true }] });
    assert.deepEqual(wrong.body.faults.map((one: any) => one.path), ['email', 'phone', 'fields/0/name']);
    const row = (await trail(house, boss, `entity=${customerId}`))[0];
    assert.deepEqual([row.event, row.facts.what], ['customer.changed', 'name, phone, fields']);
    assert.doesNotMatch(JSON.stringify(row), /Hopper/);
  });
});

describe('why was this refused', () => {
  it('names the refusals of the conversation and its customer, and the setting only to who may read the trail', async () => {
    const { id, customerId } = await conversation();
    const session = await addChatSession(ground, { channelId, customerId, at: MORNING });
    const entry = (facts: Record<string, unknown>, actor = {}) => ({ ...entryOf('request.refused', { at: house.clock.now, entity: { kind: 'door', id: 'chat' }, facts }), id: newId('ref'), ...actor });
    const about = entry({ code: 'conversation.archived', setting: 'retention.open_days', session: session.id });
    const others = entry({ code: 'conversation.archived', session: newId('chs') });
    await ground.commit([ground.brand.part({ statements: [advance(ground.brand)], entries: [about, others] })]);
    const mine = (await ann('GET', `/conversations/${id}/refusals`)).body.refusals;
    assert.deepEqual(mine.map((one: any) => [one.id, one.code, one.title, one.door, one.setting]), [[about.id, 'conversation.archived', 'Conversation archived', 'chat', null]]);
    assert.equal((await ben('GET', `/conversations/${id}/refusals`)).body.refusals[0].setting, 'retention.open_days');
  });
});

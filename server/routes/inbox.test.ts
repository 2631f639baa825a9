// The inbox over HTTP: views, pages, counts and search; only what a person may see, each conversation once.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addChannel, addConversation, addCustomer, addTeam, agentId, type Ground, groundOf } from '#test/conversations.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, knock } from '#test/people.ts';
import { sessionIn } from '#test/users.ts';

const HOUR = 3_600_000;
let house: TestHouse;
let admin: Admin;
let boss: string;
let ann: { cookie: string; id: string };
let ground: Ground;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  boss = await house.signIn(admin);
  await house.save(admin, boss, { 'session.idle_timeout_minutes': 0, 'session.absolute_hours': 720 });
  ground = await groundOf(house);
  const email = await addAgent(house, admin, 'ann');
  ann = { cookie: sessionIn(await knock(house, 'acme', email, PASSWORD)), id: await agentId(ground, email) };
});
after(() => house.close());

const get = (path: string, cookie = ann.cookie): Promise<Answer> => house.call('GET', `/api/v1/inbox${path}`, { cookie });
const ids = (answer: Answer): string[] => answer.body.conversations.map((one: { id: string }) => one.id);

/** Every page from the first on. */
async function pages(path: string, cookie = ann.cookie): Promise<{ each: string[][]; all: string[] }> {
  const each: string[][] = [];
  for (let next: string | null = ''; next !== null; ) {
    const answer = await get(`${path}${next === '' ? '' : `&cursor=${next}`}`, cookie);
    assert.equal(answer.status, 200, answer.text);
    each.push(ids(answer));
    next = answer.body.next;
    assert.ok(each.length < 20, 'pages end');
  }
  return { each, all: each.flat() };
}

describe('lists', () => {
  let channelId: string;
  let closed: string;
  const made: Record<string, string> = {};
  before(async () => {
    channelId = await addChannel(ground, { name: 'Lists' });
    closed = await addTeam(ground, 'Closed', { closed: true });
    const add = async (name: string, hoursAgo: number, more: object = {}) => {
      made[name] = await addConversation(ground, { channelId, customerId: await addCustomer(ground, { name }), at: house.clock.now - hoursAgo * HOUR, messages: [`about ${name}`], ...more });
    };
    await add('mine', 1, { assignee_id: ann.id });
    await add('free', 2, { tags: ['Urgent'] });
    await add('pending', 3, { status: 'pending' });
    await add('solved', 4, { status: 'solved' });
    await add('hidden', 5, { team_id: closed });
    await add('hidden-mine', 6, { team_id: closed, assignee_id: ann.id });
  });
  const named = (...names: string[]) => names.map((name) => made[name]);

  it('each view shows its own, the newest first, and nothing of closed teams', async () => {
    const shown = async (path: string, cookie?: string) => ids(await get(`${path}&channel=${channelId}`, cookie));
    assert.deepEqual(await shown('?view=all'), named('mine', 'free', 'pending', 'hidden-mine'));
    assert.deepEqual(await shown('?view=all', boss), named('mine', 'free', 'pending', 'hidden', 'hidden-mine'));
    assert.deepEqual(await shown('?view=mine'), named('mine', 'hidden-mine'));
    assert.deepEqual(await shown('?view=unassigned'), named('free', 'pending'));
    assert.deepEqual(await shown(`?view=team:${closed}`), named('hidden-mine'));
    assert.deepEqual(await shown('?status=solved'), named('solved'));
    assert.deepEqual(await shown('?status=solved,pending'), named('pending', 'solved'));
    assert.deepEqual(await shown('?tag=URGENT'), named('free'));
  });

  it('counts are of what the person may see', async () => {
    assert.deepEqual((await get('')).body.counts, { mine: 2, unassigned: 2, all: 4 });
    assert.deepEqual((await get('', boss)).body.counts, { mine: 0, unassigned: 3, all: 5 });
  });

  it('a summary tells what a list shows', async () => {
    const [first] = (await get(`?channel=${channelId}`)).body.conversations;
    const { feed, number, ...rest } = first;
    assert.ok(feed > 0 && number > 0);
    assert.deepEqual(rest, {
      id: made['mine'], channel: { id: channelId, name: 'Lists' }, kind: 'chat', subject: null, customer: { id: rest.customer.id, name: 'mine', verifiedBy: null, erased: false }, status: 'open', assignee: { id: ann.id, name: 'ann' },
      team: null, tags: [], preview: 'about mine', lastAuthor: 'customer', lastSeq: 1, readSeq: 0, lastMessageAt: house.clock.now - HOUR, waitingSince: house.clock.now - HOUR, held: false, forwardReplyAt: null,
    });
  });

  it('pages of 30 hold every conversation once, also those of one instant', async () => {
    const channel = await addChannel(ground, { name: 'Many' });
    const all: string[] = [];
    for (let index = 0; index < 65; index += 1) all.push(await addConversation(ground, { channelId: channel, customerId: await addCustomer(ground), at: house.clock.now - Math.floor(index / 20) * HOUR, status: index % 3 === 0 ? 'pending' : 'open' }));
    const read = await pages(`?channel=${channel}`);
    assert.deepEqual(read.each.map((page) => page.length), [30, 30, 5]);
    assert.deepEqual(read.all.toSorted(), all.toSorted());
  });

  it('a cursor that no page gave, and other unknown values, are refused in words', async () => {
    for (const path of ['?cursor=abcdef', `?cursor=${Buffer.from('1 con_x').toString('base64url')}`, '?cursor=%00', '?view=theirs', '?status=gone', '?more=1', '/search?q=a&cursor=zz', '/search']) {
      const answer = await get(path);
      assert.equal(answer.status, 422, path);
      assert.ok(answer.body.faults[0].message.length > 10, path);
    }
  });
});

describe('search', () => {
  let channelId: string;
  before(async () => {
    channelId = await addChannel(ground, { name: 'Search' });
  });
  const add = async (messages: readonly (string | { text: string; note?: boolean })[], more: object = {}, name: string | null = null) =>
    addConversation(ground, { channelId, customerId: await addCustomer(ground, { name }), at: house.clock.now, messages, ...more });
  const search = (query: string, cookie?: string) => get(`/search?q=${encodeURIComponent(query)}`, cookie);

  it('finds words of any script, whatever their case and marks, and shows where they stand', async () => {
    const id = await add(['nothing here', `${'before '.repeat(30)}the Crème brûlée ${'after '.repeat(40)}`, 'שָׁלוֹם לכולם', '我在北京大学']);
    for (const query of ['creme', 'CRÈME BRULEE', 'brûl', 'שלום', '大学']) assert.deepEqual(ids(await search(query)), [id], query);
    const { body } = await search('brulee');
    assert.equal(body.conversations[0].found.excerpt.includes('Crème brûlée'), true);
    assert.ok(body.conversations[0].found.excerpt.length < 190 && /^….*…$/.test(body.conversations[0].found.excerpt));
    assert.deepEqual(body.words, ['brulee']);
    assert.deepEqual((await search('brul ')).body.conversations, [], 'a blank ends the word');
    assert.deepEqual((await search('creme missing')).body.conversations, [], 'all words must stand there');
    assert.deepEqual((await search('  …')).body, { conversations: [], next: null, words: [] });
  });

  it('finds notes, the customer’s name, and the number', async () => {
    const id = await add(['Hello', { text: 'a lighthouse keeper', note: true }], {}, 'Wilhelmina Quist');
    assert.deepEqual([ids(await search('lighthouse')), ids(await search('quist')), ids(await search('wilhel'))], [[id], [id], [id]]);
    const { number } = (await search('quist')).body.conversations[0];
    assert.equal(ids(await search(`#${number}`))[0], id);
  });

  it('finds nothing that the person may not see', async () => {
    const team = await addTeam(ground, 'Secret', { closed: true });
    const id = await add(['the xylophone'], { team_id: team });
    assert.deepEqual([ids(await search('xylophone')), ids(await search('xylophone', boss))], [[], [id]]);
    const { number } = (await search('xylophone', boss)).body.conversations[0];
    assert.ok(!ids(await search(`${number}`)).includes(id));
  });

  it('each conversation stands on one page once, with its newest hit', async () => {
    const all: string[] = [];
    for (let index = 0; index < 65; index += 1) {
      house.clock.now += 1_000;
      all.push(await add(['zebra one', 'no', `zebra two ${index}`]));
    }
    const read = await pages('/search?q=zebra');
    assert.deepEqual(read.each.map((page) => page.length), [30, 30, 5]);
    assert.deepEqual(read.all, all.toReversed());
    assert.match((await search('zebra')).body.conversations[0].found.excerpt, /two 64/);
  });
});

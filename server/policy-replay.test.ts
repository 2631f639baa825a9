// The journal and the replay: what the doors decide is noted and counted, bounded, and decided again under a draft before it is saved.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it, test } from 'node:test';
import { parseAddress } from '#policy/address.ts';
import { deny } from '#policy/decision.ts';
import { effective } from '#policy/effective.ts';
import * as decisionRows from '#store/decisions.ts';
import { endOf, openJournal } from '#server/journal.ts';
import { MOST_OF_ONE, openShares } from '#server/journal-room.ts';
import { type Replayed, type ReplayStep, replayJournal } from '#server/policy-replay.ts';
import { type Admin, type Answer, openHouse, presentCookie, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, only, OUTSIDE } from '#test/people.ts';
import { eachStore, newBrand } from '#test/stores.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

const LIST = 'management.allowlist';
const MINUTE = 60_000;
const DAY = 86_400_000;

const stepsOf = ({ text }: Answer) => text.trim().split('\n').map((line) => JSON.parse(line) as { step: string; done?: number; of?: number; result?: any });

describe('the doors keep a journal, and a draft is tried on it', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  let noa: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
    noa = (await knock(house, admin.slug, await addAgent(house, admin, 'noa'), undefined, OUTSIDE)).cookies.find((one) => one.startsWith('__Host-session='))!;
  });
  after(() => house.close());

  const rowsOf = async () => house.building.parts.store.brand((await house.building.parts.brands.bySlug(admin.slug))!.id);
  const replay = (settings: unknown, shown = cookie) => house.call('POST', '/api/v1/policy/replay', { cookie: shown, body: { settings } });
  const resultOf = async (settings: unknown) => stepsOf(await replay(settings)).at(-1)!.result;
  const visit = async (times: number) => {
    for (let n = 0; n < times; n += 1) assert.equal((await house.call('GET', '/api/v1/session', { cookie: noa, from: OUTSIDE })).status, 200);
  };

  it('counts a hundred requests of one person at one address as one group', async () => {
    await visit(100);
    await house.building.parts.journal.flush();
    const found = (await decisionRows.page(await rowsOf(), '', 1_000)).filter((row) => row.question === 'management-access' && row.facts.includes(OUTSIDE));
    assert.deepEqual(found.map(({ count, code, subject_kind }) => [count, code, subject_kind]), [[100, null, 'agent']]);
    assert.deepEqual(Object.keys(JSON.parse(found[0]!.facts) as object).sort(), ['address', 'admin', 'exempt', 'proven', 'remoteAccess']);
  });

  it('says before the save how many decisions and which people would meet another answer', async () => {
    const answer = await replay({ [LIST]: only(INSIDE), 'two_factor.mode': 'off' });
    assert.match(String(answer.headers['content-type']), /^application\/x-ndjson/);
    const steps = stepsOf(answer);
    assert.equal(steps[0]!.step, 'progress');
    const { result } = steps.at(-1)!;
    assert.deepEqual([result.changed, result.nowRefused, result.agents, result.keys, result.customers, result.unfaithful, result.days, result.sampledOneOf], [100, 100, 1, 0, 0, 0, 1, { own: 1, customers: 1, strangers: 1 }]);
    const [example] = result.examples;
    assert.deepEqual([example.subject.name, example.did, example.count, example.becomes], ['noa', 'used the workspace', 100, 'network.not_allowed']);
    assert.ok(!answer.text.includes(INSIDE), 'the rule is not told to whoever reads the list of refusals');
  });

  it('of the unchanged policy nothing differs, and everything is as it was decided', async () => {
    const result = await resultOf({});
    assert.ok(result.decisions >= 100);
    assert.deepEqual([result.changed, result.unfaithful, result.examples], [0, 0, []]);
  });

  it('a coming back after some minutes is told from a busy hour: a shorter idle limit touches only the first', async () => {
    house.clock.now += 12 * MINUTE;
    await visit(1);
    assert.equal((await resultOf({ 'session.idle_timeout_minutes': 13 })).changed, 0);
    const { examples } = await resultOf({ 'session.idle_timeout_minutes': 12 });
    assert.deepEqual(examples.filter((one: { subject: { name: string } }) => one.subject.name === 'noa').map((one: { count: number; becomes: string }) => [one.count, one.becomes]), [[1, 'session.idle']]);
  });

  it('is judged before anything is replayed: what is wrong is named, who may not is refused', async () => {
    assert.equal((await replay({ 'session.idle_timeout_minutes': -1 })).status, 422);
    assert.equal((await house.call('POST', '/api/v1/policy/replay', { cookie: noa, from: OUTSIDE, body: { settings: {} } })).body.code, 'capability.missing');
    assert.equal((await house.call('POST', '/api/v1/channels/chn_none/policy/replay', { cookie, body: { settings: {} } })).body.code, 'channel.missing');
  });

  it('is for people who may change settings, not for programs, whatever their scopes', async () => {
    const { text } = await addApiKey(house, admin, cookie, ['policy:read']);
    for (const path of ['/api/v1/policy/replay', '/api/v1/policy/check']) {
      const asked = await house.call('POST', path, { headers: bearer(text), body: { settings: {} } });
      assert.equal(asked.status, 403, asked.text);
      assert.doesNotMatch(asked.text, /noa|203\.0|decisions/);
    }
    assert.equal((await house.call('POST', '/api/v1/policy/replay', { cookie, body: { settings: {} }, headers: { 'sec-fetch-site': 'cross-site' } })).body.code, 'request.cross_site');
  });

  it('many who leave before the end hold nobody up, and many at once are answered or told to wait', async () => {
    const leave = () => new Promise<void>((resolve) => {
      const sent = httpRequest({ host: '127.0.0.1', port: house.port, method: 'POST', path: '/api/v1/policy/replay', agent: false, headers: { host: `localhost:${house.port}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', cookie: presentCookie(cookie) } }, (answer) => {
        answer.destroy();
        resolve();
      });
      sent.on('error', () => resolve());
      sent.end('{"settings":{}}');
    });
    for (let n = 0; n < 20; n += 1) await leave();
    const answers = await Promise.all(Array.from({ length: 40 }, () => replay({})));
    const statuses = new Set(answers.map(({ status }) => status));
    assert.ok([...statuses].every((status) => status === 200 || status === 429), [...statuses].join());
    assert.equal((await replay({})).status, 200);
  });

  it('what was refused is noted too, with its code', async () => {
    await house.save(admin, cookie, { [LIST]: only(INSIDE), 'two_factor.mode': 'off' });
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: noa, from: OUTSIDE })).status, 403);
    const result = await resultOf({ [LIST]: { state: 'any' } });
    assert.ok(result.nowAllowed >= 1);
    assert.equal(result.examples.find((one: { was: string | null }) => one.was === 'network.not_allowed').becomes, null);
  });

  it('a decision that is not kept as it was made is found by the replay itself', async () => {
    const rows = await rowsOf();
    const row = (await decisionRows.page(rows, '', 1_000)).find((one) => one.question === 'management-access' && one.code !== null)!;
    await rows.note([rows.write(rows.q.updateTable('decisions').set({ code: null }).where('id', '=', row.id))]);
    assert.equal((await resultOf({})).unfaithful, 1);
  });
});

const policy = effective({ version: 1, module: {} });
async function resultOf(steps: AsyncIterable<ReplayStep>): Promise<Replayed> {
  for await (const step of steps) if (step.step === 'done') return step.result;
  throw new Error('no end');
}
const noted = (n: number) => ({
  question: 'media', channel: null, subject: { kind: 'key', id: `key_${n}` }, facts: { asker: 'customer', there: true, mayRead: true, holdsLink: false }, decision: { allowed: true }, version: 1,
} as const);

eachStore('two nodes count into one group; what is older than thirty days is dropped; whom nobody must know any more is forgotten', async (store, { again }) => {
  const brand = await newBrand(store);
  let at = 5 * DAY;
  const [one, other] = [openJournal({ store, now: () => at }), openJournal({ store: await again(), now: () => at })];
  for (let n = 0; n < 3; n += 1) for (const journal of [one, other]) journal.note(brand.id, noted(1));
  one.note(brand.id, { ...noted(1), decision: deny('media.not_found', null, {}) });
  await Promise.all([one.flush(), other.flush()]);
  const rows = await decisionRows.page(brand, '', 10);
  assert.deepEqual(rows.map(({ count, code }) => [count, code]).sort(), [[1, 'media.not_found'], [6, null]]);
  at += DAY;
  one.note(brand.id, noted(1));
  await one.flush();
  assert.equal(await decisionRows.size(brand), 3, 'another day is another group');
  at = 5 * DAY + 30 * DAY + 1;
  await one.sweep(brand.id);
  assert.equal(await decisionRows.size(brand), 1);
  await brand.note([decisionRows.forget(brand, 'key_1')]);
  assert.equal(await decisionRows.size(brand), 0);
});

eachStore('a journal that is full keeps a fair part, says which, and goes on', async (store) => {
  const brand = await newBrand(store);
  const journal = openJournal({ store, now: () => DAY, most: 800 });
  for (let n = 0; n < 1_000; n += 1) journal.note(brand.id, noted(n));
  await journal.flush();
  const [size, level] = [await decisionRows.size(brand), await decisionRows.level(brand, 'journal')];
  assert.ok(size <= 400 && size > 150, String(size));
  assert.equal(level, 2);
  assert.ok((await decisionRows.page(brand, '', 1_000)).every(({ id }) => id < endOf(level)));
  for (let n = 1_000; n < 1_100; n += 1) journal.note(brand.id, noted(n));
  await journal.flush();
  const more = (await decisionRows.size(brand)) - size;
  assert.ok(more > 5 && more < 60, String(more));
});

eachStore('strangers and customers who vary what they send fill their own room, and take nothing of the room of agents and keys', async (store) => {
  const brand = await newBrand(store);
  const journal = openJournal({ store, now: () => DAY, most: 400 });
  const asked = (place: string) => ({ question: 'api-access', channel: null, facts: { address: parseAddress(place)! }, decision: { allowed: true }, version: 1 } as const);
  for (let n = 0; n < 150; n += 1) journal.note(brand.id, { ...asked('192.0.2.1'), subject: { kind: 'key', id: `key_${n}` } });
  for (let n = 0; n < 1_000; n += 1) journal.note(brand.id, { ...asked(`2001:db8::${n.toString(16)}`), subject: { kind: 'anonymous', id: null } });
  await journal.flush();
  const sizes = await decisionRows.sizes(brand);
  assert.equal(sizes.get('key'), 150, 'all of them');
  assert.ok(sizes.get('anonymous')! <= 80, String(sizes.get('anonymous')));
  const result = await resultOf(replayJournal(brand, () => policy, () => policy, DAY));
  assert.deepEqual(Object.entries(result.sampledOneOf).map(([room, one]) => [room, Number(one) > 1]), [['own', false], ['customers', false], ['strangers', true]]);
});

eachStore('what is too large, too much of one, or too much at once is counted, and no facts of it are kept', async (store) => {
  const brand = await newBrand(store);
  const journal = openJournal({ store, now: () => DAY });
  journal.note(brand.id, { question: 'framing', channel: null, subject: { kind: 'anonymous', id: null }, facts: { ancestors: [`https://${'a'.repeat(4_000)}.example`] }, decision: deny('frame.off', null, {}), version: 1 });
  const size = (n: number) => ({ side: 'agent', extensionType: 'pdf', unsafeName: false, declaredBytes: n, bytes: n, contentType: 'pdf', finding: null } as const);
  for (let n = 0; n < MOST_OF_ONE + 7; n += 1) journal.note(brand.id, { question: 'upload', channel: null, subject: { kind: 'agent', id: 'agt_1' }, facts: size(n), decision: { allowed: true }, version: 1 });
  for (let n = 0; n < 4_003; n += 1) journal.note(brand.id, { question: 'api-access', channel: null, subject: { kind: 'anonymous', id: null }, facts: { address: parseAddress(`2001:db8::${n.toString(16)}`)! }, decision: { allowed: true }, version: 1 });
  await journal.flush();
  const result = await resultOf(replayJournal(brand, () => policy, () => policy, DAY));
  assert.deepEqual([result.unnoted, result.decisions], [1 + 7 + 3, MOST_OF_ONE + 4_000]);
  assert.ok((await decisionRows.page(brand, '', 10_000)).every(({ facts }) => facts.length < 1_600));
});

eachStore('whoever asks for a writing while one is under way waits for that one too', async (store) => {
  const brand = await newBrand(store);
  const journal = openJournal({ store, now: () => DAY });
  journal.note(brand.id, noted(1));
  let first = false;
  void journal.flush().then(() => {
    first = true;
  });
  await journal.flush();
  assert.ok(first);
  assert.equal(await decisionRows.size(brand), 1);
});

test('who meets the same groups again after every writing, a whole day long, uses nothing of their share up', () => {
  const shares = openShares(3);
  const id = (n: number) => n.toString(16).padStart(32, '0').split('').reverse().join('');
  for (let n = 0; n < 100; n += 1) for (const group of [1, 2, 3]) assert.ok(shares.take('brand agt_1', id(group), DAY + n));
  assert.ok(!shares.take('brand agt_1', id(4), DAY));
  assert.ok(shares.take('brand agt_2', id(4), DAY), 'others have a share of their own');
  assert.ok(shares.take('brand agt_1', id(4), 2 * DAY), 'another day is another share');
});

eachStore('what is under way of a customer who is erased, or gone, is not written; what another node wrote goes with the next sweep', async (store) => {
  const brand = await newBrand(store);
  const journal = openJournal({ store, now: () => DAY });
  const customer = (id: string, erased: number | null) => brand.write(brand.q.insertInto('customers').values({ id, name: null, email: null, phone: null, external_id: null, fields: '[]', verified_by: null, created_at: 1, last_seen_at: 1, erased_at: erased, erased_by: null }));
  await brand.note([customer('cus_here', null), customer('cus_erased', 1)]);
  const of = (id: string) => ({ ...noted(1), subject: { kind: 'customer', id } } as const);
  for (const id of ['cus_here', 'cus_erased', 'cus_gone']) journal.note(brand.id, of(id));
  await journal.flush();
  const whose = async () => (await decisionRows.page(brand, '', 10)).map((row) => row.subject_id);
  assert.deepEqual(await whose(), ['cus_here']);
  await brand.note([brand.write(brand.q.updateTable('customers').set({ erased_at: 2 }).where('id', '=', 'cus_here'))]);
  await journal.sweep(brand.id);
  assert.deepEqual(await whose(), []);
});

eachStore('a replay tells how far it is, and ends where nobody asks on', async (store) => {
  const brand = await newBrand(store);
  const journal = openJournal({ store, now: () => DAY });
  for (let n = 0; n < 2_500; n += 1) journal.note(brand.id, noted(n));
  await journal.flush();
  const steps: ReplayStep[] = [];
  for await (const step of replayJournal(brand, () => policy, () => policy, DAY)) steps.push(step);
  assert.deepEqual(steps.map((step) => (step.step === 'progress' ? [step.done, step.of] : step.result.decisions)), [[0, 2_500], [500, 2_500], [1_000, 2_500], [1_500, 2_500], [2_000, 2_500], [2_500, 2_500], 2_500]);
  const left = replayJournal(brand, () => policy, () => policy, DAY);
  await left.next();
  await left.return();
  assert.deepEqual(await left.next(), { value: undefined, done: true });
});

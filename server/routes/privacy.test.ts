// Customers' privacy over HTTP: who may, what is asked before it is done, and what the answers say.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { type Admin, openHouse, presentCookie, type TestHouse } from '#test/house.ts';
import { addAgent, knock, trail } from '#test/people.ts';
import { sessionIn } from '#test/users.ts';
import * as agentRows from '#store/agents.ts';
import * as decisionRows from '#store/decisions.ts';
import { type CustomerCase, fillCase, openCase, VALUES } from '#test/customer-case.ts';
import { advance } from '#store/feed.ts';
import { entryOf } from '#test/stores.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let brandId: string;
let adminId: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  const { store, brands } = house.building.parts;
  brandId = (await brands.bySlug('acme'))!.id;
  adminId = (await agentRows.namesById(store.brand(brandId))).keys().next().value as string;
});
after(() => house.close());

const rows = () => house.building.parts.store.brand(brandId);
async function made(): Promise<CustomerCase> {
  const one = await openCase(house.building.parts.store, brandId, adminId, { now: house.clock.now, named: false });
  await one.write('My code is plumblossom');
  return one;
}
async function agent(local: string, capabilities: readonly string[]): Promise<string> {
  return sessionIn(await knock(house, 'acme', await addAgent(house, admin, local, capabilities)));
}
/** Puts a conversation into a closed team that nobody is a member of. */
async function close(conversationId: string): Promise<void> {
  const brand = rows();
  const id = `team_${conversationId}`;
  const statements = [
    advance(brand), brand.write(brand.q.insertInto('teams').values({ id, name: id, name_key: id, closed: 1, created_at: 1 })),
    brand.write(brand.q.updateTable('conversations').set({ team_id: id }).where('id', '=', conversationId)),
  ];
  await brand.commit({ statements, entries: [entryOf()] });
}
const post = (path: string, as: string, body?: unknown) => house.call('POST', `/api/v1${path}`, { cookie: as, ...(body === undefined ? {} : { body }) });
/** A window of step-up is an hour; a fresh code two minutes. */
const later = async (): Promise<void> => {
  house.clock.now += 61 * 60_000;
  cookie = await house.signIn(admin);
};

/** The bytes of a file: the answer is no text. */
function download(path: string, as: string): Promise<{ status: number; type: string; name: string; files: Record<string, Uint8Array> }> {
  return new Promise((resolve, reject) => {
    const headers = { host: house.building.parts.config.publicUrl.host, 'sec-fetch-site': 'same-origin', cookie: presentCookie(as) };
    const sent = httpRequest({ host: '127.0.0.1', port: house.port, method: 'POST', path: `/api/v1${path}`, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const zip = answer.headers['content-type'] === 'application/zip';
        resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', name: answer.headers['content-disposition'] ?? '', files: zip ? unzipSync(Buffer.concat(chunks)) : {} });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('who may', () => {
  it('an agent without the right gets 403 everywhere, and nothing happens', async () => {
    const one = await made();
    const conversation = (await one.conversation()).id;
    const none = await agent('none', ['forward', 'see_audit', 'manage_settings']);
    const calls: [string, string, unknown?][] = [
      ['POST', `/conversations/${conversation}/messages/msg_1/redact`], ['PUT', `/conversations/${conversation}/hold`, { on: true, reason: 'x' }], ['POST', `/conversations/${conversation}/export`],
      ['GET', `/customers/${one.customerId}/erasure`], ['POST', `/customers/${one.customerId}/erase`, { fingerprint: 'x' }], ['POST', `/customers/${one.customerId}/export`],
    ];
    for (const [method, path, body] of calls) {
      const answer = await house.call(method, `/api/v1${path}`, { cookie: none, ...(body === undefined ? {} : { body }) });
      assert.equal(answer.status, 403, `${method} ${path} ${answer.text}`);
      assert.equal(answer.body.code, 'capability.missing');
      assert.doesNotMatch(answer.text, /plumblossom/);
    }
    assert.equal((await one.conversation()).hold_at, null);
  });

  it('with the right, but outside of a closed team: as if there were nothing', async () => {
    const one = await made();
    const conversation = (await one.conversation()).id;
    await close(conversation);
    const outside = await agent('outside', ['customer_privacy']);
    for (const path of [`/conversations/${conversation}/messages/msg_1/redact`, `/conversations/${conversation}/export`, `/conversations/con_none/export`]) assert.equal((await post(path, outside)).body.code, 'conversation.not_found');
    const hidden = await house.call('GET', `/api/v1/customers/${one.customerId}/erasure`, { cookie: outside });
    const missing = await house.call('GET', '/api/v1/customers/cus_none/erasure', { cookie: outside });
    assert.deepEqual([hidden.status, hidden.body.code, { ...hidden.body, id: '' }], [404, 'customer.not_found', { ...missing.body, id: '' }]);
    assert.equal((await post(`/customers/${one.customerId}/export`, outside)).body.code, 'customer.not_found');
  });
});

describe('a message', () => {
  it('is removed at once, without a code, and again gives the same answer', async () => {
    const one = await made();
    const { id } = await one.conversation();
    const message = await one.write('My other code is quincetree');
    const path = `/conversations/${id}/messages/${message}/redact`;
    const removed = await post(path, await agent('remover', ['customer_privacy']));
    assert.equal(removed.status, 200, removed.text);
    assert.deepEqual([removed.body.message.id, removed.body.message.text, removed.body.message.redacted.byName], [message, '', 'remover']);
    assert.deepEqual((await post(path, cookie)).body, removed.body);
    assert.equal((await one.conversation()).preview, 'A message was removed');
    assert.equal((await trail(house, cookie, 'what=message.redacted&')).length, 1);
  });
});

describe('a hold', () => {
  it('needs a reason, and refuses removal and erasure with words', async () => {
    const one = await made();
    const { id, number } = await one.conversation();
    const put = (body: unknown) => house.call('PUT', `/api/v1/conversations/${id}/hold`, { cookie, body });
    for (const reason of [undefined, '  ', 'x'.repeat(501)]) assert.equal((await put({ on: true, ...(reason === undefined ? {} : { reason }) })).body.faults[0].path, 'reason');
    const held = await put({ on: true, reason: ' Case 12 ' });
    assert.deepEqual([held.status, held.body.held, held.body.hold.reason, held.body.hold.byName], [200, true, 'Case 12', 'Dana Levi']);
    const message = await one.write('Something more');
    assert.equal((await post(`/conversations/${id}/messages/${message}/redact`, cookie)).body.code, 'conversation.on_hold');
    const plan = await house.call('GET', `/api/v1/customers/${one.customerId}/erasure`, { cookie });
    assert.deepEqual([plan.body.held, plan.body.refused.code], [[number], 'customer.on_hold']);
    assert.match(plan.body.refused.sentence, new RegExp(`conversation #${number}`));
    const refused = await post(`/customers/${one.customerId}/erase`, cookie, { fingerprint: plan.body.fingerprint });
    assert.equal(refused.body.code, 'customer.on_hold', 'said before a code is asked');
    assert.equal((await put({ on: false })).body.held, false);
  });
});

describe('an erasure', () => {
  it('is counted, agreed to, confirmed with a fresh code, and done; the code is used up', async () => {
    const one = await openCase(house.building.parts.store, brandId, adminId, { now: house.clock.now });
    await fillCase(house.building.parts.store, brandId, adminId, one);
    await later();
    // A forward that somebody sent to the customer's own address stands in the journal too.
    for (const to of [VALUES.email.toUpperCase(), 'partner@x.example']) house.building.parts.journal.note(brandId, { question: 'outbound-mail', channel: null, subject: { kind: 'system', id: null }, facts: { kind: 'transfer', recipients: [to], details: false, exceptions: [], live: true, now: 1 }, decision: { allowed: true }, version: 1 });
    await house.building.parts.journal.flush();
    const plan = await house.call('GET', `/api/v1/customers/${one.customerId}/erasure`, { cookie });
    assert.deepEqual([plan.status, plan.body.refused, plan.body.counts.customerMessages, plan.body.counts.files], [200, null, 1, 0]);
    const erase = (fingerprint: string) => post(`/customers/${one.customerId}/erase`, cookie, { fingerprint });
    assert.equal((await erase('something else')).body.code, 'customer.erasure_changed', 'what is stale is said before a code is asked');
    await house.stepUp(admin, cookie);
    house.clock.now += 121_000;
    assert.equal((await erase(plan.body.fingerprint)).body.code, 'step_up.required', 'the window of an hour is not enough');
    await house.stepUp(admin, cookie);
    const done = await erase(plan.body.fingerprint);
    assert.deepEqual([done.status, done.body], [200, { erased: true, finished: true, counts: plan.body.counts }], done.text);
    assert.deepEqual((await decisionRows.page(rows(), '', 1_000)).filter((row) => row.question === 'outbound-mail').map((row) => JSON.parse(row.facts).recipients), [['partner@x.example']]);
    assert.equal((await erase(plan.body.fingerprint)).body.code, 'customer.erased');
    const other = await made();
    const next = await house.call('GET', `/api/v1/customers/${other.customerId}/erasure`, { cookie });
    assert.equal((await post(`/customers/${other.customerId}/erase`, cookie, { fingerprint: next.body.fingerprint })).body.code, 'step_up.required', 'one code, one erasure');
    const said = (await trail(house, cookie)).map((row) => JSON.stringify(row)).join('\n');
    assert.match(said, /erased a customer \(1 conversations are kept/);
    for (const value of Object.values(VALUES)) assert.equal(said.includes(value), false, value);
    const gone = await download(`/customers/${one.customerId}/export`, cookie);
    assert.doesNotMatch(Object.values(gone.files).map((file) => Buffer.from(file).toString('utf8')).join(''), /quintero/i);
  });

  it('refuses where a part of the customer belongs to a closed team', async () => {
    const one = await made();
    const first = (await one.conversation()).id;
    const brand = rows();
    await brand.commit({ statements: [advance(brand), brand.write(brand.q.updateTable('conversations').set({ status: 'archived' }).where('id', '=', first))], entries: [entryOf()] });
    await one.write('A second case');
    await close(first);
    const half = await agent('half', ['customer_privacy']);
    const plan = await house.call('GET', `/api/v1/customers/${one.customerId}/erasure`, { cookie: half });
    assert.equal(plan.body.refused.code, 'customer.closed_team');
    assert.equal((await post(`/customers/${one.customerId}/erase`, half, { fingerprint: plan.body.fingerprint })).body.code, 'customer.closed_team');
  });
});

describe('an export', () => {
  it('asks for a code within the hour, gives a zip nobody keeps, and is audited before it leaves', async () => {
    const one = await made();
    const { id, number } = await one.conversation();
    await later();
    const early = await post(`/conversations/${id}/export`, cookie);
    assert.equal(early.body.code, 'step_up.required', early.text);
    await house.stepUp(admin, cookie);
    const whole = await download(`/customers/${one.customerId}/export`, cookie);
    assert.deepEqual([whole.status, whole.type, whole.name], [200, 'application/zip', `attachment; filename="customer-${one.customerId}.zip"`]);
    assert.match(Buffer.from(whole.files[`conversations/${number}.json`]!).toString('utf8'), /plumblossom/);
    const single = await download(`/conversations/${id}/export`, cookie);
    assert.equal(single.name, `attachment; filename="conversation-${number}.zip"`);
    assert.equal(single.files['sessions.json'], undefined);
    const events = (await trail(house, cookie, `entity=${one.customerId}&`)).map((row) => row.event);
    assert.deepEqual(events, ['customer.exported']);
    assert.deepEqual((await trail(house, cookie, `what=conversation.exported&`)).length, 1);
  });
});

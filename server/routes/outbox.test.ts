// The outbox over HTTP: for administrators alone, letters without their secrets, sent again and dropped once each with a row; and one's own notifications.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { outgoing, posting } from '#identity/post.ts';
import * as mailRows from '#store/mails.ts';
import { withoutSecrets } from '#server/outbox-views.ts';
import { notifyRound } from '#server/workers/notifications.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { openDesk } from '#test/live-inbox.ts';
import { mailsOf } from '#test/mails.ts';
import { addAgent, knock, trail } from '#test/people.ts';

const TOKEN = 'Wq3vJk0pLmN8sT5xYz1aBc7dEf2gHi4j';

async function office(context: TestContext): Promise<TestHouse & { admin: Admin; cookie: string; agent: string; brandId: string }> {
  const house = await openHouse();
  context.after(() => house.close());
  const admin = await house.setUp();
  const cookie = await house.signIn(admin);
  const email = await addAgent(house, admin, 'ada');
  const agent = (await knock(house, 'acme', email)).cookies.find((one) => one.startsWith('__Host-session='))!;
  return { ...house, admin, cookie, agent, brandId: (await house.building.parts.brands.bySlug('acme'))!.id };
}

test('only an administrator sees the outbox; letters are shown without links and codes', async (context) => {
  const house = await office(context);
  const { parts } = house.building;
  const brand = parts.store.brand(house.brandId);
  await brand.note([posting(parts.keyring, brand, { to: 'ben@acme.example', agentId: null, name: 'Ben', brandName: 'Acme', kind: 'invitation', facts: { by: 'Dana', link: `https://desk.example/b/acme/invite#${TOKEN}`, until: 'tomorrow' } }, house.clock.now)]);
  await mailsOf(house);
  for (const path of ['/api/v1/outbox?list=files', '/api/v1/outbox/mail_00000000000000000000000000']) assert.equal((await house.call('GET', path, { cookie: house.agent })).status, 403, path);
  for (const act of ['resend', 'drop']) assert.equal((await house.call('POST', `/api/v1/outbox/mail_00000000000000000000000000/${act}`, { cookie: house.agent })).status, 403);
  const list = await house.call('GET', '/api/v1/outbox?list=files', { cookie: house.cookie });
  assert.deepEqual([list.status, list.body.sending.kind, list.body.mails.length], [200, 'folder', 1]);
  assert.ok(list.body.sending.folder.endsWith('outbox') && !list.text.includes(TOKEN));
  const [line] = list.body.mails;
  assert.deepEqual([line.subject, line.state, line.recipients[0].address], ['You are invited to Acme', 'file', 'ben@acme.example']);
  const mail = await house.call('GET', `/api/v1/outbox/${line.id}`, { cookie: house.cookie });
  assert.ok(mail.body.text.includes('https://desk.example/b/acme/invite#▇▇▇') && !mail.text.includes(TOKEN));
  assert.equal((await house.call('GET', '/api/v1/outbox/mail_00000000000000000000000000', { cookie: house.cookie })).body.code, 'mail.missing');
  // Another brand's mail is not there.
  const other = await house.setUp({ name: 'Other', slug: 'other' });
  assert.equal((await house.call('GET', `/api/v1/outbox/${line.id}`, { cookie: await house.signIn(other) })).status, 404);
});

test('of a forward neither the links of its recipients nor the address for its answers can be read', async (context) => {
  const house = await office(context);
  const { parts } = house.building;
  const brand = parts.store.brand(house.brandId);
  const token = 'k7v2m9q4z1x8c3b6n5w0p7r2t4';
  const posted = outgoing(parts.keyring, brand, {
    kind: 'transfer', from: { name: 'Acme', address: 'help@acme.example' }, replyTo: { name: 'Acme', address: `help+${token}@acme.example` }, to: [{ name: '', address: 'a@partner.example' }], subject: 'Claim', text: `See https://desk.example/f/1#${TOKEN} about order 123456`,
  }, house.clock.now);
  await brand.note([posted.statement]);
  const mail = await house.call('GET', `/api/v1/outbox/${posted.id}`, { cookie: house.cookie });
  assert.equal(mail.status, 200, mail.text);
  assert.ok(!mail.text.includes(TOKEN) && !mail.text.includes(token), mail.text);
  assert.match(mail.body.text, /#▇▇▇.* about order 123456/);
  assert.match(mail.body.replyTo, /help\+▇▇▇@acme\.example/);
});

test('secrets in letters: what follows a # in a link, and codes', () => {
  assert.equal(withoutSecrets('Code 123 456 or 12345678, room 12, https://a.b/c#x-Y_9. year 2026'), 'Code ▇▇▇ (only in the mail itself) or ▇▇▇ (only in the mail itself), room 12, https://a.b/c#▇▇▇ (only in the mail itself) year 2026');
});

test('what was given up is sent again by the same Message-ID, or dropped; each once, with its row', async (context) => {
  const house = await office(context);
  const { parts } = house.building;
  const brand = parts.store.brand(house.brandId);
  const ids: string[] = [];
  for (const subject of ['first', 'second']) {
    const { id, statement } = outgoing(parts.keyring, brand, { kind: 'reply', from: { name: 'Acme', address: 'help@acme.example' }, to: [{ name: '', address: 'noa@example.com' }], subject, text: 'Hello 123456' }, house.clock.now);
    await brand.note([statement]);
    await brand.note([mailRows.giveUp(brand, { id, attempts: 0 }, { at: house.clock.now, code: 'provider_refused', fault: 'The mail server refused this mail (550): check the address.', outcomes: null })]);
    ids.push(id);
  }
  const ask = (id: string | undefined, act: string) => house.call('POST', `/api/v1/outbox/${id}/${act}`, { cookie: house.cookie });
  const failed = await house.call('GET', '/api/v1/outbox?list=failed', { cookie: house.cookie });
  assert.deepEqual(failed.body.mails.map((mail: { why: string; canResend: boolean }) => [mail.why.slice(0, 15), mail.canResend]), [['The mail server', true], ['The mail server', true]]);
  assert.equal((await ask(ids[0], 'resend')).status, 204);
  assert.equal((await ask(ids[0], 'resend')).body.code, 'mail.missing', 'it is under way');
  assert.equal((await ask(ids[1], 'drop')).status, 204);
  assert.equal((await ask(ids[1], 'resend')).body.code, 'mail.missing');
  assert.equal((await mailsOf(house)).filter(({ subject }) => subject === 'first').length, 1);
  assert.equal((await mailsOf(house)).filter(({ subject }) => subject === 'second').length, 0);
  const events = (await trail(house, house.cookie)).map((row) => row.event);
  assert.deepEqual([events.filter((event) => event === 'mail.resent').length, events.filter((event) => event === 'mail.dropped').length], [1, 1]);
  const dropped = await mailRows.byId(brand, ids[1]!);
  assert.equal(dropped!.sealed, null, 'what it said is forgotten');
});

test('one’s own notifications: listed while one may see them, seen, and chosen; wrong choices are named', async (context) => {
  const house = await office(context);
  const { parts } = house.building;
  const desk = await openDesk(house);
  const round = notifyRound(parts);
  await round();
  await (await desk.customer('Noa'))('Hello');
  house.clock.uptime += 60_000;
  await round();
  const first = await house.call('GET', '/api/v1/notifications', { cookie: house.agent });
  assert.deepEqual([first.body.unseen, first.body.notifications[0].kind, first.body.notifications[0].customer], [1, 'new', 'Noa']);
  assert.equal((await house.call('POST', '/api/v1/notifications/seen', { cookie: house.agent, body: { upTo: house.clock.now } })).status, 204);
  assert.equal((await house.call('GET', '/api/v1/notifications', { cookie: house.agent })).body.unseen, 0);
  assert.equal((await house.call('GET', '/api/v1/notifications', { cookie: house.cookie })).body.unseen, 1, 'each has their own');
  const path = '/api/v1/account/notifications';
  const given = await house.call('GET', path, { cookie: house.agent });
  assert.deepEqual([given.body.chosen, given.body.choice.ways.mentioned], [false, 'away']);
  const choice = { ways: { new: 'off', assigned: 'mail', mentioned: 'mail', answered: 'page', waiting: 'off' }, waitingMinutes: 7, quiet: { from: 1_320, to: 420 }, zone: 'Europe/Berlin' };
  assert.equal((await house.call('PUT', path, { cookie: house.agent, body: choice })).status, 200);
  assert.deepEqual((await house.call('GET', path, { cookie: house.agent })).body, { choice, chosen: true });
  const wrong = await house.call('PUT', path, { cookie: house.agent, body: { ...choice, zone: 'Mars/Olympus', quiet: { from: 5, to: 5 } } });
  assert.deepEqual([wrong.status, wrong.body.faults.map(({ path: at }: { path: string }) => at)], [422, ['zone', 'quiet']]);
  assert.equal((await house.call('PUT', path, { cookie: house.agent, body: { ...choice, waitingMinutes: 0 } })).status, 422);
});

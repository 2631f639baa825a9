// The round that sends mails: each once, after a fault again and in the end given up, of two nodes one, and nothing of a sent mail is kept.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { posting } from '#identity/post.ts';
import { failed, type Outcome, sent } from '#outside/outcome.ts';
import type { MailMessage } from '#outside/mail/mail.ts';
import * as mailRows from '#store/mails.ts';
import type { Parts } from '#server/parts.ts';
import { postRound } from '#server/workers/post.ts';
import { openHouse, type TestHouse } from '#test/house.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function opened(context: TestContext): Promise<TestHouse & { brandId: string; post: (to: string | null, name?: string) => Promise<void> }> {
  const house = await openHouse();
  context.after(() => house.close());
  await house.setUp();
  const { store, brands, keyring } = house.building.parts;
  const brand = store.brand((await brands.bySlug('acme'))!.id);
  const post = (to: string | null, name = 'Ada') => brand.note([posting(keyring, brand, { to, agentId: null, name, brandName: name, kind: 'account_deactivated', facts: { at: 'now', by: 'Dana' } }, house.clock.now)]);
  return { ...house, brandId: brand.id, post };
}

/** A round of a node whose mail server answers as told. */
function node(house: TestHouse, answer: () => Outcome): { round: () => Promise<void>; got: MailMessage[] } {
  const got: MailMessage[] = [];
  const mail: Parts['mail'] = { kind: 'smtp', description: '', sender: { name: '', address: 'desk@acme.example' }, close: () => undefined, send: async (message) => (got.push(message), answer()) };
  const parts = { ...house.building.parts, mail };
  return { got, round: () => postRound(parts)() };
}

const waiting = (house: TestHouse & { brandId: string }) => mailRows.due(house.building.parts.store.brand(house.brandId), house.clock.now + 10 * DAY, 99);

test('a mail is sent once, and what it said is forgotten', async (context) => {
  const house = await opened(context);
  const { round, got } = node(house, sent);
  await house.post('ada@acme.example');
  await round();
  await round();
  assert.deepEqual(got.map(({ recipients, subject }) => [...recipients, subject]), [['ada@acme.example', 'Your account at Ada was deactivated']]);
  const brand = house.building.parts.store.brand(house.brandId);
  const rows = await brand.all(brand.q.selectFrom('mails').selectAll());
  assert.deepEqual(rows.map(({ sealed, sent_at }) => [sealed, sent_at]), [[null, house.clock.now]]);
});

test('of two nodes one sends it', async (context) => {
  const house = await opened(context);
  const nodes = [node(house, sent), node(house, sent), node(house, sent)];
  await house.post('ada@acme.example');
  await Promise.all(nodes.map(({ round }) => round()));
  assert.equal(nodes.reduce((all, { got }) => all + got.length, 0), 1);
});

test('a mail to nobody is thrown away unsent', async (context) => {
  const house = await opened(context);
  const { round, got } = node(house, sent);
  await house.post(null);
  assert.equal((await waiting(house)).length, 1);
  await round();
  assert.deepEqual([got.length, (await waiting(house)).length], [0, 0]);
});

test('after a fault that passes it is tried again, and after a day given up with a row', async (context) => {
  const house = await opened(context);
  const { round, got } = node(house, () => failed('unreachable', 'The mail server cannot be reached.'));
  await house.post('ada@acme.example');
  const began = house.clock.now;
  await round();
  await round();
  assert.equal(got.length, 1, 'not before its time');
  for (let hour = 0; hour < 48; hour += 1) {
    house.clock.now = began + hour * HOUR;
    await round();
  }
  assert.ok(got.length > 4 && got.length < 12, String(got.length));
  assert.equal((await waiting(house)).length, 0);
  const brand = house.building.parts.store.brand(house.brandId);
  assert.equal((await mailRows.givenUp(brand, { most: 9 })).length, 1);
  const events = await brand.all(brand.q.selectFrom('audit_rows').select('event').where('event', '=', 'mail.given_up'));
  assert.equal(events.length, 1);
});

test('one that nobody will ever take is given up at once, and holds nothing up', async (context) => {
  const house = await opened(context);
  const { round, got } = node(house, () => (got.length === 1 ? failed('bad_message', 'No such address.') : sent()));
  await house.post('nobody@acme.example');
  await round();
  await house.post('ada@acme.example');
  await round();
  assert.equal(got.length, 2);
  assert.equal((await waiting(house)).length, 0);
});

test('a line break in a name becomes no header', async (context) => {
  const house = await opened(context);
  const { round, got } = node(house, sent);
  await house.post('ada@acme.example', 'Acme\r\nBcc: eve@example.net');
  await round();
  assert.doesNotMatch(got[0]!.subject, /[\r\n]/);
});

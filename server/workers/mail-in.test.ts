// Mail that is filed: one whose files take for ever holds up no other, neither of its own brand nor of another, nor the stop of the server; its time is bounded, and its claim lasts as long as it.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import type { Allowance, Examiners, ExamineTurn } from '#media/examiners.ts';
import { openStore } from '#store/open.ts';
import type { BrandStore } from '#store/store.ts';
import { databaseOf } from '#server/data.ts';
import { keepReceived } from '#server/mail-in.ts';
import { mailInRounds } from '#server/workers/mail-in.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { addMailChannel, conversationsOf, deliver, mailText, settle, SUPPORT } from '#test/mail-stage.ts';
import { until } from '#test/program.ts';
import { newBrand } from '#test/stores.ts';

/** A mail with so many files, each of a name that is not looked through to its end. */
const slowMail = (files: number): string => [
  'From: Mal <mal@customer.example>', `To: ${SUPPORT}`, 'Subject: Slow', 'Message-ID: <slow@customer.example>', 'Date: Mon, 23 Nov 2026 08:00:00 +0000', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x', '', '--x', 'Content-Type: text/plain', '', 'See the files.',
  ...Array.from({ length: files }, (_one, n) => ['--x', `Content-Type: application/pdf; name="${n}.pdf"`, `Content-Disposition: attachment; filename="${n}.pdf"`, '', '%PDF-1.4 %%EOF']).flat(), '--x--', '',
].join('\r\n');

/** Pdfs are looked through for ever, unless whoever asked is gone. */
const forEver = (asked: (turn: ExamineTurn) => void) => (): Examiners => ({
  examine: (_asked, turn) => new Promise((resolve) => {
    asked(turn);
    turn.gone?.addEventListener('abort', () => resolve({ ok: false, code: 'upload.not_scanned', facts: { why: 'gone' }, form: null }));
  }),
  close: () => undefined,
});

async function stage(context: TestContext, examiners: () => Examiners, rounds = false): Promise<{ house: TestHouse; brand: BrandStore; other: BrandStore }> {
  const house = await openHouse({ env: { SMTP_LISTEN: '127.0.0.1:0' }, examiners, rounds });
  context.after(async () => {
    await house.close();
    rmSync(house.dataDir, { recursive: true, force: true });
  });
  const { store } = house.building.parts;
  const [brand, other] = [await newBrand(store), await newBrand(store)];
  await addMailChannel(store, brand);
  await addMailChannel(store, other, { address: 'help@other.example' });
  return { house, brand, other };
}
const waiting = (brand: BrandStore) => brand.all(brand.q.selectFrom('received_mails').select(['state', 'tries', 'due_at']).where('state', '=', 'waiting'));

test('as many mails with files that take for ever as find room hold up no plain one: they go on in the room of the slow, and where that is full they wait with the late ones, the oldest first', async (context) => {
  const ends: (() => void)[] = [];
  const { house, brand } = await stage(context, () => ({
    examine: (_asked, { gone }) => new Promise((resolve) => {
      const end = (): void => resolve({ ok: false, code: 'upload.not_scanned', facts: { why: gone?.aborted === true ? 'gone' : 'no_turn' }, form: null });
      ends.push(end);
      gone?.addEventListener('abort', end);
    }),
    close: () => undefined,
  }));
  const { parts } = house.building;
  const rounds = mailInRounds(parts);
  const keep = async (subject: string, mail: string, from: string): Promise<void> => {
    house.clock.now += 1;
    await keepReceived(parts, parts.mailIn, { envelopeFrom: from, recipients: [SUPPORT], remoteAddress: '192.0.2.1', raw: Buffer.from(mail.replace('Slow', subject).replace('mal@', from)), begins: 0 });
  };
  const twentySlow = async (from: number): Promise<void> => {
    for (let n = from; n < from + 20; n += 1) await keep(`Slow ${n}`, slowMail(1), `mal${n}@`);
    await rounds.round();
    await until('their files are looked through', () => ends.length === from + 20);
  };
  const plain = (subject: string): Promise<void> => keep(subject, mailText({ subject }), 'ana@customer.example');
  const subjects = async (): Promise<string[]> => (await conversationsOf(brand)).map(({ subject }) => subject);
  const tries = async (): Promise<number[]> => (await waiting(brand)).map((row) => row.tries).sort();

  await twentySlow(0);
  await plain('First');
  await rounds.round();
  assert.deepEqual([(await tries())[0], await subjects()], [0, []], 'there is no room yet');
  house.clock.uptime += 3_000;
  await rounds.round();
  await until('it is filed', async () => (await subjects()).join() === 'First');

  await twentySlow(20);
  await plain('Second');
  house.clock.uptime += 3_000;
  await rounds.round();
  await until('they are put off, at the cost of no try', async () => (await tries()).filter((n) => n === 0).length >= 20);
  await rounds.round();
  await until('it is filed', async () => (await subjects()).join() === 'First,Second');
  assert.deepEqual([await tries(), ends.length], [[...Array<number>(20).fill(0), ...Array<number>(20).fill(1)], 40]);

  ends[7]!();
  await until('a slow one is filed', async () => (await subjects()).length === 3);
  await until('the oldest late one is taken up', () => rounds.round().then(() => ends.length === 41));
  const late = await brand.all(brand.q.selectFrom('received_mails').select(['id', 'tries', 'received_at']).where('reason', 'is not', null).where('state', '=', 'waiting').orderBy('received_at'));
  assert.deepEqual(late.map((row) => row.tries), [1, ...Array<number>(19).fill(0)]);
  parts.mailIn.stop();
  await rounds.ended();
  assert.deepEqual(new Set(await tries()), new Set([0]));
});

test('a place that comes free is given to the next mail at once, and not only in the next round', async (context) => {
  const { house, brand } = await stage(context, forEver(() => undefined));
  const { parts } = house.building;
  for (let n = 0; n < 25; n += 1) await keepReceived(parts, parts.mailIn, { envelopeFrom: 'ana@customer.example', recipients: [SUPPORT], remoteAddress: '192.0.2.1', raw: Buffer.from(mailText({ from: `Ana <ana${n}@customer.example>` })), begins: 0 });
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const rounds = mailInRounds(parts);
  await rounds.round();
  await rounds.ended();
  assert.equal((await conversationsOf(brand)).length, 25);
});

test('a mail with files that take for ever holds up no mail of its brand and of another, and the server stops all the same: the mail is as it was before', async (context) => {
  let asked = 0;
  const { house, brand, other } = await stage(context, forEver(() => void (asked += 1)), true);
  const port = house.building.mailPort as number;
  await deliver(port, slowMail(2));
  await until('its first file is looked through', () => asked === 1);
  await deliver(port, mailText());
  await deliver(port, mailText({ to: 'help@other.example' }), { to: ['help@other.example'] });
  await until('both others are filed', async () => (await conversationsOf(brand)).length === 1 && (await conversationsOf(other)).length === 1);
  assert.deepEqual((await waiting(brand)).map(({ tries }) => tries), [1]);
  await house.building.close();
  const store = await openStore(databaseOf(house.building.parts.config));
  assert.deepEqual(await waiting(store.brand(brand.id)), [{ state: 'waiting', tries: 0, due_at: house.clock.now }]);
  assert.equal(asked, 1);
  await store.close();
});

test('all files of a mail have one time together; what found none any more is refused with words, and the mail is filed', async (context) => {
  const given: (Allowance | undefined)[] = [];
  const { house, brand } = await stage(context, () => ({
    examine: async (_asked, { allowance }) => {
      given.push(allowance);
      return { ok: false, code: 'upload.not_scanned', facts: { why: given.length === 1 ? 'no_time_left' : 'no_turn' }, form: null };
    },
    close: () => undefined,
  }));
  await deliver(house.building.mailPort as number, slowMail(2));
  await settle(house, brand.id);
  assert.deepEqual([given.length, given[0] === given[1], given[0]], [2, true, { waiting: 300_000, work: 30_000 }]);
  assert.deepEqual((await conversationsOf(brand))[0]!.said, ['customer: See the files.']);
  const files = await brand.all(brand.q.selectFrom('files').select(['state', 'denial', 'message_id']));
  assert.deepEqual(files.map(({ state, denial, message_id: message }) => [state, denial, message !== null]), [['refused', 'upload.not_scanned', true], ['refused', 'upload.not_scanned', true]]);
});

test('a mail that takes longer than its claim is not taken up by another node meanwhile', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  let asked = 0;
  const { house, brand } = await stage(context, forEver(() => void (asked += 1)));
  await deliver(house.building.mailPort as number, slowMail(1));
  const here = mailInRounds(house.building.parts);
  const elsewhere = mailInRounds(house.building.parts);
  await here.round();
  await until('it is looked through', () => asked === 1);
  for (let passed = 0; passed < 240_000; passed += 30_000) {
    house.clock.now += 30_000;
    house.clock.uptime += 30_000;
    context.mock.timers.tick(30_000);
    await until('its claim is renewed', async () => (await waiting(brand))[0]!.due_at === house.clock.now + 120_000);
    await elsewhere.round();
  }
  assert.deepEqual([asked, (await waiting(brand)).map(({ tries }) => tries)], [1, [1]]);
  house.building.parts.mailIn.stop();
  await Promise.all([here.ended(), elsewhere.ended()]);
});

test('two mails of somebody new that are filed side by side are of one customer', async (context) => {
  let meanwhile: (() => Promise<void>) | undefined;
  const { house, brand } = await stage(context, () => ({
    examine: async () => {
      const first = meanwhile;
      meanwhile = undefined;
      await first?.();
      return { ok: false, code: 'upload.not_scanned', facts: { why: 'no_turn' }, form: null };
    },
    close: () => undefined,
  }));
  const port = house.building.mailPort as number;
  meanwhile = async () => {
    await deliver(port, mailText({ from: 'Mal <mal@customer.example>' }));
    await settle(house, brand.id);
  };
  await deliver(port, slowMail(1));
  await settle(house, brand.id);
  const [one, other] = await conversationsOf(brand);
  assert.deepEqual([one!.subject, other!.subject, one!.customer.id === other!.customer.id], ['Where is my tent?', 'Slow', true]);
});

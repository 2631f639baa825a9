// Outgoing mail against real servers that misbehave at every stage: nothing is lost, nothing doubled, nothing hangs, and exactly our headers arrive.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import { outgoing } from '#identity/post.ts';
import type { OutgoingMail } from '#identity/outgoing-mail.ts';
import { senderFrom } from '#outside/mail/message.ts';
import type { SmtpServer } from '#outside/mail/smtp-config.ts';
import { smtpMail } from '#outside/mail/smtp.ts';
import * as mailRows from '#store/mails.ts';
import * as settingRows from '#store/settings.ts';
import { deliver } from '#server/workers/delivery.ts';
import { postRound } from '#server/workers/post.ts';
import { CERTIFICATE } from '#test/certificate.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { broken, sink, type Sink } from '#test/mail-servers.ts';

const HOUR = 3_600_000;
/** Of servers that never answer; a good one on a busy machine has the usual time. */
const LIMIT_MS = 700;

interface Office extends TestHouse {
  readonly brandId: string;
  post(more?: Partial<OutgoingMail>): Promise<string>;
  row(id: string): Promise<mailRows.MailRow | undefined>;
  /** A round of a node that sends by this server. */
  node(server: Partial<SmtpServer> & { readonly port: number }): () => Promise<void>;
}

async function office(context: TestContext): Promise<Office> {
  const house = await openHouse();
  context.after(() => house.close());
  await house.setUp();
  const { parts } = house.building;
  const brand = parts.store.brand((await parts.brands.bySlug('acme'))!.id);
  return {
    ...house, brandId: brand.id,
    async post(more = {}) {
      const posted = outgoing(parts.keyring, brand, { kind: 'reply', from: { name: 'Acme', address: 'help@acme.example' }, to: [{ name: 'Noa', address: 'noa@example.com' }], subject: 'Your order', text: 'It is on its way.\n', ...more }, house.clock.now);
      await brand.note([posted.statement]);
      return posted.id;
    },
    row: (id) => mailRows.byId(brand, id),
    node(server) {
      const mail = smtpMail({ server: { host: '127.0.0.1', tls: 'off', login: undefined, ...server }, sender: senderFrom('Desk <desk@acme.example>')! });
      context.after(() => mail.close());
      return () => postRound({ ...parts, mail })();
    },
  };
}

test('silence, slowness and closing at every stage: the mail waits, and arrives once when the server is well again', async (context) => {
  const house = await office(context);
  const good = await sink(context);
  const stages = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'middle', 'end'] as const;
  const rows = [...stages.flatMap((stage) => [[stage, 'silent'], [stage, 'close']] as const), ['greeting', 'slow'], ['MAIL', 'slow']] as const;
  // All at once: each waits for its limit.
  const ids = await Promise.all(rows.map(async ([stage, act], at) => {
    const id = await house.post({ subject: `${stage} ${act}`, conversationId: `con_${at}` });
    return id;
  }));
  const { parts } = house.building;
  const brand = parts.store.brand(house.brandId);
  await Promise.all(rows.map(async ([stage, act], at) => {
    const mail = smtpMail({ server: { host: '127.0.0.1', port: await broken(context, stage, act), tls: 'off', login: undefined }, sender: senderFrom('desk@acme.example')!, limitMs: LIMIT_MS });
    const due = (await house.row(ids[at]!))!;
    await deliver({ ...parts, mail, judgeMail: async () => null }, brand, due);
    const after = (await house.row(due.id))!;
    assert.deepEqual([after.attempts, after.sent_at, after.given_up_at, after.claimed_at], [1, null, null, null], `${stage} ${act}`);
    assert.match(after.fault ?? '', /tried again later/, `${stage} ${act}: ${after.fault}`);
    mail.close();
  }));
  assert.deepEqual(good.mails, []);
  house.clock.now += HOUR;
  const round = house.node({ port: good.port });
  await round();
  await round();
  const subjects = good.mails.map((mail) => /^Subject: (.*)\r$/m.exec(mail)![1]!).sort();
  assert.deepEqual(subjects, rows.map((row) => row.join(' ')).sort());
  for (const id of ids) assert.ok((await house.row(id))!.sent_at !== null);
});

test('4xx at any stage is tried again, 5xx is given up with the reason in words, and sent again by hand', async (context) => {
  const house = await office(context);
  const refusal = (code: number): Error => Object.assign(new Error('no'), { responseCode: code });
  const stages: [string, SMTPServerOptions, ((mail: string) => Error | null)?][] = [
    ['MAIL', { onMailFrom: (_address, _session, done) => done(refusal(451)) }], ['RCPT', { onRcptTo: (_address, _session, done) => done(refusal(450)) }], ['end', {}, () => refusal(452)],
    ['MAIL', { onMailFrom: (_address, _session, done) => done(refusal(553)) }], ['RCPT', { onRcptTo: (_address, _session, done) => done(refusal(550)) }], ['end', {}, () => refusal(554)],
  ];
  for (const [at, [stage, options, answer]] of stages.entries()) {
    const id = await house.post({ subject: `${stage} ${at}` });
    await house.node(await sink(context, options, answer))();
    const row = (await house.row(id))!;
    if (at < 3) assert.deepEqual([row.given_up_at, row.sent_at, row.attempts], [null, null, 1], stage);
    else {
      assert.ok(row.given_up_at !== null && row.sealed !== null, stage);
      assert.match(row.fault!, /refused this mail \(55\d\): check the address/);
    }
  }
  const good = await sink(context);
  house.clock.now += HOUR;
  const brand = house.building.parts.store.brand(house.brandId);
  for (const row of await mailRows.givenUp(brand, { most: 9 })) await brand.note([mailRows.resend(brand, row.id, house.clock.now, null)]);
  await house.node(good)();
  assert.equal(good.mails.length, 6);
  assert.equal(new Set(good.mails.map((mail) => /^Message-ID: (.*)\r$/m.exec(mail)![1])).size, 6);
});

test('of several recipients each has its own outcome: who has the mail does not get it again', async (context) => {
  const house = await office(context);
  let down = true;
  const got: string[][] = [];
  const server = await sink(context, {
    onRcptTo(address, _session, done) {
      if (address.address.startsWith('no')) return done(Object.assign(new Error('no'), { responseCode: 550 }));
      done(down && address.address.startsWith('later') ? Object.assign(new Error('later'), { responseCode: 451 }) : null);
    },
    onMailFrom: (_address, session, done) => (got.push(session.envelope.rcptTo.map(({ address }) => address)), done()),
  });
  const to = ['ada', 'no', 'later'].map((name) => ({ name, address: `${name}@example.com` }));
  const id = await house.post({ to });
  const round = house.node(server);
  await round();
  assert.deepEqual([server.mails.length, (await house.row(id))!.given_up_at], [1, null]);
  down = false;
  house.clock.now += HOUR;
  await round();
  const row = (await house.row(id))!;
  assert.equal(server.mails.length, 2);
  assert.ok(row.given_up_at !== null && row.code === 'provider_refused');
  assert.equal(new Set(server.mails.map((mail) => /^Message-ID: (.*)\r$/m.exec(mail)![1])).size, 1, 'the same mail');
});

test('a server that refuses TLS, or whose certificate nobody vouches for, gets no mail and no password; the mail waits for the operator', async (context) => {
  const house = await office(context);
  const { cert, key } = CERTIFICATE;
  const servers: Partial<SmtpServer & { port: number }>[] = [
    { ...(await sink(context)), tls: 'starttls', login: { user: 'desk', pass: 'hunter2-hunter2' } },
    { ...(await sink(context, { disabledCommands: [], cert, key })), tls: 'starttls' },
    { ...(await sink(context, { secure: true, disabledCommands: [], cert, key })), tls: 'from the start' },
  ];
  for (const server of servers) {
    const id = await house.post();
    await house.node(server as SmtpServer)();
    const row = (await house.row(id))!;
    assert.deepEqual([(server as unknown as Sink).mails.length, row.sent_at, row.given_up_at], [0, null, null]);
    assert.match(row.fault!, /operator must/);
    await house.building.parts.store.brand(house.brandId).note([mailRows.remove(house.building.parts.store.brand(house.brandId), id)]);
  }
});

test('a node that dies before the last dot: sent once by another. After it: not sent again by itself, and an administrator is told', async (context) => {
  const house = await office(context);
  const good = await sink(context);
  const { parts } = house.building;
  const brand = parts.store.brand(house.brandId);
  const [before, after] = [await house.post({ subject: 'before' }), await house.post({ subject: 'after' })];
  for (const id of [before, after]) {
    const row = (await house.row(id))!;
    await brand.note([mailRows.claim(brand, row, house.clock.now, house.clock.now + 90_000)]);
  }
  await brand.note([mailRows.hand(brand, { id: after, attempts: 1 }, house.clock.now)]);
  const round = house.node(good);
  await round();
  assert.deepEqual(good.mails, [], 'somebody has them');
  house.clock.now += 91_000;
  await round();
  assert.deepEqual(good.mails.map((mail) => /^Subject: (.*)\r$/m.exec(mail)![1]), ['before']);
  const row = (await house.row(after))!;
  assert.deepEqual([row.code, row.sent_at], ['unconfirmed', null]);
  assert.match(row.fault!, /most likely arrived.*send it again or drop it/);
  // The node was not dead but slow: what it hands over now does not leave, and what it says it sent is believed.
  await assert.rejects(brand.note([mailRows.hand(brand, { id: before, attempts: 1 }, house.clock.now)]), { code: 'mail.taken' });
  await brand.note([mailRows.sent(brand, after, house.clock.now)]);
  assert.equal((await mailRows.givenUp(brand, { most: 9 })).length, 0);
});

test('mail.blocked_addresses: never written to, whatever kind of mail, also when it was blocked after it was posted', async (context) => {
  const house = await office(context);
  const good = await sink(context);
  const { parts } = house.building;
  const brand = parts.store.brand(house.brandId);
  const ids = [];
  for (const kind of ['letter', 'notice', 'reply', 'bounce-note'] as const) ids.push(await house.post({ kind, to: [{ name: '', address: 'no-reply@blocked.example' }] }));
  ids.push(await house.post({ cc: [{ name: '', address: 'x@blocked.example' }] }), await house.post({ bcc: [{ name: '', address: 'x@BLOCKED.example' }] }));
  const entry = { id: 'evt_blocked', at: 0, actor: { kind: 'host', id: null }, event: 'policy.changed', entity: { kind: 'policy', id: null } } as const;
  const value = JSON.stringify({ state: 'only', entries: [{ value: '@blocked.example' }] });
  await parts.brands.commit([brand.part({ statements: [settingRows.put(brand, { key: 'mail.blocked_addresses', value, set_by: null, set_at: 0 })], entries: [entry], bumps: ['policy'] })]);
  const allowed = await house.post();
  await house.node(good)();
  assert.equal(good.mails.length, 1);
  assert.ok((await house.row(allowed))!.sent_at !== null);
  for (const id of ids) {
    const row = (await house.row(id))!;
    assert.deepEqual([row.sent_at, row.code], [null, 'mail.blocked']);
  }
});

test('line breaks and zeros in names, subjects and headers: one mail with exactly our headers', async (context) => {
  const house = await office(context);
  const good = await sink(context);
  const evil = 'x\r\nBcc: eve@evil.example\r\nX-Evil: 1\0\r\n\r\nbody\n.\r\nMAIL FROM:<a@b.c>\u2028y';
  await house.post({
    from: { name: evil, address: 'help@acme.example' }, replyTo: { name: evil, address: 'help@acme.example' }, to: [{ name: evil, address: 'noa@example.com' }], subject: evil, text: `${evil}\r\n.\r\nQUIT\r\n`,
    headers: { 'X-Loop': evil, 'X-Evil': 'no' } as never,
  });
  const bad = await Promise.all(['noa@example.com\r\nBcc: eve@evil.example', 'a@b.c\0', 'a b@c.d', '<a@b.c>', 'a@b.c, d@e.f'].map((address) => house.post({ to: [{ name: '', address }] })));
  await house.node(good)();
  assert.equal(good.mails.length, 1);
  const [head = ''] = good.mails[0]!.split('\r\n\r\n');
  const names = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase()).sort();
  assert.deepEqual(names, ['content-transfer-encoding', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'reply-to', 'subject', 'to', 'x-loop']);
  for (const id of bad) assert.ok((await house.row(id))!.given_up_at !== null);
});

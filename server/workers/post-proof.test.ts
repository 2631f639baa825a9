// What outgoing mail promises, seen from outside: a signature that a receiver can verify, files byte by byte, and a server killed between the other side's 250 and its own row.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { ChildProcess } from 'node:child_process';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { outgoing } from '#identity/post.ts';
import type { OutgoingMail } from '#identity/outgoing-mail.ts';
import { senderFrom } from '#outside/mail/message.ts';
import { smtpMail } from '#outside/mail/smtp.ts';
import * as fileRows from '#store/files.ts';
import * as mailRows from '#store/mails.ts';
import * as settingRows from '#store/settings.ts';
import { postRound } from '#server/workers/post.ts';
import { groundOf } from '#test/conversations.ts';
import { readSignature } from '#test/dkim.ts';
import { PNG, sendFile } from '#test/files.ts';
import { openForwardStage } from '#test/forward-stage.ts';
import { openHouse } from '#test/house.ts';
import { sink } from '#test/mail-servers.ts';
import { only } from '#test/people.ts';
import { freePort } from '#test/ports.ts';
import { emptyFolder, startServer, until } from '#test/program.ts';
import { behindTheStore, eachStore, entryOf } from '#test/stores.ts';

const ANSWER: OutgoingMail = { kind: 'reply', from: { name: 'Größe & Söhne', address: 'help@acme.example' }, to: [{ name: 'Noa', address: 'noa@example.com' }], subject: 'Ihre Bestellung: größer', text: 'It is on  its way. \n\n.\nGrüße\n\n\n' };
const subjectOf = (mail: string): string => /^Subject: (.*)\r$/m.exec(mail)![1]!;

test('DKIM: what arrives verifies by the public key alone, and nothing of it can be changed', async (context) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const house = await openHouse();
  context.after(() => house.close());
  await house.setUp();
  const { parts } = house.building;
  const { brand } = await groundOf(house);
  const server = await sink(context);
  const mail = smtpMail({ server: { host: '127.0.0.1', port: server.port, tls: 'off', login: undefined }, sender: senderFrom('desk@acme.example')!, dkim: { domain: 'acme.example', selector: 'desk1', key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() } });
  context.after(() => mail.close());
  await brand.note([outgoing(parts.keyring, brand, { ...ANSWER, html: '<p>Grüße</p>', replyTo: { name: '', address: 'help+x@acme.example' } }, house.clock.now).statement]);
  await postRound({ ...parts, mail })();
  const raw = Buffer.from(server.mails[0]!, 'utf8').toString('latin1');
  const read = readSignature(raw, publicKey);
  assert.deepEqual([read.header, read.body, read.tags.get('d'), read.tags.get('s'), read.tags.get('c')], [true, true, 'acme.example', 'desk1', 'relaxed/relaxed']);
  for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'reply-to']) assert.ok(read.covers.includes(name), name);
  assert.equal(read.tags.has('l'), false, 'the whole body');
  assert.equal(readSignature(raw.replace('To: Noa', 'To: Eve'), publicKey).header, false);
  assert.equal(readSignature(raw.replace('</p>', '</b>').replace('PC9wPg', 'PC9iPg').replace('way', 'w4y'), publicKey).body, false);
  assert.equal(readSignature(raw, generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey).header, false);
});

test('a file leaves byte by byte; one that was taken away meanwhile keeps the mail here and says so, and never another conversation’s', async (context) => {
  const stage = await openForwardStage();
  context.after(() => stage.close());
  const { parts } = stage.house.building;
  const { id } = await stage.begin();
  const other = await stage.begin();
  const taken = await sendFile(stage.house, `/api/v1/conversations/${id}/files`, PNG, { name: 'photo.png', cookie: stage.cookie });
  const said = await stage.ask('POST', `/conversations/${id}/messages`, { id: 'message-1', kind: 'text', text: '', files: [taken.body.file.id] });
  assert.ok(said.status < 300, said.text);
  const post = async (conversationId: string): Promise<string> => {
    const posted = outgoing(parts.keyring, stage.brand, { ...ANSWER, files: [{ fileId: taken.body.file.id, name: 'größe "1";\n.png', type: 'image/png' }], conversationId }, stage.house.clock.now);
    await stage.brand.note([posted.statement]);
    await stage.post();
    return posted.id;
  };
  await post(id);
  const { mail } = stage.sink.mails[0]!;
  const { filename, mimeType, content } = mail.attachments[0]!;
  assert.deepEqual([filename, mimeType, Buffer.from(content as ArrayBuffer).equals((await fileBytes(stage, taken.body.file.id))!)], ['größe "1"; .png', 'image/png', true]);
  const foreign = (await mailRows.byId(stage.brand, await post(other.id)))!;
  // Its bytes are gone, as after a removal.
  await parts.media.blobs.remove((await fileRows.byIds(stage.brand, [taken.body.file.id]))[0]!.blob_key!);
  const gone = (await mailRows.byId(stage.brand, await post(id)))!;
  for (const row of [foreign, gone]) {
    assert.deepEqual([row.sent_at, row.given_up_at !== null], [null, true]);
    assert.match(row.fault!, /cannot be read any more: check that it is still in the conversation/);
  }
  assert.equal(stage.sink.mails.length, 1);
});

async function fileBytes(stage: Awaited<ReturnType<typeof openForwardStage>>, id: string): Promise<Buffer | undefined> {
  const [row] = await fileRows.byIds(stage.brand, [id]);
  const pieces: Uint8Array[] = [];
  for await (const piece of stage.house.building.parts.media.blobs.read(row!.blob_key!)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

test('whoever is on mail.blocked_addresses cannot be invited, is told so in words, and no mail waits for them', async (context) => {
  const house = await openHouse();
  context.after(() => house.close());
  const admin = await house.setUp();
  const cookie = await house.signIn(admin);
  const { brand, commit } = await groundOf(house);
  await commit([brand.part({ statements: [settingRows.put(brand, { key: 'mail.blocked_addresses', value: JSON.stringify(only('@robots.example')), set_by: null, set_at: 0 })], entries: [entryOf('policy.changed')], bumps: ['policy'] })]);
  const invite = (email: string) => house.call('POST', '/api/v1/users', { cookie, body: { email, name: 'Ray', role: 'agent', capabilities: [] } });
  for (const email of ['x@robots.example', 'X@ROBOTS.Example']) {
    const refused = await invite(email);
    assert.equal(refused.status, 422, refused.text);
    assert.deepEqual(refused.body.faults.map(({ path, code }: { path: string; code: string }) => [path, code]), [['email', 'mail.blocked']]);
    assert.match(refused.body.faults[0].message, /robots\.example/i);
  }
  assert.equal((await brand.all(brand.q.selectFrom('mails').selectAll())).length, 0);
  assert.equal((await brand.all(brand.q.selectFrom('agents').selectAll())).length, 1);
  await house.stepUp(admin, cookie);
  const taken = await invite('ray@people.example');
  assert.equal(taken.status, 201, taken.text);
  assert.equal((await brand.all(brand.q.selectFrom('mails').selectAll())).length, 1);
});

eachStore('kill -9 between the 250 of the other side and our row: one mail there, no second one, and an administrator is told it is perhaps sent; what waited is not lost', async (store, { where, context }) => {
  await store.close();
  let server: { child: ChildProcess; ended: Promise<unknown> } | undefined;
  const doubtful = 'handed over';
  // Frozen before the 250 leaves, killed after: it has no chance to write anything down.
  const other = await sink(context, {}, (mail) => {
    if (subjectOf(mail) === doubtful) {
      server!.child.kill('SIGSTOP');
      setImmediate(() => server!.child.kill('SIGKILL'));
    }
    return null;
  });
  const dataDir = emptyFolder(context);
  const secrets = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
  const env = { DATA_DIR: dataDir, ...('url' in where ? { DATABASE_URL: where.url, PORTCULLIS_KEYS: secrets } : {}) };
  const house = await openHouse({ env, dataDir });
  await house.setUp();
  const { brand } = await groundOf(house);
  const post = async (subject: string): Promise<string> => {
    const posted = outgoing(house.building.parts.keyring, brand, { ...ANSWER, subject }, Date.now());
    await brand.note([posted.statement]);
    return posted.id;
  };
  const first = await post(doubtful);
  const smtp = { ...env, SMTP_URL: `smtp://127.0.0.1:${other.port}`, MAIL_FROM: 'desk@acme.example' };
  const start = async () => startServer(context, { ...smtp, PORT: String(await freePort()) });
  server = await start();
  assert.equal(await server.ended, 'SIGKILL');
  const stopped = (await mailRows.byId(brand, first))!;
  assert.deepEqual([stopped.sent_at, stopped.given_up_at, stopped.claimed_at !== null, stopped.handed_at !== null], [null, null, true, true], 'its row says that the last dot was about to leave');
  const second = await post('waited');
  // Other nodes take up what is claimed after a minute and a half; a node that is alone at once.
  await behindTheStore('url' in where ? where : { file: `${dataDir}/portcullis.db` }, () => ['UPDATE mails SET due_at = due_at - 91000 WHERE claimed_at IS NOT NULL']);
  server = await start();
  const settled = await until('both mails have come to their end', async () => {
    const rows = await Promise.all([first, second].map((id) => mailRows.byId(brand, id)));
    return rows[0]!.given_up_at !== null && rows[1]!.sent_at !== null ? rows : undefined;
  });
  assert.deepEqual([settled[0]!.code, settled[0]!.sent_at, settled[0]!.sealed !== null], ['unconfirmed', null, true]);
  assert.deepEqual(other.mails.map(subjectOf), [doubtful, 'waited']);
  server.child.kill('SIGKILL');
  await server.ended;
  await house.close();
});

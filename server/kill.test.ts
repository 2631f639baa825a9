// A server killed in the middle of its work (kill -9), twice (as often as "portcullis.mjs kill" asks), while customers write: every message that was acknowledged is there, none twice.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '#store/open.ts';
import type { MessageRow } from '#store/messages.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as settingRows from '#store/settings.ts';
import { newAuditFile, newSecretsFile } from '#identity/key-files.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';
import { caller, openHouse } from '#test/house.ts';
import { chatWriter } from '#test/chat-writer.ts';
import { addChannel, addCustomer, groundOf } from '#test/conversations.ts';
import { freePort } from '#test/ports.ts';
import { portcullis, startServer, until } from '#test/program.ts';
import { eachStore, entryOf, type Stage } from '#test/stores.ts';

const SITE = 'https://shop.example';
/** How often it is killed. */
const KILLS = Number(process.env['PORTCULLIS_KILLS'] ?? 2);
/** A kill falls at some message of each second so many. */
const APART = 60;
/** Each says fewer than one may at once, and comes from a network of its own, so that nothing but the kills holds the load back. */
const MESSAGES = 6;
const CUSTOMERS = Math.ceil((KILLS * 2 * APART) / MESSAGES);
/** Fewer than lie between two kills: else what is answered at once would bring several kills on one start. */
const AT_ONCE = 40;

/** A brand with a channel and customers whose chats are open; gives their tokens. */
async function prepared(env: Record<string, string>, dataDir: string): Promise<{ brandId: string; tokens: string[] }> {
  const house = await openHouse({ env, dataDir });
  await house.setUp();
  const ground = await groundOf(house);
  const { brand } = ground;
  const channel_id = await addChannel(ground);
  const value = JSON.stringify({ state: 'only', entries: [{ value: SITE }] });
  const put = settingRows.put(brand, { channel_id, key: 'channel.site_origins', value, set_by: null, set_at: house.clock.now });
  const tokens: string[] = [];
  const statements = [put];
  for (let n = 0; n < CUSTOMERS; n += 1) {
    const token = `cht_${brand.id}.${newToken().text}`;
    tokens.push(token);
    const customer_id = await addCustomer(ground);
    statements.push(chatSessionRows.insert(brand, {
      id: newId('chs'), channel_id, customer_id, token_hash: tokenHash(token), site: SITE, proven: 'anonymous', verified_by: null, created_at: house.clock.now,
      expires_at: Number.MAX_SAFE_INTEGER, address: null, user_agent: '',
    }));
  }
  await ground.commit([brand.part({ statements, entries: [entryOf('test.put')], bumps: ['policy'] })]);
  await house.close();
  return { brandId: brand.id, tokens };
}

eachStore('kill -9 under load: what was acknowledged is there, once, in numbers without a gap, and the chains are whole', async (store, { where, context }: Stage) => {
  await store.close();
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-kill-'));
  context.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const keys = JSON.stringify({ secrets: newSecretsFile(0), audit: newAuditFile(0) });
  const env = { DATA_DIR: dataDir, ...('url' in where ? { DATABASE_URL: where.url, PORTCULLIS_KEYS: keys } : {}) };
  const { brandId, tokens } = await prepared(env, dataDir);

  const call = caller(port, `localhost:${port}`);
  const start = () => startServer(context, { ...env, PORT: String(port) });
  let server = start();
  let up: Promise<unknown> = until('the server answers', async () => (await call('GET', '/healthz').catch(() => null))?.status === 200);
  await up;

  /** Client id to the id that the server acknowledged it under; over a socket that is none. */
  const acknowledged = new Map<string, string | null>();
  // At no round number: in the middle of whatever is under way then.
  const kills = Array.from({ length: KILLS }, (_, nth) => (nth * 2 + 1) * APART - Math.floor(Math.random() * APART));
  let repeated = 0;

  async function restart(): Promise<void> {
    server.child.kill('SIGKILL');
    assert.equal(await server.ended, 'SIGKILL');
    server = start();
    await until('the server answers again', async () => (await call('GET', '/healthz').catch(() => null))?.status === 200);
  }

  /** Cut off, or too fast: it is sent again under the same id. */
  async function byRequest(from: string, token: string, id: string, text: string): Promise<string | false> {
    const answer = await call('POST', '/api/v1/chat/messages', { from, headers: { authorization: `Bearer ${token}` }, body: { id, text } }).catch(() => null);
    if (answer === null || answer.status === 429 || answer.status === 503) return false;
    assert.ok(answer.status === 201 || answer.status === 200, `${answer.status} ${answer.text}`);
    if (answer.status === 200) repeated += 1;
    return answer.body.id as string;
  }

  async function write(token: string, customer: number): Promise<void> {
    // Every other one by a socket, as the widget does; the others as it does where sockets are blocked.
    const from = `127.${Math.floor(customer / 250) % 250}.${customer % 250}.1`;
    const socket = customer % 2 === 0 ? chatWriter(port, token, from) : null;
    for (let n = 0; n < MESSAGES; n += 1) {
      const [id, text] = [`customer-${customer}-${n}`, `Message ${n} of ${customer}`];
      await until(`${id} is acknowledged`, async () => {
        await up;
        const done = socket === null ? await byRequest(from, token, id, text) : (await socket.say(id, text)) && null;
        if (done === false) return false;
        acknowledged.set(id, done);
        return true;
      });
      if (kills.length > 0 && acknowledged.size >= (kills[0] as number)) {
        kills.shift();
        // What was answered already may reach the next one while this one comes up: then it is killed again as soon as it has.
        up = up.then(restart);
      }
    }
    socket?.close();
  }
  const waiting = tokens.entries();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const [customer, token] of waiting) await write(token, customer);
  }));
  await up;
  server.child.kill('SIGINT');
  await server.ended;
  assert.equal(kills.length, 0);
  assert.equal(acknowledged.size, CUSTOMERS * MESSAGES);

  const again = await openStore('url' in where ? where : { file: join(dataDir, 'portcullis.db') });
  const brand = again.brand(brandId);
  const rows: MessageRow[] = await brand.all(brand.q.selectFrom('messages').selectAll().orderBy('conversation_id').orderBy('seq'));
  const conversations = await brand.all(brand.q.selectFrom('conversations').selectAll());
  await again.close();
  assert.deepEqual(rows.filter((row) => (acknowledged.get(row.client_id) ?? row.id) !== row.id || !acknowledged.has(row.client_id)).map((row) => row.client_id), [], 'each is there under the id that was acknowledged');
  assert.equal(rows.length, CUSTOMERS * MESSAGES, `none twice (${repeated} were sent again)`);
  assert.equal(conversations.length, CUSTOMERS);
  for (const { id, last_seq } of conversations) {
    const theirs = rows.filter((row) => row.conversation_id === id);
    assert.deepEqual(theirs.map(({ seq }) => seq), theirs.map((_, at) => at + 1));
    assert.equal(last_seq, theirs.length);
    assert.deepEqual(theirs.map(({ text }) => text), theirs.map(({ text }, at) => text.replace(/Message \d+/, `Message ${at}`)), 'in the order they were written');
  }
  const verified = await portcullis(env, ['audit', 'verify']);
  assert.equal(verified.code, 0, verified.said);
});

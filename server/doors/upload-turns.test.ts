// Whose file is looked through next: a stranger with many chat sessions stops no agent and no customer of another network, and who hangs up holds nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { EXAMINER_LIMITS, type Examiners, openExaminers } from '#media/examiners.ts';
import { beginChat, bearer } from '#test/chat.ts';
import { sendFile, TEXT } from '#test/files.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { type FileStage, openFileStage } from '#test/opening.ts';
import { until } from '#test/program.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-turns-'));
const program = join(root, 'program.ts');
// Passes everything; one that says it is slow takes until a file opens the gate, and one that says never takes for ever.
writeFileSync(program, `const fs = require('node:fs');
  const pass = (type) => process.send({ ok: true, form: type, type, removed: null, cleaned: null, written: false });
  process.on('message', ({ path, claimed }) => {
    const said = fs.readFileSync(path, 'latin1');
    if (said === 'never') return void setInterval(() => undefined, 1_000);
    if (said !== 'slow') return void pass(claimed);
    const gate = setInterval(() => fs.existsSync(path.replace(/in_[^/]*$/, 'in_gate')) && (clearInterval(gate), pass(claimed)), 30);
  });
  process.send('ready');`);

let house: TestHouse;
let admin: Admin;
let cookie: string;
let stage: FileStage;
/** In its place while a test says so. */
let instead: Examiners['examine'] | null = null;
before(async () => {
  house = await openHouse({
    examiners: (folder) => {
      const real = openExaminers(folder, EXAMINER_LIMITS, program);
      return { examine: (asked, turn) => (instead ?? real.examine)(asked, turn), close: real.close };
    },
  });
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  stage = await openFileStage(house, admin, cookie);
});
after(async () => {
  await house.close();
  rmSync(root, { recursive: true, force: true });
});

const spooled = (): number => readdirSync(join(house.dataDir, 'incoming')).length;
const fromChat = (token: string, said: string, from: string, signal?: AbortSignal): Promise<Answer> => sendFile(house, '/api/v1/chat/files', Buffer.from(said), { name: 'a.txt', token, from, ...(signal === undefined ? {} : { signal }) });
const fromAgent = (): Promise<Answer> => sendFile(house, `/api/v1/conversations/${stage.conversation}/files`, TEXT, { name: 'a.txt', cookie });

it('four sessions of one network hold up their own network alone: an agent is not kept waiting, and a customer of another network comes next', async () => {
  const tokens = await Promise.all(Array.from({ length: 4 }, () => beginChat(house, stage.channel)));
  const order: string[] = [];
  const came = (who: string, answer: Promise<Answer>): Promise<void> => answer.then(({ status }) => void order.push(`${who} ${status}`));
  const strangers = tokens.map((token) => came('stranger', fromChat(token, 'slow', '127.0.1.1')));
  await until('all four wait', () => spooled() === 4);
  assert.equal((await fromAgent()).status, 201);
  const honest = came('honest', fromChat(stage.token, 'hello', '127.0.3.1'));
  await until('the customer waits too', () => spooled() === 5);
  writeFileSync(join(house.dataDir, 'incoming', 'in_gate'), '');
  await Promise.all([...strangers, honest]);
  rmSync(join(house.dataDir, 'incoming', 'in_gate'));
  assert.deepEqual(order.toSorted(), ['honest 201', ...Array.from({ length: 4 }, () => 'stranger 201')]);
  assert.ok(order.indexOf('honest 201') <= 1, order.join());
});

it('who hangs up loses the turn they have and those they wait for', async () => {
  const hangUp = new AbortController();
  const strangers = (await Promise.all(Array.from({ length: 3 }, () => beginChat(house, stage.channel)))).map((token) => fromChat(token, 'never', '127.0.1.1', hangUp.signal));
  await until('all three wait', () => spooled() === 3);
  const honest = fromChat(stage.token, 'hello again', '127.0.1.1');
  hangUp.abort();
  await Promise.all(strangers);
  assert.equal((await honest).status, 201);
  await until('nothing of theirs is left', () => spooled() === 0);
});

it('who waited in vain is told so and when to come again, leaves no file, and goes on with an upload that is whole', async () => {
  instead = async () => ({ ok: false, code: 'upload.not_scanned', facts: { why: 'no_turn' }, form: null });
  const whole = await fromAgent();
  assert.deepEqual([whole.status, whole.body.code, whole.headers['retry-after'], whole.body.file], [503, 'upload.busy', '10', undefined]);
  const { upload } = (await house.call('POST', '/api/v1/chat/uploads', { body: { name: 'a.txt', length: 5 }, headers: bearer(stage.token) })).body;
  const piece = (offset: number, bytes: string): Promise<Answer> =>
    sendFile(house, `/api/v1/chat/uploads/${upload.id}`, Buffer.from(bytes), { name: '', method: 'PATCH', token: stage.token, headers: { 'content-type': 'application/offset+octet-stream', 'x-file-name': undefined, 'upload-offset': String(offset) } });
  assert.equal((await piece(0, 'hello')).body.code, 'upload.busy');
  instead = null;
  const later = await piece(5, '');
  assert.deepEqual([later.status, later.body.file?.state], [201, 'accepted'], later.text);
});

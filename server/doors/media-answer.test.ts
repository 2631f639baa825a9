// How a file leaves: headers under which nothing runs and nobody keeps it, parts, conditional requests, names; for every kind of asker alike.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bearer } from '#test/chat.ts';
import { TEXT } from '#test/files.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { agentFile, contentOf, type FileStage, openFileStage } from '#test/opening.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
let stage: FileStage;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  stage = await openFileStage(house, admin, cookie);
});
after(() => house.close());

const ask = (id: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> => house.call(method, contentOf(id), { cookie, headers });

describe('the headers of a file', () => {
  const always = (answer: Answer): void => {
    assert.match(String(answer.headers['content-security-policy']), /^sandbox; default-src 'none'/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['cache-control'], 'private, no-store');
    assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(answer.headers['x-frame-options'], 'DENY');
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
  };

  it('of a picture: shown in place, under its own type', async () => {
    const answer = await ask(stage.fromCustomer);
    always(answer);
    assert.deepEqual([answer.status, answer.headers['content-type'], answer.headers['content-disposition'], answer.headers['accept-ranges']], [200, 'image/png', 'inline; filename=photo.png', 'bytes']);
    const saved = await house.call('GET', `${contentOf(stage.fromCustomer)}?save=1`, { cookie });
    assert.equal(saved.headers['content-disposition'], 'attachment; filename=photo.png');
  });

  it('of everything else: bytes to be saved', async () => {
    const answer = await ask(stage.fromAgent);
    always(answer);
    assert.deepEqual([answer.headers['content-type'], answer.headers['content-disposition']], ['application/octet-stream', 'attachment; filename=blinds.txt']);
    assert.equal(answer.text, TEXT.toString());
  });

  it('of a thumbnail, of a part, of what is unchanged, of no such part, and of a head alone', async () => {
    const thumbnail = await house.call('GET', `/api/v1/files/${stage.fromCustomer}/thumbnail`, { cookie });
    assert.deepEqual([thumbnail.status, thumbnail.headers['content-type']], [200, 'image/webp']);
    const etag = String((await ask(stage.fromAgent)).headers['etag']);
    for (const answer of [thumbnail, await ask(stage.fromAgent, { range: 'bytes=0-1' }), await ask(stage.fromAgent, { 'if-none-match': etag }), await ask(stage.fromAgent, { range: 'bytes=9999-' }), await ask(stage.fromAgent, {}, 'HEAD')]) always(answer);
  });

  it('a name in another script is told as RFC 8187 has it', async () => {
    const file = await agentFile(house, cookie, stage.conversation, { name: 'קבלה מרץ.txt' });
    assert.equal((await ask(file)).headers['content-disposition'], `attachment; filename="???? ???.txt"; filename*=UTF-8''${encodeURIComponent('קבלה מרץ.txt')}`);
  });
});

describe('a part of a file', () => {
  it('is 206 with its place; what cannot be had is 416; several at once, and what is no range, are the whole', async () => {
    const length = TEXT.length;
    const part = await ask(stage.fromAgent, { range: 'bytes=4-9' });
    assert.deepEqual([part.status, part.headers['content-range'], part.headers['content-length'], part.text], [206, `bytes 4-9/${length}`, '6', TEXT.subarray(4, 10).toString()]);
    const last = await ask(stage.fromAgent, { range: 'bytes=-5' });
    assert.deepEqual([last.status, last.text], [206, TEXT.subarray(length - 5).toString()]);
    const none = await ask(stage.fromAgent, { range: `bytes=${length}-` });
    assert.deepEqual([none.status, none.headers['content-range'], none.text], [416, `bytes */${length}`, '']);
    for (const range of ['bytes=0-1,3-4', 'lines=1-2', 'bytes=9-2']) assert.deepEqual([(await ask(stage.fromAgent, { range })).status], [200], range);
  });

  it('If-Range with another tag, or a date, is the whole', async () => {
    const etag = String((await ask(stage.fromAgent)).headers['etag']);
    assert.equal((await ask(stage.fromAgent, { range: 'bytes=0-1', 'if-range': etag })).status, 206);
    for (const other of ['"x"', `W/${etag}`, 'Mon, 23 Nov 2026 08:00:00 GMT']) assert.equal((await ask(stage.fromAgent, { range: 'bytes=0-1', 'if-range': other })).status, 200);
  });

  it('a customer’s frame gets the same parts', async () => {
    const part = await house.call('GET', contentOf(stage.fromAgent), { headers: { ...bearer(stage.token), range: 'bytes=0-2' } });
    assert.deepEqual([part.status, part.text], [206, 'The']);
  });
});

describe('a conditional request', () => {
  it('is 304 without a body, or 412; and HEAD has the length and no body', async () => {
    const etag = String((await ask(stage.fromAgent)).headers['etag']);
    const same = await ask(stage.fromAgent, { 'if-none-match': etag });
    assert.deepEqual([same.status, same.text, same.headers['etag']], [304, '', etag]);
    assert.equal((await ask(stage.fromAgent, { 'if-match': '"x"' })).status, 412);
    const head = await ask(stage.fromAgent, {}, 'HEAD');
    assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, String(TEXT.length), '']);
  });
});

it('bytes arrive as they were sent, also beyond one read', async () => {
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, at) => 97 + (at * 7) % 26));
  const file = await agentFile(house, cookie, stage.conversation, { name: 'long.txt', bytes });
  const whole = await ask(file);
  assert.equal(whole.text, bytes.toString());
  const part = await ask(file, { range: 'bytes=262140-524300' });
  assert.equal(part.text, bytes.subarray(262_140, 524_301).toString());
});

// A link for one recipient and one file: its code by mail, its end, its withdrawal, limits against guessing and pumping, and that looking uses nothing up.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { issueRecipientLink } from '#media/recipient-links.ts';
import { TEXT } from '#test/files.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { mailsOf } from '#test/mails.ts';
import { type FileStage, openFileStage, withoutOpenings } from '#test/opening.ts';
import { only, OUTSIDE, trail } from '#test/people.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
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
beforeEach(async () => {
  // Rates of a network are not what is asked here.
  house.clock.uptime += 600_000;
  await house.building.parts.brands.confirm();
  cookie = await house.signIn(admin);
});

async function issue(days = 7): Promise<{ token: string; id: string }> {
  const { keyring, store, brands } = house.building.parts;
  const brand = store.brand(stage.channel.brandId);
  const { token, id, statement, entry } = issueRecipientLink({ keyring, now: () => house.clock.now }, brand, { fileId: stage.fromAgent, recipient: 'ada@outside.example', expiresAt: house.clock.now + days * DAY, by: null });
  await brands.commit([brand.part({ statements: [statement], entries: [entry] })]);
  return { token, id };
}
const ask = (what: 'open' | 'code' | 'prove', body: unknown, shown?: string): Promise<Answer> => house.call('POST', `/api/v1/recipient-links/${what}`, { from: OUTSIDE, body, ...(shown === undefined ? {} : { cookie: shown }) });
const fetchFile = (shown: string | undefined): Promise<Answer> => house.call('GET', '/api/v1/recipient-links/file', { from: OUTSIDE, cookie: shown });
const mailed = async (): Promise<string[]> => (await mailsOf(house)).filter(({ to }) => to.includes('ada@outside.example')).map(({ text }) => text);
async function codeOf(token: string): Promise<string> {
  // Mails of one millisecond lie in no order: it is the one that was not there before.
  const before = new Set(await mailed());
  const sent = await ask('code', { token });
  assert.equal(sent.status, 202, sent.text);
  return /^[0-9]{6}$/m.exec((await mailed()).find((text) => !before.has(text))!)![0];
}
const fileCookie = (answer: Answer): string => answer.cookies.find((one) => one.startsWith('__Host-file='))!;

describe('a link for one recipient', () => {
  it('asks for a code at its own mailbox, gives the file for it, and no list of addresses is asked', async () => {
    const saved = await house.save(admin, cookie, { 'management.allowlist': only('127.0.0.1') });
    assert.equal(saved.status, 200, saved.text);
    const { token, id } = await issue();
    for (let looked = 0; looked < 3; looked += 1) {
      const seen = await ask('open', { token });
      assert.deepEqual([seen.status, seen.body.recipient, seen.body.file], [200, 'a•••@outside.example', null], 'looking uses nothing up');
      assert.doesNotMatch(seen.text, /blinds|ada@/);
    }
    assert.deepEqual([(await fetchFile(undefined)).status, (await fetchFile('__Host-file=x')).body.code], [401, 'recipient_link.code_required']);
    const proven = await ask('prove', { token, code: await codeOf(token) });
    assert.deepEqual([proven.status, proven.body.file.name], [200, 'blinds.txt'], proven.text);
    const shown = fileCookie(proven);
    assert.match(String(proven.headers['set-cookie']), /HttpOnly; SameSite=Strict; Max-Age=900/);
    await withoutOpenings(house, async () => assert.ok((await fetchFile(shown)).status >= 500, 'no byte leaves without its row'));
    const file = await fetchFile(shown);
    assert.deepEqual([file.status, file.text, file.headers['content-disposition']], [200, TEXT.toString(), 'attachment; filename=blinds.txt']);
    assert.equal((await ask('open', { token }, shown)).body.file.name, 'blinds.txt');
    const opened = (await trail(house, cookie, 'what=file.opened'))[0];
    assert.match(JSON.stringify(opened), new RegExp(id));
    await house.save(admin, cookie, { 'management.allowlist': { state: 'any', entries: [] } });
  });

  it('is judged again when the row of the opening was waited for: withdrawn meanwhile it opens nothing', async () => {
    const { token, id } = await issue();
    const shown = fileCookie(await ask('prove', { token, code: await codeOf(token) }));
    const openings = house.building.parts.openings as { note: typeof house.building.parts.openings.note };
    const { note } = openings;
    // As on a slow disk: whoever asks first has it withdrawn before the row is written.
    openings.note = (brand, opening) => house.call('POST', `/api/v1/recipient-links/${id}/revoke`, { cookie }).then(() => note(brand, opening));
    const answer = await fetchFile(shown);
    openings.note = note;
    assert.deepEqual([answer.status >= 400, answer.text.includes(TEXT.toString())], [true, false], answer.text);
  });

  it('the code works ten minutes, five tries, once; and what it gave works a quarter of an hour in that browser alone', async () => {
    const { token } = await issue();
    const code = await codeOf(token);
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tried = 0; tried < 4; tried += 1) assert.equal((await ask('prove', { token, code: wrong })).body.code, 'recipient_link.wrong_code');
    const shown = fileCookie(await ask('prove', { token, code }));
    assert.equal((await ask('prove', { token, code })).body.code, 'code.expired', 'once');
    assert.equal((await fetchFile(shown)).status, 200);
    house.clock.now += 15 * MINUTE - 1;
    assert.equal((await fetchFile(shown)).status, 200);
    house.clock.now += 1;
    assert.equal((await fetchFile(shown)).body.code, 'recipient_link.code_required');
    const next = await codeOf(token);
    for (let tried = 0; tried < 5; tried += 1) await ask('prove', { token, code: next === '000000' ? '000001' : '000000' });
    assert.equal((await ask('prove', { token, code: next })).body.code, 'code.expired', 'after five wrong ones the right one is none');
    const late = await codeOf(token);
    house.clock.now += 10 * MINUTE;
    assert.equal((await ask('prove', { token, code: late })).body.code, 'code.expired');
    const second = fileCookie(await ask('prove', { token, code: await codeOf(token) }));
    assert.equal((await fetchFile(second)).status, 200);
    assert.equal((await fetchFile(shown)).status, 401, 'the browser of before opens nothing');
  });

  it('five codes an hour are mailed and no more, however often they are asked for', async () => {
    const { token } = await issue();
    for (let sent = 0; sent < 5; sent += 1) assert.equal((await ask('code', { token })).status, 202);
    const more = await ask('code', { token });
    assert.deepEqual([more.status, more.body.code], [429, 'recipient_link.too_many_codes']);
    assert.match(more.body.detail, /wait 60 minutes/);
  });

  it('is over at its end, and withdrawn at once; a token that nobody gave is one answer', async () => {
    const { token, id } = await issue(1);
    const shown = fileCookie(await ask('prove', { token, code: await codeOf(token) }));
    const list = await house.call('GET', `/api/v1/files/${stage.fromAgent}/recipient-links`, { cookie });
    assert.ok(list.body.links.some((one: { id: string; recipient: string; state: string }) => one.id === id && one.recipient === 'ada@outside.example' && one.state === 'open'));
    assert.equal((await house.call('POST', `/api/v1/recipient-links/${id}/revoke`, { cookie })).status, 204);
    assert.equal((await fetchFile(shown)).status, 401);
    assert.equal((await ask('open', { token })).body.code, 'recipient_link.revoked');
    const other = await issue(1);
    house.clock.now += DAY;
    assert.equal((await ask('open', { token: other.token })).body.code, 'recipient_link.expired');
    assert.equal((await ask('code', { token: other.token })).body.code, 'recipient_link.expired');
    for (const made of [`rfl_${stage.channel.brandId}.${'a'.repeat(43)}`, `rfl_b000000000000.${'a'.repeat(43)}`, 'x']) assert.deepEqual([(await ask('open', { token: made })).status, (await ask('open', { token: made })).body.code], [410, 'link.invalid']);
  });

  it('of a conversation that is due to go nobody is told whom its files were mailed to, nor may anybody withdraw', async () => {
    const { id } = await issue(90);
    const listed = () => house.call('GET', `/api/v1/files/${stage.fromAgent}/recipient-links`, { cookie });
    assert.equal((await listed()).status, 200);
    const saved = await house.save(admin, cookie, { 'retention.open_days': 30 });
    assert.equal(saved.status, 200, saved.text);
    house.clock.now += 31 * DAY;
    await house.building.parts.brands.confirm();
    cookie = await house.signIn(admin);
    assert.deepEqual([(await listed()).status, (await house.call('POST', `/api/v1/recipient-links/${id}/revoke`, { cookie })).status, (await house.call('GET', `/api/v1/files/${stage.fromAgent}`, { cookie })).status], [404, 410, 404]);
  });
});

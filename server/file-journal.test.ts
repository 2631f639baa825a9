// Files in the journal: what was sent and opened is noted without a name or a byte, replays to the same, and is forgotten with its customer.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bearer } from '#test/chat.ts';
import { type ClamdStandIn, HARMFUL, openClamd } from '#test/clamd-stand-in.ts';
import { PNG, sendFile, tellingPng, TEXT } from '#test/files.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { contentOf, type FileStage, linkOf, openFileStage } from '#test/opening.ts';
import * as decisionRows from '#store/decisions.ts';
import type { BrandStore } from '#store/store.ts';

let house: TestHouse;
let clamd: ClamdStandIn;
let admin: Admin;
let cookie: string;
let stage: FileStage;
let rows: BrandStore;
before(async () => {
  clamd = await openClamd();
  house = await openHouse({ env: { CLAMD: `tcp://127.0.0.1:${clamd.port}` } });
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  stage = await openFileStage(house, admin, cookie);
  rows = house.building.parts.store.brand(stage.channel.brandId);
});
after(async () => {
  await house.close();
  clamd.close();
});

const VIRUS = Buffer.from(`${HARMFUL}\n`);
const fromCustomer = (name: string, bytes: Uint8Array | Iterable<Uint8Array>, more: object = {}) => sendFile(house, '/api/v1/chat/files', bytes, { name, token: stage.token, ...more });
const replay = async (settings: unknown) => {
  const { text, status } = await house.call('POST', '/api/v1/policy/replay', { cookie, body: { settings } });
  assert.equal(status, 200, text);
  return JSON.parse(text.trim().split('\n').at(-1)!).result;
};
const kept = async (question: string) => {
  await house.building.parts.journal.flush();
  const found = (await decisionRows.page(rows, '', 1_000)).filter((row) => row.question === question);
  return found.map((row) => ({ ...row, facts: JSON.parse(row.facts) as Record<string, unknown> }));
};

describe('what files were judged by', () => {
  it('stands there once for each: from declared to found, with sizes and types, and nothing of the file itself', async () => {
    const before = await kept('upload');
    assert.deepEqual(before.map(({ code, subject_kind: who, facts: { side, extensionType } }) => [code, who, side, extensionType]).sort(), [[null, 'agent', 'agent', 'txt'], [null, 'customer', 'customer', 'png']]);
    const codes = [
      await fromCustomer('Jane Doe passport.zip', Buffer.from('PK\u0003\u0004')), await fromCustomer('Jane.txt', PNG), await fromCustomer('empty.txt', Buffer.alloc(0)), await fromCustomer('Jane.txt', VIRUS),
      await sendFile(house, '/api/v1/chat/uploads', Buffer.from(JSON.stringify({ name: 'Jane.exe', length: 12 })), { name: '', token: stage.token, headers: { 'content-type': 'application/json' } }),
    ].map(({ body }) => body.code);
    assert.deepEqual(codes, ['upload.type_not_allowed', 'upload.type_mismatch', 'upload.empty', 'upload.virus_found', 'upload.type_not_allowed']);
    const noted = (await kept('upload')).filter(({ code }) => code !== null);
    assert.deepEqual(noted.map(({ code, facts: { extensionType, bytes, contentType, finding } }) => [code, extensionType, bytes, contentType, finding]).sort((a, b) => String(a).localeCompare(String(b))), [
      ['upload.empty', 'txt', 0, 'txt', null], ['upload.type_mismatch', 'txt', PNG.byteLength, 'png', null], ['upload.type_not_allowed', null, null, null, null],
      ['upload.type_not_allowed', 'zip', null, null, null], ['upload.virus_found', 'txt', VIRUS.byteLength, 'txt', 'upload.virus_found'],
    ].sort((a, b) => String(a).localeCompare(String(b))));
    assert.ok(noted.every(({ channel_id: channel, subject_kind: who }) => channel === stage.channel.id && who === 'customer'));
    assert.doesNotMatch(JSON.stringify(noted), /Jane|passport|photo|sha/);
  });

  it('and who opened one, by what: what is judged again on the way is not counted twice', async () => {
    const link = await linkOf(house, cookie, stage.fromCustomer);
    assert.equal((await house.call('GET', contentOf(stage.fromCustomer), { cookie })).status, 200);
    assert.equal((await house.call('GET', contentOf(stage.fromCustomer), { headers: bearer(stage.token) })).status, 200);
    assert.equal((await house.call('GET', link)).body.code, 'media.sign_in_required');
    const noted = await kept('media');
    assert.deepEqual(noted.map(({ subject_kind: who, code, count, facts: { mayRead, holdsLink } }) => [who, code, count, mayRead, holdsLink]).sort(), [
      ['agent', null, 1, true, false], ['anonymous', 'media.sign_in_required', 1, false, true], ['customer', null, 1, true, false],
    ]);
  });

  it('a draft is tried on them, and the settings as they are give what was decided', async () => {
    const same = await replay({});
    assert.deepEqual([same.changed, same.unfaithful, same.unreadable, same.unnoted], [0, 0, 0, 0]);
    const small = await replay({ 'upload.max_bytes': PNG.byteLength - 1, 'upload.customer.types': ['txt', 'png'] });
    assert.deepEqual(small.examples.filter((one: { question: string }) => one.question === 'upload').map((one: { did: string; becomes: string; channelName: string }) => [one.did, one.becomes, one.channelName]).slice(0, 1), [['sent a file', 'upload.too_large', 'Shop']]);
    const open = await replay({ 'media.enforce_access': false });
    assert.deepEqual(open.examples.map((one: { question: string; was: string; becomes: string | null }) => [one.question, one.was, one.becomes]), [['media', 'media.sign_in_required', null]]);
    const zips = await replay({ 'upload.customer.types': ['png', 'txt', 'zip'] });
    assert.equal(zips.nowAllowed, 1, 'as far as it was declared: nobody looked into it');
  });

  it('what could not be taken out of a picture was decided by that setting', async () => {
    const cut = tellingPng('Jane').subarray(0, 60);
    const sent = await fromCustomer('a.png', cut);
    assert.equal(sent.status, 422, sent.text);
    const [noted] = (await kept('upload')).filter(({ facts }) => facts['bytes'] === cut.byteLength);
    assert.deepEqual([noted!.code, noted!.facts['finding']], [sent.body.code, sent.body.code]);
    assert.equal((await replay({})).unfaithful, 0);
  });

  it('what came without a length and was cut is kept as one byte too many', async () => {
    assert.equal((await house.save(admin, cookie, { 'upload.max_bytes': 100 })).status, 200);
    assert.equal((await fromCustomer('a.txt', [Buffer.alloc(5_000, 'a'), Buffer.alloc(5_000, 'a')])).body.code, 'upload.too_large');
    const noted = (await kept('upload')).filter(({ code }) => code === 'upload.too_large');
    assert.deepEqual(noted.map(({ facts: { bytes, declaredBytes } }) => [bytes, declaredBytes]), [[101, null]]);
    assert.equal((await replay({})).unfaithful, 0);
  });
});

describe('a customer who is erased', () => {
  it('is forgotten there, and what waits to be written of them is not written', async () => {
    const { subject_id: customer } = (await kept('upload')).find(({ subject_kind: who }) => who === 'customer')!;
    const of = async () => (await decisionRows.page(rows, '', 1_000)).filter((row) => row.subject_id === customer).length;
    assert.ok((await of()) > 3);
    assert.equal((await fromCustomer('late.txt', TEXT)).status, 201);
    const plan = await house.call('GET', `/api/v1/customers/${customer}/erasure`, { cookie });
    const erased = await house.call('POST', `/api/v1/customers/${customer}/erase`, { cookie, body: { fingerprint: plan.body.fingerprint } });
    assert.ok([200, 202].includes(erased.status), erased.text);
    await house.building.parts.journal.flush();
    assert.equal(await of(), 0);
  });
});

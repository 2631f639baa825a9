// Channels of mail over HTTP: everything wrong at once, an address belongs to one channel of the house, passwords are sealed and never told, and trying says why.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as mailChannels from '#store/mail-channels.ts';
import { everyCell } from '#test/every-table.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { join } from 'node:path';

describe('channels of mail', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  const call = (method: string, path: string, body?: unknown) => house.call(method, `/api/v1/${path}`, { cookie, ...(body === undefined ? {} : { body }) });
  const mailbox = { host: 'imap.example.com', port: 993, security: 'tls', user: 'ana', folder: 'INBOX', after: 'seen', moveTo: '' };
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
    await house.stepUp(admin, cookie);
  });
  after(() => house.close());

  it('names everything that is wrong', async () => {
    const answer = await call('POST', 'mail-channels', { name: '', addresses: ['nobody', 'a@b.example', 'A@B.example'], senderName: 'x\ny', senderAddress: 'no', takesSmtp: false, mailbox: { ...mailbox, host: 'no host', port: 0, security: 'none', after: 'move', moveTo: 'INBOX' } });
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.faults.map((one: any) => one.path).sort(), ['addresses.0', 'addresses.2', 'mailbox.host', 'mailbox.moveTo', 'mailbox.port', 'mailbox.security', 'name', 'password', 'senderAddress', 'senderName']);
    assert.deepEqual((await call('POST', 'mail-channels', { name: 'No way', addresses: ['x@acme.example'], takesSmtp: false })).body.faults.map((one: any) => one.code), ['mail_channel.no_way']);
  });

  it('keeps one, seals its password, gives its address to nobody else, and lets it be changed', async () => {
    const made = await call('POST', 'mail-channels', { name: 'Support', addresses: ['Support@Acme.example', 'help@acme.example'], senderName: 'Acme', senderAddress: 'support@acme.example', mailbox, password: 'hunter2hunter2' });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual([made.body.addresses, made.body.hasPassword, made.body.mailbox], [['support@acme.example', 'help@acme.example'], true, mailbox]);
    assert.ok(!made.text.includes('hunter2'));
    assert.deepEqual((await everyCell({ file: join(house.dataDir, 'portcullis.db') })).filter((cell) => cell.includes('hunter2')), []);
    const taken = await call('POST', 'mail-channels', { name: 'Other', addresses: ['help@acme.example'] });
    assert.deepEqual(taken.body.faults.map((one: any) => one.code), ['mail_address.taken']);
    const path = `mail-channels/${made.body.id}`;
    assert.equal((await call('PATCH', path, { addresses: ['support@acme.example'] })).status, 200);
    assert.equal((await call('POST', 'mail-channels', { name: 'Other', addresses: ['help@acme.example'] })).status, 201);
    // A password that was given for one server is not shown to another.
    assert.deepEqual((await call('PATCH', path, { mailbox: { ...mailbox, host: 'evil.example' } })).body.faults.map((one: any) => one.code), ['mailbox.password']);
    assert.equal((await call('PATCH', path, { mailbox: null })).body.hasPassword, false);
    assert.equal((await call('GET', 'channels')).body.channels.find((one: any) => one.id === made.body.id).kind, 'email');
    const policy = await call('GET', `channels/${made.body.id}/policy`);
    assert.ok('upload.customer.types' in policy.body.settings, 'settings of a channel are its too');
    const brand = house.building.parts.store.brand((await house.building.parts.brands.bySlug('acme'))!.id);
    assert.equal((await mailChannels.byId(brand, made.body.id))?.imap_password, null);
    assert.equal((await call('POST', `channels/${made.body.id}/keys`, { label: 'x', key: 'x' })).status, 404, 'no ticket keys for mail');
  });

  it('says in words why a mailbox does not open', async () => {
    const tried = await call('POST', 'mail-channels/try', { mailbox: { ...mailbox, host: '127.0.0.1', port: 1 }, password: 'x' });
    assert.deepEqual([tried.status, tried.body.ok, tried.body.code], [200, false, 'unreachable'], tried.text);
    const fresh = await house.signIn(admin);
    assert.equal((await house.call('POST', '/api/v1/mail-channels/try', { cookie: fresh, body: { mailbox, password: 'x' } })).body.code, 'step_up.required');
  });
});

// What no chat address may carry behind its question mark, however its path and its parameters are spelt.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ticketInAddress } from '#server/ticket-in-address.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { makeChannel, type TestChannel } from '#test/chat.ts';

const JWT = 'eyJhbGciOiJFZERTQSJ9.eyJhdWQiOiJ4In0.c2ln-_';

describe('an address of the chat', () => {
  for (const query of [
    'ticket=x', 'TICKET=x', 'portcullis-ticket=x', 'token=x', 'access_token=x', 'a=tkt_x', 'a=1&b=x%20tkt_x', 'a=%74kt_x', 'tkt_x', 'a=cht_x', `a=${JWT}`, JWT, `a=Bearer%20${JWT}`,
    `site=https%3A%2F%2Fshop.example%2F%3Fticket%3D${JWT}`,
  ]) it(`is refused with ?${query.slice(0, 40)}`, () => assert.equal(ticketInAddress('chat', `/chat/frame/x?${query}`), true));

  for (const query of ['', 'site=https://shop.example', 'site=https%3A%2F%2Fa.b.example', 'since=12', 'eyJ.a', 'a=eyJhbGciOiJFZERTQSJ9']) {
    it(`goes on with ?${query}`, () => assert.equal(ticketInAddress('chat', `/chat/frame/x?${query}`), false));
  }

  it('and what is not the chat’s is judged elsewhere', () => {
    assert.equal(ticketInAddress('workspace', `/api/v1/users?ticket=${JWT}`), false);
    assert.equal(ticketInAddress(undefined, '/x?ticket=1'), false);
  });
});

describe('over HTTP', () => {
  let house: TestHouse;
  let admin: Admin;
  let channel: TestChannel;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    channel = await makeChannel(house, admin, await house.signIn(admin));
  });
  after(() => house.close());

  for (const path of ['/chat/frame/', '/%63hat/frame/', '/chat/%66rame/', '/%63%68%61%74/frame/']) {
    it(`${path}… is one address`, async () => {
      const refused = await house.call('GET', `${path}${channel.address}?ticket=x`);
      assert.deepEqual([refused.status, refused.body?.code], [400, 'ticket.in_address']);
      assert.notEqual((await house.call('GET', `${path}${channel.address}`)).status, 400);
    });
  }
});

// `mail.customer_details` in notifications: off keeps every spelling of the customer in, on lets them out, and a mail of several channels obeys each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as conversationRows from '#store/conversations.ts';
import * as messageMails from '#store/message-mails.ts';
import * as messageRows from '#store/messages.ts';
import * as settingRows from '#store/settings.ts';
import { MINUTE, office } from '#test/notified.ts';

test('mail.customer_details: off keeps the customer out of every part of the mail, on lets them in', async (context) => {
  const house = await office(context);
  await house.choose(house.ids.ada, { new: 'mail' });
  const hidden = await house.desk.customer('Noa Cohen');
  await hidden('I am Noa Cohen, call me');
  await house.tell();
  const [off] = await house.told('ada');
  assert.ok(off !== undefined && !/Noa|Cohen/.test(`${off.subject}${off.text}`), JSON.stringify(off));
  assert.match(off.text, /I am ▇▇▇/);
  const { parts } = house.building;
  const rows = parts.store.brand(house.desk.brandId);
  await parts.brands.commit([rows.part({ statements: [settingRows.put(rows, { key: 'mail.customer_details', value: 'true', set_by: null, set_at: 0 })], entries: [{ id: 'evt_x', at: 0, actor: { kind: 'host', id: null }, event: 'policy.changed', entity: { kind: 'policy', id: null } }], bumps: ['policy'] })]);
  house.clock.now += 6 * MINUTE;
  const shown = await house.desk.customer('Lea Stern');
  await shown('I am Lea Stern, call me');
  await house.tell();
  const [on] = await house.told('ada');
  assert.equal(on?.subject, 'New conversation #2 from Lea Stern');
  assert.match(on.text, /> I am Lea Stern/);
});

test('with details off no spelling of anything known of the customer is in the mail, nor who their mails were from', async (context) => {
  const house = await office(context);
  const { parts } = house.building;
  const rows = parts.store.brand(house.desk.brandId);
  await house.choose(house.ids.ada, { new: 'mail', answered: 'mail', mentioned: 'mail' });
  const says = await house.desk.customer('Jürgen Größ-Weiß');
  const spellings = [
    'Juergen Groess-Weiss', 'JÜRGEN GRÖSS', 'J u r g e n', 'Ｊürgen', 'J\u200bür\u00adgen', '&#74;&uuml;rgen', 'J%C3%BCrgen', 'juergen.g (at) mail dot example', 'Juergen.G@MAIL.example', 'juergen.g%40mail.example',
    '0151 / 2345 6789', '+49 (0)151-23456789', '٠١٥١٢٣٤٥٦٧٨٩', 'CU ST-9 917', Buffer.from('Hello Jürgen Größ-Weiß').toString('base64'), 'old.name@relay.example', 'Waldemar Zschiesche',
  ];
  const { conversationId } = await says(spellings.join('\n> '));
  const { customer_id: id } = (await conversationRows.byId(rows, conversationId))!;
  const set = rows.q.updateTable('customers').set({ email: 'juergen.g@mail.example', phone: '+4915123456789', external_id: 'CUST-9917' }).where('id', '=', id);
  const [message] = await messageRows.page(rows, conversationId, 1);
  // A mail of theirs that was from an address, and in a name, that no card holds.
  const mail = messageMails.insert(rows, {
    message_id: message!.id, conversation_id: conversationId, direction: 'in', mail_ref: '<a@b.example>', sender: JSON.stringify({ name: 'Waldemar Zschiesche', address: 'old.name@relay.example' }), recipients: '[]', cc: '[]', subject: '', body: '', html: null, headers: '', marks: '{}', raw: null,
  });
  await rows.note([rows.write(set, { expect: 1 }), mail]);
  const dana = await house.desk.actor('dana@acme.example');
  await house.desk.write(dana, conversationId, `@Ada call ${spellings.join(' or ')}`, 'note');
  await house.tell();
  const told = await house.told('ada');
  const all = told.map(({ subject, text }) => `${subject}\n${text}`).join('\n');
  assert.match(all, /mentioned you in conversation #1[\s\S]*▇▇▇|▇▇▇[\s\S]*mentioned you/);
  for (const one of spellings) assert.ok(!all.includes(one), `${one} in ${all}`);
  for (const word of ['rgen', 'Gr', 'Wei', 'mail', 'relay', '2345', '9917', 'Waldemar', 'Zschiesche']) assert.ok(!all.split('\n').filter((line) => line.startsWith('>')).some((line) => line.includes(word)), `${word} in ${all}`);
});

test('one mail of two channels, one of which lets details out: it comes, and not once that one has closed', async (context) => {
  const house = await office(context);
  const { parts } = house.building;
  const rows = parts.store.brand(house.desk.brandId);
  const entry = (id: string) => ({ id, at: 0, actor: { kind: 'host', id: null }, event: 'policy.changed', entity: { kind: 'policy', id: null } }) as const;
  const put = (id: string, value: string) => parts.brands.commit([rows.part({ statements: [settingRows.put(rows, { channel_id: house.desk.channelId, key: 'mail.customer_details', value, set_by: null, set_at: 0 })], entries: [entry(id)], bumps: ['policy'] })]);
  await put('evt_open', 'true');
  await house.choose(house.ids.ada, { new: 'mail' });
  const twice = async (): Promise<void> => {
    for (const name of ['Noa Cohen', 'Lea Stern']) await (await house.desk.customer(name))('Hello');
    await house.tell();
  };
  await twice();
  assert.match((await house.told('ada'))[0]!.text, /from Noa Cohen[\s\S]*from Lea Stern/);
  house.clock.now += 6 * MINUTE;
  await twice();
  await put('evt_shut', 'false');
  assert.deepEqual(await house.told('ada'), []);
});

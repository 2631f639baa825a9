// Notifications: each occasion once over all nodes, to whom it concerns and may see it, in as many mails as a person can bear.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietUntil } from '#inbox/notification-choice.ts';
import { mentionsIn } from '#inbox/mentions.ts';
import * as readRows from '#store/conversation-reads.ts';
import * as agentRows from '#store/agents.ts';
import { addTeam, groundOf } from '#test/conversations.ts';
import { MINUTE, office, WAYS } from '#test/notified.ts';
import { ENGINES, freshPlace } from '#test/stores.ts';

for (const engine of ENGINES) test(`a new conversation is told once to whom it concerns, with two nodes looking (${engine})`, async (context) => {
  const place = await freshPlace(engine, context);
  const house = await office(context, 'url' in place ? { DATABASE_URL: place.url } : {});
  await house.choose(house.ids.ada, { new: 'mail' });
  await house.choose(house.ids.ben, { new: 'page' });
  const says = await house.desk.customer('Noa Cohen');
  await says('Hello, I am Noa Cohen, where is my parcel?');
  await says('Are you there?');
  await house.tell();
  await house.tell();
  const mails = await house.told('ada');
  assert.deepEqual(mails.map(({ subject }) => subject), ['New conversation #1']);
  assert.deepEqual(await house.told('ben'), []);
  assert.deepEqual(await house.told('dana'), []);
});

test('assigned, mentioned, answered: told to the one it is about, never of one’s own doing', async (context) => {
  const house = await office(context);
  for (const id of Object.values(house.ids)) await house.choose(id, { ...WAYS, new: 'off', waiting: 'off' });
  const says = await house.desk.customer(null);
  const { conversationId } = await says('Hello');
  const dana = await house.desk.actor('dana@acme.example');
  await house.desk.change(dana, conversationId, { assigneeId: house.ids.ada });
  await house.desk.write(dana, conversationId, 'Please look, @Ben and @dana levi, mail x@ada.example', 'note');
  await house.tell();
  assert.deepEqual((await house.told('ada')).map(({ subject }) => subject), ['Dana Levi assigned conversation #1 to you']);
  assert.deepEqual((await house.told('ben')).map(({ subject }) => subject), ['Dana Levi mentioned you in conversation #1']);
  assert.deepEqual(await house.told('dana'), []);
  house.clock.now += 6 * MINUTE;
  await house.desk.write(dana, conversationId, 'A moment please');
  await says('Thank you');
  await says('Still here');
  await house.tell();
  assert.deepEqual((await house.told('ada')).map(({ subject }) => subject), ['A customer wrote in conversation #1']);
});

test('who may not see it is not told: a closed team, a deactivated person, sight taken away before the mail leaves', async (context) => {
  const house = await office(context);
  for (const id of Object.values(house.ids)) await house.choose(id, { mentioned: 'mail', assigned: 'mail' });
  const ground = await groundOf(house);
  const team = await addTeam(ground, 'Legal', { closed: true, members: [house.ids.ada] });
  const dana = await house.desk.actor('dana@acme.example');
  const begin = async (): Promise<string> => (await (await house.desk.customer(null))('Hello')).conversationId;
  const first = await begin();
  await house.desk.change(dana, first, { teamId: team });
  await house.desk.write(dana, first, '@Ben @Ada secret', 'note');
  await house.tell();
  assert.deepEqual([(await house.told('ben')).length, (await house.told('ada')).length], [0, 1]);
  // Told, and put off: by then it is with the closed team.
  house.clock.now += 10 * MINUTE;
  const second = await begin();
  await house.desk.write(dana, second, '@Ben look', 'note');
  await house.choose(house.ids.ben, { mentioned: 'mail' }, { quiet_from: 0, quiet_to: 1_439 });
  await house.tell();
  await house.desk.change(dana, second, { teamId: team });
  await house.choose(house.ids.ben, { mentioned: 'mail' });
  house.clock.now += 25 * 60 * MINUTE;
  await house.tell();
  assert.deepEqual(await house.told('ben'), []);
  // Posted, and not sent yet: judged again when it is.
  const third = await begin();
  await house.desk.write(dana, third, '@Ben look', 'note');
  await house.tell();
  await house.desk.change(dana, third, { teamId: team });
  assert.deepEqual(await house.told('ben'), []);
  house.clock.now += 10 * MINUTE;
  const fourth = await begin();
  await house.desk.write(dana, fourth, '@Ben look', 'note');
  await ground.commit([ground.brand.part({ statements: [agentRows.retire(ground.brand, house.ids.ben, house.clock.now)], entries: [{ id: 'evt_y', at: 0, actor: { kind: 'host', id: null }, event: 'user.deactivated', entity: { kind: 'agent', id: house.ids.ben } }], bumps: ['people'] })]);
  await house.tell();
  assert.deepEqual(await house.told('ben'), []);
});

test('a customer who waits too long: once a period, after the minutes each has chosen', async (context) => {
  const house = await office(context);
  await house.choose(house.ids.ada, { waiting: 'mail' }, { waiting_minutes: 5 });
  await house.choose(house.ids.ben, { waiting: 'mail' }, { waiting_minutes: 30 });
  const says = await house.desk.customer(null);
  const { conversationId } = await says('Hello');
  const after = async (minutes: number): Promise<[string[], string[]]> => {
    house.clock.now += minutes * MINUTE;
    await house.tell();
    return [(await house.told('ada')).map(({ subject }) => subject), (await house.told('ben')).map(({ subject }) => subject)];
  };
  assert.deepEqual(await after(4), [[], []]);
  assert.deepEqual(await after(2), [['A customer has been waiting for 6 minutes in conversation #1'], []]);
  assert.deepEqual(await after(20), [[], []]);
  assert.deepEqual(await after(10), [[], ['A customer has been waiting for 36 minutes in conversation #1']]);
  const dana = await house.desk.actor('dana@acme.example');
  await house.desk.write(dana, conversationId, 'Sorry!');
  assert.deepEqual(await after(60), [[], []]);
  await says('And now?');
  assert.deepEqual((await after(6))[0].length, 1, 'a new period of waiting');
});

test('a flood is one mail, and the next one not before five minutes have passed', async (context) => {
  const house = await office(context);
  await house.choose(house.ids.ada, { new: 'mail' });
  for (let at = 0; at < 40; at += 1) {
    await (await house.desk.customer(null))('Hello');
    if (at % 10 === 0) await house.tell();
  }
  await house.tell();
  const first = await house.told('ada');
  assert.equal(first.length, 1);
  house.clock.now += 5 * MINUTE;
  await house.tell();
  const [digest, ...more] = await house.told('ada');
  assert.deepEqual([digest?.subject, more.length], ['39 notifications from Acme', 0]);
  assert.match(digest!.text, /And 9 more: look into the workspace/);
});

test('while away: not while a page of theirs is open, but when they say they are away; and what was read is not mailed', async (context) => {
  const house = await office(context);
  const { parts } = house.building;
  await house.choose(house.ids.ada, { mentioned: 'away' });
  const dana = await house.desk.actor('dana@acme.example');
  const { conversationId } = await (await house.desk.customer(null))('Hello');
  const mention = async (): Promise<number> => {
    house.clock.now += 6 * MINUTE;
    await house.desk.write(dana, conversationId, '@Ada', 'note');
    await house.tell();
    return (await house.told('ada')).length;
  };
  const leave = parts.presence.arrived(house.desk.brandId, house.ids.ada);
  await parts.presence.beat();
  house.clock.now -= 6 * MINUTE;
  assert.equal(await mention(), 0, 'a page is open');
  leave();
  const rows = parts.store.brand(house.desk.brandId);
  house.clock.now += MINUTE;
  assert.equal(await mention(), 1, 'nobody was seen for a while');
  house.clock.now += 6 * MINUTE;
  await house.desk.write(dana, conversationId, '@Ada', 'note');
  await rows.note([readRows.mark(rows, house.ids.ada, conversationId, 99)]);
  await house.tell();
  assert.deepEqual(await house.told('ada'), []);
});

test('mentions: the longest name, a first name that is one person’s, never inside an address', () => {
  const people = [{ id: 'a', name: 'Ada Brown' }, { id: 'b', name: 'Ada Brown-Lee' }, { id: 'c', name: 'Zoë' }, { id: 'd', name: 'נועה כהן' }, { id: 'e', name: 'Ada' }, { id: 'f', name: 'Bo Li' }];
  const rows: [string, string[]][] = [
    ['@Ada Brown please', ['a']], ['@ada  brown', ['a']], ['@Ada', ['e']], ['@Adam', []], ['@Zoe', []], ['@ZOË, hi', ['c']], ['@נועה כהן', ['d']], ['@נועה', ['d']], ['mail ada@bo.example', []], ['@Bo', ['f']], ['(@Bo)@Zoë', ['f', 'c']], ['@', []], ['@Ada Brown-Lee', ['b']],
  ];
  for (const [text, ids] of rows) assert.deepEqual(mentionsIn(text, people), ids, text);
});

test('quiet hours: over midnight, in the person’s own zone', () => {
  const at = Date.UTC(2026, 10, 23, 21, 30, 10);
  const night = { quiet: { from: 22 * 60, to: 7 * 60 }, zone: 'Europe/Berlin' };
  assert.equal(quietUntil(night, at), Date.UTC(2026, 10, 24, 6, 0, 0), '22:30 in Berlin');
  assert.equal(quietUntil({ ...night, zone: 'UTC' }, at), null);
  assert.equal(quietUntil({ quiet: { from: 21 * 60, to: 22 * 60 }, zone: 'UTC' }, at), Date.UTC(2026, 10, 23, 22, 0, 0));
  assert.equal(quietUntil({ quiet: null, zone: 'UTC' }, at), null);
});

// Notifications: each occasion once over all nodes, to whom it concerns and may see it, in as many mails as a person can bear, with no more than the setting lets out.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { quietUntil } from '#inbox/notification-choice.ts';
import { mentionsIn } from '#inbox/mentions.ts';
import * as readRows from '#store/conversation-reads.ts';
import * as agentRows from '#store/agents.ts';
import * as conversationRows from '#store/conversations.ts';
import * as messageMails from '#store/message-mails.ts';
import * as messageRows from '#store/messages.ts';
import * as choiceRows from '#store/notification-choices.ts';
import * as settingRows from '#store/settings.ts';
import { notifyRound } from '#server/workers/notifications.ts';
import { addTeam, groundOf } from '#test/conversations.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { type Desk, openDesk } from '#test/live-inbox.ts';
import { mailsOf, type ReadMail } from '#test/mails.ts';
import { addAgent } from '#test/people.ts';

const MINUTE = 60_000;
const WAYS = { new: 'mail', assigned: 'mail', mentioned: 'mail', answered: 'mail', waiting: 'mail' };

interface Office extends TestHouse {
  readonly desk: Desk;
  /** Ids of Dana (an administrator) and Ada and Ben (agents). */
  readonly ids: { readonly dana: string; readonly ada: string; readonly ben: string };
  choose(id: string, ways: Partial<Record<keyof typeof WAYS, string>>, more?: Partial<choiceRows.ChoiceRow>): Promise<void>;
  /** A round of every node. */
  tell(): Promise<void>;
  /** What was mailed to one since it was last asked, letters about accounts left out. */
  told(who: 'dana' | 'ada' | 'ben'): Promise<ReadMail[]>;
}

async function office(context: TestContext): Promise<Office> {
  const house = await openHouse();
  context.after(() => house.close());
  const admin = await house.setUp();
  await house.signIn(admin);
  const desk = await openDesk(house);
  const { parts } = house.building;
  const brand = parts.store.brand(desk.brandId);
  await addAgent(house, admin, 'ada');
  await addAgent(house, admin, 'ben');
  const id = async (name: string): Promise<string> => (await agentRows.byEmailKey(brand, `${name}@acme.example`))!.id;
  const ids = { dana: await id('dana'), ada: await id('ada'), ben: await id('ben') };
  const nodes = [notifyRound(parts), notifyRound(parts)];
  const read = new Map<string, number>();
  const choose: Office['choose'] = (agentId, ways, more = {}) => brand.note([choiceRows.set(brand, { agent_id: agentId, choices: JSON.stringify({ new: 'off', assigned: 'off', mentioned: 'off', answered: 'off', waiting: 'off', ...ways }), waiting_minutes: 15, quiet_from: null, quiet_to: null, zone: 'UTC', changed_at: 0, ...more })]);
  for (const one of Object.values(ids)) await choose(one, {});
  await Promise.all(nodes.map((node) => node()));
  return {
    ...house, desk, ids, choose,
    async tell() {
      house.clock.uptime += 30_000;
      await Promise.all(nodes.map((node) => node()));
    },
    async told(who) {
      const all = (await mailsOf(house)).filter(({ to, text }) => to.includes(`${who}@acme.example`) && text.includes('because of your choices'));
      const fresh = all.slice(read.get(who) ?? 0);
      read.set(who, all.length);
      return fresh;
    },
  };
}

test('a new conversation is told once to whom it concerns, with two nodes looking', async (context) => {
  const house = await office(context);
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
  await ground.commit([ground.brand.part({ statements: [agentRows.deactivate(ground.brand, house.ids.ben, house.clock.now)], entries: [{ id: 'evt_y', at: 0, actor: { kind: 'host', id: null }, event: 'user.deactivated', entity: { kind: 'agent', id: house.ids.ben } }], bumps: ['people'] })]);
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

// The live inbox from outside, over real sockets: who is told what, who is not, and that after a cut nothing is missed and nothing doubled.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Actor } from '#inbox/agent-message.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { type Desk, type Line, openDesk, openLine, type Told } from '#test/live-inbox.ts';
import { addAgent, knock } from '#test/people.ts';
import { until } from '#test/program.ts';

let house: TestHouse;
let admin: Admin;
let desk: Desk;
let cookie: { dana: string; ana: string; ben: string };
let actor: { dana: Actor; ana: Actor; ben: Actor };
const lines: Line[] = [];

before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  const [ana, ben] = [await addAgent(house, admin, 'ana'), await addAgent(house, admin, 'ben')];
  const signedIn = async (email: string) => (await knock(house, 'acme', email, PASSWORD)).cookies[0] as string;
  cookie = { dana: await house.signIn(admin), ana: await signedIn(ana), ben: await signedIn(ben) };
  desk = await openDesk(house);
  actor = { dana: await desk.actor(admin.email), ana: await desk.actor(ana), ben: await desk.actor(ben) };
});
after(() => house.close());
afterEach(async () => {
  for (const line of lines.splice(0)) {
    line.socket.terminate();
    await line.closed;
  }
});

async function line(who: keyof typeof cookie): Promise<Line> {
  const one = await openLine(house, cookie[who]);
  lines.push(one);
  return one;
}
const viewersOf = (conversation: string, ...ids: string[]) => ({ type, conversation: at, people }: Told): boolean =>
  type === 'viewers' && at === conversation && JSON.stringify(people.map(({ id }: Told) => id).sort()) === JSON.stringify([...ids].sort());
/** Looks at a conversation, and is heard. */
async function watching(one: Line, conversation: string, who: Actor): Promise<void> {
  const from = one.frames.length;
  one.say({ type: 'watch', conversation });
  await one.told(({ type, people }) => type === 'viewers' && people.some(({ id }: Told) => id === who.id), from);
}
const heardTexts = (one: Line): string[] => one.frames.filter(({ type }) => type === 'messages').flatMap(({ messages }) => messages.map(({ text }: Told) => text));
const hears = (one: Line, text: string, from = 0): Promise<Told> => one.told(({ type, messages }) => type === 'messages' && messages.some((message: Told) => message.text === text), from);
async function team(body: unknown): Promise<string> {
  const made = await house.call('POST', '/api/v1/teams', { cookie: cookie.dana, body });
  assert.equal(made.status, 201, made.text);
  return made.body.id as string;
}

describe('the live inbox', () => {
  it('tells what is written to who looks at it, with the client id to its writer alone; the lists hear of it, the others do not', async () => {
    const says = await desk.customer('Kim');
    const { conversationId } = await says('Hello?');
    const [ana, ben] = [await line('ana'), await line('ben')];
    await watching(ana, conversationId, actor.ana);
    await desk.write(actor.ana, conversationId, 'Good morning', 'text', 'ana-made-this');
    const own = (await hears(ana, 'Good morning')).messages[0];
    assert.deepEqual([own.clientId, own.author, own.seq], ['ana-made-this', { kind: 'agent', id: actor.ana.id, name: 'ana' }, 2]);
    await watching(ben, conversationId, actor.ben);
    await says('Thanks');
    const message = (await hears(ben, 'Thanks')).messages[0];
    assert.deepEqual([message.author.name, message.verified, 'clientId' in message], ['Kim', false, false]);
    const { changed } = await ben.told(({ type, changed: list }) => type === 'inbox' && list?.[0].preview === 'Thanks');
    assert.deepEqual([changed[0].id, changed[0].customer.name, changed[0].lastSeq, changed[0].readSeq], [conversationId, 'Kim', 3, 0]);
    const mine = await ana.told(({ type, changed: list }) => type === 'inbox' && list?.[0].preview === 'Thanks');
    assert.equal(mine.changed[0].readSeq, 2, 'each is told how far they have read');
    await desk.write(actor.dana, conversationId, 'From Dana', 'note', 'dana-made-this');
    assert.equal('clientId' in (await hears(ana, 'From Dana')).messages[0], false);
    assert.ok(!heardTexts(ben).includes('Good morning'), 'what was there before is not told again');
  });

  it('says nothing of a closed team to whoever is not in it, and at once no more to whoever leaves it', async () => {
    const says = await desk.customer('Lee');
    const { conversationId } = await says('My secret');
    const closed = await team({ name: 'Complaints', closed: true, members: [actor.ana.id] });
    const [ana, ben, dana] = [await line('ana'), await line('ben'), await line('dana')];
    for (const [one, who] of [[ana, actor.ana], [ben, actor.ben], [dana, actor.dana]] as const) await watching(one, conversationId, who);
    const from = ben.frames.length;
    await desk.change(actor.ana, conversationId, { teamId: closed });
    await ben.told(({ type, many }) => type === 'inbox' && many === true, from);
    const quiet = ben.frames.length;
    await says('Only for complaints');
    await Promise.all([hears(ana, 'Only for complaints'), hears(dana, 'Only for complaints')]);
    await ana.told(({ type, changed }) => type === 'inbox' && changed?.[0].preview === 'Only for complaints');
    ben.say({ type: 'watch', conversation: conversationId });
    ben.say({ type: 'resume', feed: 0, watching: conversationId });
    ben.say({ type: 'typing', conversation: conversationId });
    await ben.told(({ type, many }) => type === 'inbox' && many === true, quiet);
    await says('Still only for complaints');
    await ana.told(({ type, changed }) => type === 'inbox' && changed?.[0].preview === 'Still only for complaints');
    await ben.settled();
    const heard = JSON.stringify(ben.frames.slice(quiet));
    assert.ok(!heard.includes('complaints') && !heard.includes(conversationId), heard);

    // Assigned to him he sees it; taken from him, no more.
    await desk.change(actor.dana, conversationId, { teamId: null });
    await desk.change(actor.dana, conversationId, { assigneeId: actor.ben.id });
    await desk.change(actor.dana, conversationId, { teamId: closed });
    await watching(ben, conversationId, actor.ben);
    await says('For Ben too');
    await hears(ben, 'For Ben too');
    const before = ben.frames.length;
    await desk.change(actor.dana, conversationId, { assigneeId: actor.ana.id });
    await ben.told(({ type, many }) => type === 'inbox' && many === true, before);
    await says('Not for Ben');
    await hears(ana, 'Not for Ben');
    await ben.settled();
    assert.ok(!heardTexts(ben).includes('Not for Ben'));
  });

  it('follows who is in a team: put in, they are told to look again and hear it; taken out, they hear no more', async () => {
    const says = await desk.customer(null);
    const { conversationId } = await says('Number one');
    const closed = await team({ name: 'Returns', closed: true, members: [] });
    await desk.change(actor.dana, conversationId, { teamId: closed });
    const [ben, dana] = [await line('ben'), await line('dana')];
    await watching(dana, conversationId, actor.dana);
    let from = ben.frames.length;
    assert.equal((await house.call('PATCH', `/api/v1/teams/${closed}`, { cookie: cookie.dana, body: { members: [actor.ben.id] } })).status, 200);
    await ben.told(({ type, many }) => type === 'inbox' && many === true, from);
    await watching(ben, conversationId, actor.ben);
    await says('Number two');
    await hears(ben, 'Number two');
    from = ben.frames.length;
    assert.equal((await house.call('PATCH', `/api/v1/teams/${closed}`, { cookie: cookie.dana, body: { members: [] } })).status, 200);
    await says('Number three');
    await hears(dana, 'Number three');
    await ben.told(({ type, many }) => type === 'inbox' && many === true, from);
    await ben.settled();
    assert.ok(!heardTexts(ben).includes('Number three'));
  });

  it('tells after a cut what was missed: each message once, in order, while more is written', async () => {
    const says = await desk.customer('Max');
    const { conversationId } = await says('begin');
    const first = await line('ana');
    await watching(first, conversationId, actor.ana);
    await says('seen');
    const { feed } = await hears(first, 'seen');
    first.socket.terminate();
    await first.closed;
    const all = Array.from({ length: 60 }, (_, n) => `line ${n}`);
    const back: Promise<Line>[] = [];
    const comesBack = async (): Promise<Line> => {
      const one = await line('ana');
      one.say({ type: 'resume', feed, watching: conversationId });
      return one;
    };
    // Many come back at different moments: some while something is just being written.
    for (const [n, text] of all.entries()) {
      await says(text);
      if (n >= 20 && n % 2 === 0 && back.length < 15) back.push(comesBack());
    }
    for (const again of await Promise.all(back)) {
      await hears(again, 'line 59');
      await again.settled();
      assert.deepEqual(heardTexts(again), all);
      const seqs = again.frames.filter(({ type }) => type === 'messages').flatMap(({ messages }) => messages.map(({ seq }: Told) => seq));
      assert.deepEqual(seqs, all.map((_, n) => n + 3));
      assert.ok(again.frames.some(({ type, many }) => type === 'inbox' && many === true), 'its list is asked for again');
    }
  });

  it('tells who else is looking, and who is typing: at most once in two seconds, and never to themselves', async () => {
    const says = await desk.customer('Noa');
    const { conversationId } = await says('Hi');
    const [ana, ben] = [await line('ana'), await line('ben')];
    await watching(ana, conversationId, actor.ana);
    await watching(ben, conversationId, actor.ben);
    await ana.told(viewersOf(conversationId, actor.ana.id, actor.ben.id));
    for (let n = 0; n < 3; n += 1) ana.say({ type: 'typing', conversation: conversationId });
    const typing = await ben.told(({ type }) => type === 'typing');
    assert.deepEqual(typing, { type: 'typing', conversation: conversationId, by: { kind: 'agent', id: actor.ana.id, name: 'ana' } });
    house.clock.uptime += 2_000;
    await house.building.parts.brands.confirm();
    ana.say({ type: 'typing', conversation: conversationId });
    await ben.told(({ type }) => type === 'typing', ben.frames.indexOf(typing) + 1);
    await Promise.all([ana.settled(), ben.settled()]);
    assert.equal(ben.frames.filter(({ type }) => type === 'typing').length, 2);
    assert.equal(ana.frames.filter(({ type }) => type === 'typing').length, 0);
    const from = ana.frames.length;
    ben.socket.terminate();
    await ana.told(viewersOf(conversationId, actor.ana.id), from);
  });

  it('asks for the whole list again where very much has changed', async () => {
    const ana = await line('ana');
    const { conversationId } = await (await desk.customer('First'))('one');
    await ana.told(({ type, changed }) => type === 'inbox' && changed?.[0].id === conversationId);
    const from = ana.frames.length;
    const customers = await Promise.all(Array.from({ length: 60 }, (_, n) => desk.customer(`Customer ${n}`)));
    await Promise.all(customers.map((says) => says('all at once')));
    await ana.told(({ type, many }) => type === 'inbox' && many === true, from);
  });

  it('closes a page that says what no page of ours says, or too much of it, and the others go on', async () => {
    const { conversationId } = await (await desk.customer('Ida'))('Hi');
    const [ana, ben] = [await line('ana'), await line('ben')];
    await watching(ben, conversationId, actor.ben);
    for (const wrong of ['not JSON', '[]', '{"type":"watch","conversation":7}', '{"type":"resume","feed":-1,"watching":null}', '{"type":"shout"}', 'null']) {
      const one = await line('ana');
      one.say(wrong);
      assert.deepEqual(await one.closed, [4400, 'socket.malformed'], wrong);
    }
    for (let n = 0; n < 100; n += 1) ana.say({ type: 'watch', conversation: null });
    assert.deepEqual(await ana.closed, [4400, 'socket.flood']);
    await desk.write(actor.dana, conversationId, 'All is well');
    await hears(ben, 'All is well');
  });
});

describe('who is here', () => {
  const people = async (): Promise<Told> => (await house.call('GET', '/api/v1/inbox/people', { cookie: cookie.dana })).body;
  const of = (who: Actor) => async () => (await people()).people.find(({ id }: Told) => id === who.id);

  it('shows who has a page open, and says so to the others', async () => {
    const ben = await line('ben');
    const email = await addAgent(house, admin, 'cyd');
    const [shown] = (await knock(house, 'acme', email, PASSWORD)).cookies;
    const cyd = await desk.actor(email);
    assert.equal((await of(cyd)()).online, false);
    const from = ben.frames.length;
    lines.push(await openLine(house, shown as string));
    await until('cyd is here', async () => (await of(cyd)()).online as boolean);
    await ben.told(({ type }) => type === 'presence', from);
    assert.deepEqual(await of(cyd)(), { id: cyd.id, name: 'cyd', availability: 'available', online: true });
    assert.equal((await house.call('PUT', '/api/v1/account/availability', { cookie: shown, body: { state: 'away' } })).status, 200);
  });

  it('keeps one’s availability with a row, and somebody is available only while one of those here is', async () => {
    const { presence } = house.building.parts;
    await line('ben');
    const set = (who: keyof typeof cookie, state: string) => house.call('PUT', '/api/v1/account/availability', { cookie: cookie[who], body: { state } });
    for (const who of ['dana', 'ana', 'ben'] as const) assert.equal((await set(who, 'away')).status, 200);
    assert.equal(await presence.anyoneAvailable(desk.brandId), false);
    assert.equal((await of(actor.ben)()).availability, 'away');
    assert.equal((await set('ben', 'available')).status, 200);
    assert.equal(await presence.anyoneAvailable(desk.brandId), true);
    assert.equal((await set('ben', 'asleep')).status, 422);
    const { rows } = (await house.call('GET', '/api/v1/audit?what=availability.changed', { cookie: cookie.dana })).body;
    assert.equal(rows[0].sentence, 'ben is available for conversations.');
    assert.equal(rows.length, 5);
  });
});

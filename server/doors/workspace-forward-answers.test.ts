// Answers to forwards and exceptions at the workspace door: whose answers are taken and how they end; what is allowed past 'transfer.addresses', by whom, until when.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ForwardStage, openForwardStage } from '#test/forward-stage.ts';
import { trail } from '#test/people.ts';

let stage: ForwardStage;
before(async () => {
  stage = await openForwardStage();
});
after(() => stage.close());

let made = 0;
const order = (messages: readonly string[], more: object = {}) => ({ to: ['claims@partner.example'], cc: [], bcc: [], subject: 'A broken parcel of Ms Quintero', note: 'Please look at what Wilhelmina writes.', messageIds: messages, mayReply: true, details: false, ...more });
const id = () => `forward-${(made += 1)}-0000`;
const save = async (settings: Record<string, unknown>) => assert.equal((await stage.house.save(stage.admin, stage.adminCookie, settings)).status, 200);
const OPEN = { 'transfer.addresses': { state: 'any', entries: [] }, 'mail.customer_details': false, 'mail.blocked_addresses': { state: 'none', entries: [] } };

async function forwarded(more: object = {}) {
  const begun = await stage.begin();
  const answer = await stage.ask('POST', `/conversations/${begun.id}/forwards`, { id: id(), ...order(begun.messages, more) });
  return { ...begun, answer };
}

describe('answers', () => {
  const sentTo = async (more: object = {}) => {
    const { id: conversation, answer } = await forwarded(more);
    stage.sink.mails.length = 0;
    await stage.post();
    return { conversation, forward: answer.body.forward.id as string, address: stage.sink.mails[0]?.mail.replyTo?.[0]?.address ?? '' };
  };
  const texts = async (conversation: string) => (await stage.ask('GET', `/conversations/${conversation}`)).body.messages.map((one: { kind: string; text: string; author: { name: string } }) => `${one.kind} ${one.author.name}: ${one.text}`);

  test('of a recipient become a note that the customer never sees, with the mark "forward reply"', async () => {
    await save(OPEN);
    const { conversation, address } = await sentTo();
    assert.match(address, /^support\+[0-9a-z]{26}@acme\.example$/);
    await stage.reply(address, { from: 'Claims desk <Claims@partner.example>', text: 'We will replace it.\r\n\r\nOn Monday somebody wrote:\r\n> old text' });
    assert.equal((await texts(conversation)).at(-1), 'note Forward reply: claims@partner.example answered the forward:\n\nWe will replace it.');
    const listed = async () => (await stage.ask('GET', '/inbox')).body.conversations.find((one: { id: string }) => one.id === conversation).forwardReplyAt;
    assert.equal(typeof (await listed()), 'number');
    await stage.ask('POST', `/conversations/${conversation}/messages`, { id: 'answer-0001', kind: 'text', text: 'It is replaced.' });
    assert.equal(await listed(), null);
    assert.equal((await stage.ask('GET', `/conversations/${conversation}/forwards`)).body.forwards[0].replies, 1);
  });

  test('of somebody else are not taken, and begin no conversation; who it was is told', async () => {
    const { conversation, address } = await sentTo();
    const before = (await stage.ask('GET', '/inbox')).body.conversations.length;
    await stage.reply(address, { from: 'mallory@elsewhere.example', text: 'Tell the customer to pay me.' });
    await stage.reply(address, { from: 'claims@partner.example', text: 'Two of us', more: ['From: mallory@elsewhere.example'] });
    const said = await texts(conversation);
    assert.doesNotMatch(said.join('\n'), /pay me|Two of us/);
    assert.match(said.join('\n'), /mallory@elsewhere\.example was no recipient/);
    assert.equal((await stage.ask('GET', '/inbox')).body.conversations.length, before);
    assert.ok((await trail(stage.house, stage.adminCookie)).some((one) => one.event === 'forward.stranger_refused'));
  });

  test('end when the forward is withdrawn, and when the conversation is archived, for good', async () => {
    const first = await sentTo();
    assert.equal((await stage.ask('POST', `/conversations/${first.conversation}/forwards/${first.forward}/withdraw`)).status, 200);
    await stage.reply(first.address, { from: 'claims@partner.example', text: 'Too late one' });
    assert.doesNotMatch((await texts(first.conversation)).join('\n'), /Too late/);
    const second = await sentTo();
    for (const status of ['solved', 'archived', 'open']) assert.equal((await stage.ask('PATCH', `/conversations/${second.conversation}`, { status })).status, 200);
    await stage.reply(second.address, { from: 'claims@partner.example', text: 'Too late two' });
    assert.doesNotMatch((await texts(second.conversation)).join('\n'), /Too late/);
  });

  test('a forward that is withdrawn before it was sent does not leave', async () => {
    const { id: conversation, answer } = await forwarded();
    await stage.ask('POST', `/conversations/${conversation}/forwards/${answer.body.forward.id}/withdraw`);
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 0);
  });

  test('nobody can answer where it was not asked for', async () => {
    assert.equal((await sentTo({ mayReply: false })).address, '');
  });
});

describe('exceptions', () => {
  const DAY = 86_400_000;
  test('asked by an agent, allowed by an administrator with a fresh code, for one address of one conversation, until its end', async () => {
    await save({ ...OPEN, 'transfer.addresses': { state: 'none', entries: [] } });
    const { id: conversation, messages, answer } = await forwarded();
    assert.equal(answer.status, 403);
    const ask = (body: object) => stage.ask('POST', `/conversations/${conversation}/exceptions`, body);
    assert.equal((await ask({ address: 'claims@partner.example', reason: ' ' })).status, 422);
    const asked = await ask({ address: 'claims@PARTNER.example', reason: 'They handle this case.' });
    assert.equal(asked.status, 201, asked.text);
    assert.equal((await ask({ address: 'claims@partner.example', reason: 'Again' })).body.code, 'exception.waiting');
    const path = `/exceptions/${asked.body.exception.id}`;
    const until = stage.house.clock.now + 2 * DAY;
    assert.equal((await stage.ask('POST', `${path}/decision`, { until })).status, 403, 'an agent allows nothing');
    stage.house.clock.now += 2 * 3_600_000;
    const admin = await stage.house.signIn(stage.admin);
    assert.equal((await stage.ask('POST', `${path}/decision`, { until }, admin)).body.code, 'step_up.required');
    await stage.house.stepUp(stage.admin, admin);
    assert.equal((await stage.ask('GET', '/exceptions', undefined, admin)).body.exceptions[0].address, 'claims@partner.example');
    assert.equal((await stage.ask('POST', `${path}/decision`, { until: until + 365 * DAY }, admin)).status, 422);
    const allowed = await stage.ask('POST', `${path}/decision`, { until }, admin);
    assert.equal(allowed.status, 200, allowed.text);
    const cookie = await stage.house.signIn({ ...stage.admin, email: 'noor@acme.example' });
    const send = (more: object = {}, where = conversation) => stage.ask('POST', `/conversations/${where}/forwards`, { id: id(), ...order(messages, more) }, cookie);
    assert.equal((await send()).status, 201);
    assert.equal((await send({ cc: ['second@partner.example'] })).body.code, 'transfer.not_allowed');
    const other = await stage.begin();
    assert.equal((await stage.ask('POST', `/conversations/${other.id}/forwards`, { id: id(), ...order(other.messages) }, cookie)).body.code, 'transfer.not_allowed');
    // Allowed when asked; its end comes before the mail leaves.
    stage.house.clock.now = until;
    stage.sink.mails.length = 0;
    await stage.post();
    assert.equal(stage.sink.mails.length, 0);
    const events = (await trail(stage.house, await stage.house.signIn(stage.admin))).map((row) => row.event);
    assert.ok(events.includes('exception.asked') && events.includes('exception.allowed'));
  });
});

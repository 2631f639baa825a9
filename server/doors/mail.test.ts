// Tests of the mail door: every kind of mail judged by the policy of its channel as it is now: 'transfer.addresses', 'mail.customer_details', 'mail.blocked_addresses'.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { outgoing } from '#identity/post.ts';
import { newId } from '#identity/tokens.ts';
import { judgeOutgoing, type JudgedMail } from '#server/doors/mail.ts';
import { type ForwardStage, openForwardStage } from '#test/forward-stage.ts';
import { trail } from '#test/people.ts';

let stage: ForwardStage;
let conversationId: string;
before(async () => {
  stage = await openForwardStage();
  conversationId = (await stage.begin()).id;
  const saved = await stage.house.save(stage.admin, stage.adminCookie, {
    'transfer.addresses': { state: 'only', entries: ['@partner.example'] }, 'mail.blocked_addresses': { state: 'only', entries: ['noreply@partner.example', '@robots.example'] }, 'mail.customer_details': false,
  });
  assert.equal(saved.status, 200, saved.text);
});
after(() => stage.close());

const judge = async (mail: Partial<JudgedMail>): Promise<string> => {
  const { parts } = stage.house.building;
  const decision = await judgeOutgoing(parts, (await parts.brands.bySlug('acme'))!, { kind: 'transfer', recipients: ['a@partner.example'], details: false, channelId: stage.channelId, conversationId, ...mail });
  return decision.allowed ? 'allowed' : decision.code;
};
const rows: [string, Partial<JudgedMail>, string][] = [
  ['a transfer on the list', {}, 'allowed'],
  ['a transfer off the list', { recipients: ['a@other.example'] }, 'transfer.not_allowed'],
  ['a transfer to a blocked address on the list', { recipients: ['NoReply@partner.example'] }, 'mail.blocked'],
  ['a transfer with details', { details: true }, 'transfer.details_not_allowed'],
  ['a transfer of no conversation', { conversationId: undefined }, 'transfer.over'],
  ['a transfer of a conversation that is gone', { conversationId: 'con_gone' }, 'transfer.over'],
  ['a transfer of a forward that is gone', { forwardId: 'fwd_gone' }, 'transfer.over'],
  ['a reply to a customer', { kind: 'reply', recipients: ['mina@home.example'], details: true }, 'allowed'],
  ['a reply to a blocked address', { kind: 'reply', recipients: ['x@robots.example'] }, 'mail.blocked'],
  ['a notice with details', { kind: 'notice', recipients: ['dana@acme.example'], details: true }, 'mail.details_not_allowed'],
  ['a letter of the brand', { kind: 'letter', channelId: undefined, conversationId: undefined, recipients: ['dana@acme.example'] }, 'allowed'],
  ['a letter to a blocked address', { kind: 'letter', channelId: undefined, conversationId: undefined, recipients: ['x@robots.example'] }, 'mail.blocked'],
];
for (const [title, mail, expected] of rows) test(`${title}: ${expected}`, async () => assert.equal(await judge(mail), expected));

test('any mail that is sent passes the door: a letter to a blocked address is given up, and the trail says why', async () => {
  const { parts } = stage.house.building;
  await stage.brand.note([outgoing(parts.keyring, stage.brand, { kind: 'letter', from: null, to: [{ name: '', address: 'x@robots.example' }], subject: 'Hello', text: 'Hello' }, stage.house.clock.now).statement]);
  await stage.post();
  assert.equal(stage.sink.mails.some(({ to }) => to.includes('x@robots.example')), false);
  const [row] = (await trail(stage.house, stage.adminCookie)).filter((one) => one.event === 'mail.refused');
  assert.deepEqual([row.facts.code, row.facts.setting, row.facts.addresses], ['mail.blocked', 'mail.blocked_addresses', ['x@robots.example']]);
});

test('nothing in a name, a subject or an address becomes a header: one mail with our headers at the sink, or none', async () => {
  const { parts } = stage.house.building;
  const evil = ['x\r\nBcc: evil@robots.example', 'x\nX-Evil: 1', 'x\rX-Evil: 1', 'x\0X-Evil: 1', 'x\u2028X-Evil: 1', '=?utf-8?Q?x=0D=0ABcc:_evil@robots.example?='];
  stage.sink.mails.length = 0;
  for (const text of evil) {
    await stage.brand.note([outgoing(parts.keyring, stage.brand, {
      kind: 'reply', from: { name: text, address: 'desk@acme.example' }, replyTo: { name: text, address: 'desk@acme.example' }, to: [{ name: text, address: 'mina@home.example' }], cc: [{ name: text, address: 'b@home.example' }],
      subject: text, text: `Hello\n${newId('x')}`, channelId: stage.channelId, conversationId,
    }, stage.house.clock.now).statement]);
  }
  await stage.post();
  assert.equal(stage.sink.mails.length, evil.length);
  for (const { headers, to, raw } of stage.sink.mails) {
    assert.deepEqual([...to].toSorted(), ['b@home.example', 'mina@home.example']);
    assert.deepEqual(headers.filter((name) => /evil|bcc/.test(name)), []);
    assert.equal(new Set(headers).size, headers.length, raw);
  }
  stage.sink.mails.length = 0;
  for (const address of evil.map((text) => `mina@home.example${text.slice(1)}`)) {
    await stage.brand.note([outgoing(parts.keyring, stage.brand, { kind: 'reply', from: null, to: [{ name: '', address }], subject: 'x', text: 'x', channelId: stage.channelId, conversationId }, stage.house.clock.now).statement]);
  }
  await stage.post();
  assert.equal(stage.sink.mails.length, 0);
});

// Tests of who is told what of a feed: whatever was read or told before is not told again, and what waited is told after the welcome.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatSession } from '#identity/chat-sessions.ts';
import type { ConversationRow } from '#store/conversations.ts';
import type { MessageRow } from '#store/messages.ts';
import { openGroups, type Receiver } from '#server/chat-groups.ts';

const session = (customerId: string, channelId = 'chn_1'): ChatSession => ({ id: `chs_${customerId}`, channelId, customerId, site: 'https://shop.example', proven: 'anonymous', verifiedBy: null, createdAt: 0, expiresAt: 1, name: null });
const receiver = (customerId: string, channelId?: string): Receiver => ({ socket: { terminate: () => undefined } as never, session: session(customerId, channelId), feed: 0, waiting: [] });
const message = (feed: number, text = String(feed), more: Partial<MessageRow> = {}): MessageRow => ({
  id: `msg_${feed}`, conversation_id: 'con_1', seq: feed, feed, kind: 'text', author_kind: 'customer', author_id: null, client_id: `c${feed}`, text, verified: 0, created_at: 0, redacted_at: null, redacted_by: null, files: 0, ...more,
});
const conversation = (feed: number, status: ConversationRow['status'] = 'open', customer = 'cus_1'): ConversationRow => ({
  id: 'con_1', number: 1, channel_id: 'chn_1', kind: 'chat', customer_id: customer, status, status_at: 0, assignee_id: null, team_id: null, preview: '', last_seq: 0, last_message_at: 0, last_author: 'customer',
  waiting_since: null, created_at: 0, hold_at: null, hold_by: null, hold_reason: null, feed,
});
const known = { id: 'con_1', number: 1, status: 'open' } as const;
const nobody = () => null;

function stage() {
  const told: [Receiver, string][] = [];
  const frames: (string | Buffer)[] = [];
  const groups = openGroups<Receiver>((one, frame) => {
    frames.push(frame);
    const said = JSON.parse(String(frame)) as { type: string; messages?: { text: string }[]; conversation: { status: string } };
    told.push([one, said.type === 'messages' ? said.messages!.map(({ text }) => text).join(' ') : said.type === 'conversation' ? said.conversation.status : said.type]);
    return true;
  });
  const toldTo = (one: Receiver) => told.filter(([to]) => to === one).map(([, what]) => what);
  const deliver = (feed: number, messages: MessageRow[], conversations: ConversationRow[] = []) => groups.deliver({ feed, messages, conversations, files: new Map(), ended: [] }, nobody);
  return { groups, frames, toldTo, deliver };
}

test('what comes while history is read waits; what history held is not told again, the rest is', () => {
  const { groups, toldTo, deliver } = stage();
  const one = receiver('cus_1');
  groups.join(one, known);
  deliver(3, [message(2), message(3)]);
  deliver(6, [message(5), message(6)]);
  assert.deepEqual(toldTo(one), []);
  groups.welcomed(one, 5, known);
  assert.deepEqual(toldTo(one), ['6']);
  deliver(8, [message(7), message(8)]);
  assert.deepEqual(toldTo(one), ['6', '7 8']);
});

test('a change that history reached beyond is told in part, and one that is told already not at all', () => {
  const { groups, toldTo, deliver } = stage();
  const one = receiver('cus_1');
  groups.join(one, known);
  groups.welcomed(one, 5, known);
  deliver(5, [message(4), message(5)]);
  deliver(7, [message(4), message(5), message(6), message(7)]);
  assert.deepEqual(toldTo(one), ['6 7']);
});

test('all who see the same are given the same bytes; who has seen more is given the rest alone', () => {
  const { groups, frames, deliver, toldTo } = stage();
  const [one, two, three] = [receiver('cus_1'), receiver('cus_1'), receiver('cus_1')];
  for (const each of [one, two, three]) groups.join(each, known);
  groups.welcomed(one, 1, known);
  groups.welcomed(two, 1, known);
  groups.welcomed(three, 2, known);
  deliver(3, [message(2), message(3)]);
  assert.equal(frames[0], frames[1]);
  assert.deepEqual(toldTo(three), ['3']);
});

test('a conversation that begins is known from then on, by its customer in its channel alone', () => {
  const { groups, toldTo, deliver } = stage();
  const [one, other, elsewhere] = [receiver('cus_1'), receiver('cus_2'), receiver('cus_1', 'chn_2')];
  for (const each of [one, other, elsewhere]) {
    groups.join(each, null);
    groups.welcomed(each, 0, null);
  }
  deliver(1, [message(1)], [conversation(1)]);
  deliver(2, [message(2)]);
  assert.deepEqual(toldTo(one), ['open', '1', '2']);
  assert.deepEqual([toldTo(other), toldTo(elsewhere)], [[], []]);
  groups.tell('con_1', JSON.stringify({ type: 'typing', name: 'Dana' }));
  assert.deepEqual([toldTo(one).at(-1), toldTo(other)], ['typing', []]);
});

test('a change of status is told once, notes and events that concern nobody never', () => {
  const { groups, toldTo, deliver } = stage();
  const one = receiver('cus_1');
  groups.join(one, known);
  groups.welcomed(one, 0, known);
  deliver(1, [message(1, 'a secret', { kind: 'note', author_kind: 'agent' })], [conversation(1)]);
  deliver(2, [message(2, '{"what":"assignee","from":null,"to":"agt_1"}', { kind: 'event', author_kind: 'agent' })], [conversation(2)]);
  assert.deepEqual(toldTo(one), []);
  deliver(3, [message(3, '{"what":"status","from":"open","to":"solved"}', { kind: 'event', author_kind: 'agent' })], [conversation(3, 'solved')]);
  deliver(4, [], [conversation(4, 'solved')]);
  assert.deepEqual(toldTo(one), ['solved', 'This conversation was marked as solved.']);
});

test('who left is told nothing, and the last one’s conversation is forgotten', () => {
  const { groups, toldTo, deliver } = stage();
  const one = receiver('cus_1');
  groups.join(one, known);
  groups.welcomed(one, 0, known);
  groups.leave(one);
  deliver(1, [message(1)], [conversation(1)]);
  assert.deepEqual([toldTo(one), groups.currentOf(one.session)], [[], null]);
});

// Who sees a conversation: of a closed team its members, its assignee and administrators; of any other every agent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideConversationAccess } from './conversation-access.ts';

const stranger = { admin: false, assigned: false, teamClosed: true, member: false };

test('a conversation of a closed team is hidden from who is neither member, assignee nor administrator', () => {
  const decision = decideConversationAccess(stranger);
  assert.equal(decision.allowed, false);
  assert.equal(decision.allowed ? '' : decision.code, 'conversation.not_found');
});

for (const who of ['admin', 'assigned', 'member'] as const) {
  test(`a conversation of a closed team is open: ${who}`, () => assert.equal(decideConversationAccess({ ...stranger, [who]: true }).allowed, true));
}

test('a conversation of no closed team is open to every agent', () => assert.equal(decideConversationAccess({ ...stranger, teamClosed: false }).allowed, true));

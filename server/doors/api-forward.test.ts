// Forwarding at the API door: a key with the scope is judged by 'transfer.addresses' and the ceiling like a person, and one without it forwards nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openForwardStage } from '#test/forward-stage.ts';
import { trail } from '#test/people.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

test('a key forwards within the list alone, and the trail names it', async (context) => {
  const stage = await openForwardStage();
  context.after(() => stage.close());
  const { house, admin, adminCookie } = stage;
  const { id: conversation, messages } = await stage.begin();
  const reader = await addApiKey(house, admin, adminCookie, ['forwards:read']);
  const writer = await addApiKey(house, admin, adminCookie, ['forwards:read', 'forwards:write']);
  await house.save(admin, adminCookie, { 'transfer.addresses': { state: 'only', entries: ['@partner.example'] } });
  const send = (key: string, n: number, more: object = {}) => house.call('POST', `/api/v1/conversations/${conversation}/forwards`, {
    headers: bearer(key), body: { id: `by-a-program-${n}`, to: ['a@partner.example'], subject: 'A case', messageIds: messages, mayReply: false, details: false, ...more },
  });
  assert.equal((await send(reader.text, 1)).body.code, 'api.scope_missing');
  assert.equal((await send(writer.text, 2, { cc: ['x@other.example'] })).body.code, 'transfer.not_allowed');
  assert.equal((await send(writer.text, 3, { details: true })).body.code, 'transfer.details_not_allowed');
  const sent = await send(writer.text, 4);
  assert.equal(sent.status, 201, sent.text);
  const listed = await house.call('GET', `/api/v1/conversations/${conversation}/forwards`, { headers: bearer(reader.text) });
  assert.equal(listed.body.forwards.length, 1);
  const [forward] = listed.body.forwards;
  assert.match(forward.at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'a program is told times as it is told all others');
  assert.equal(forward.byName, 'Our shop', 'the name of the key');
  const seen = await house.call('GET', `/api/v1/conversations/${conversation}/forwards`, { cookie: adminCookie });
  assert.equal(seen.body.forwards[0].at, Date.parse(forward.at));
  const timeline = await house.call('GET', `/api/v1/conversations/${conversation}`, { cookie: adminCookie });
  const told = timeline.body.messages.at(-1);
  assert.deepEqual([told.author.name, told.text.startsWith('Our shop ')], ['Our shop', true], told.text);
  stage.sink.mails.length = 0;
  await stage.post();
  assert.deepEqual(stage.sink.mails.map(({ to }) => to), [['a@partner.example']]);
  const rows = await trail(house, adminCookie);
  assert.deepEqual(rows.filter((row) => row.event === 'conversation.forwarded').map((row) => row.actor), [{ ...rows.find((row) => row.event === 'conversation.forwarded').actor, kind: 'key', id: writer.id }]);
  assert.ok(rows.some((row) => row.event === 'request.refused' && row.facts.code === 'transfer.not_allowed' && row.entity.id === 'api'));
});

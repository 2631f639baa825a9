// What the frame knows after cuts, repeats and disorder: every message once, by number, and no own one lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChatMessage, EMPTY, mark, next, take, unreadAfter, type Unsent, write } from './thread.ts'

const said = (seq: number, more: Partial<ChatMessage> = {}): ChatMessage => ({ id: `msg_${seq}`, seq, feed: seq, from: 'agent', name: 'Dana', text: `text ${seq}`, at: seq, redacted: false, ...more })
const own = (clientId: string): Unsent => ({ clientId, text: clientId, at: 1, state: 'waiting' })
const seqs = (thread: { messages: readonly ChatMessage[] }) => thread.messages.map(({ seq }) => seq)

test('messages stand by their number, each once, however they come', () => {
  let thread = take(EMPTY, [said(3), said(1)], 3)
  thread = take(thread, [said(2), said(3), said(1)], 3)
  assert.deepEqual(seqs(thread), [1, 2, 3])
})

test('a change of a message takes its place, and an older state does not come back', () => {
  const redacted = said(1, { feed: 9, redacted: true, text: '' })
  const thread = take(take(EMPTY, [said(1)], 1), [redacted], 9)
  assert.deepEqual(thread.messages, [redacted])
  assert.deepEqual(take(thread, [said(1)], 9).messages, [redacted])
})

test('the feed never goes back, but by a reset, which drops what was known', () => {
  const thread = take(EMPTY, [said(1), said(2)], 8)
  assert.equal(take(thread, [], 5).feed, 8)
  const anew = take(thread, [said(2)], 5, true)
  assert.deepEqual([anew.feed, seqs(anew)], [5, [2]])
})

test('an own message waits until it comes back, also through a reset', () => {
  let thread = write(write(EMPTY, own('one')), own('two'))
  thread = take(thread, [], 4, true)
  assert.equal(next(thread)?.clientId, 'one')
  thread = mark(thread, 'one', 'sent')
  assert.equal(next(thread)?.clientId, 'two')
  thread = take(thread, [said(1, { from: 'customer', clientId: 'one' })], 5)
  assert.deepEqual(thread.unsent.map(({ clientId }) => clientId), ['two'])
})

test('one that was acknowledged does not fail, nor wait, any more; one written twice is one', () => {
  const thread = mark(write(EMPTY, own('one')), 'one', 'sent')
  assert.equal(mark(thread, 'one', 'failed', 'x').unsent[0]?.state, 'sent')
  assert.equal(mark(thread, 'one', 'waiting').unsent[0]?.state, 'sent')
  assert.equal(write(thread, own('one')).unsent.length, 1)
})

test('unread are the answers after the last one seen', () => {
  const thread = take(EMPTY, [said(1), said(2, { from: 'customer' }), said(3), said(4, { redacted: true }), said(5, { from: 'system' })], 5)
  assert.equal(unreadAfter(thread, 0), 2)
  assert.equal(unreadAfter(thread, 1), 1)
  assert.equal(unreadAfter(thread, 3), 0)
})

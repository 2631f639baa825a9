// What arrives late, twice, or out of order ends as it stands at the server.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flatten, leavesGap, mergeMessages, openedAgain, withChanges } from './merging.ts'
import type { Message, Opened, Summary } from './shapes.ts'

const message = (seq: number, more: Partial<Message> = {}): Message => ({ id: `msg_${seq}`, seq, feed: seq, kind: 'text', author: { kind: 'customer', id: 'cus_1', name: 'Ann' }, text: `text ${seq}`, verified: false, at: seq, redacted: null, files: [], ...more })
const row = (id: string, at: number, more: Partial<Summary> = {}): Summary => ({ id, number: 1, channel: { id: 'chn_1', name: 'Site' }, kind: 'chat', subject: null, customer: { id: 'cus_1', name: null, verifiedBy: null, erased: false }, status: 'open', assignee: null, team: null, tags: [], preview: '', lastAuthor: 'customer', lastSeq: 1, readSeq: 0, lastMessageAt: at, waitingSince: null, forwardReplyAt: null, held: false, feed: at, ...more })
const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq)

describe('messages', () => {
  test('come in any order and stand in that of the server, each once', () => {
    assert.deepEqual(seqs(mergeMessages([message(1), message(3)], [message(4), message(2), message(3)])), [1, 2, 3, 4])
  })
  test('the newer state of one stays, whichever arrives first', () => {
    const removed = message(2, { feed: 9, text: '', redacted: { at: 1, byName: 'Dana' } })
    assert.equal(mergeMessages([message(2)], [removed])[0]?.text, '')
    assert.equal(mergeMessages([removed], [message(2)])[0]?.text, '')
  })
  test('the client id stays known after a change that does not tell it', () => {
    assert.equal(mergeMessages([message(2, { clientId: 'mine-1234' })], [message(2, { feed: 9 })])[0]?.clientId, 'mine-1234')
  })
  test('a gap is seen, overlap and older pages are none', () => {
    assert.equal(leavesGap([message(1), message(2)], [message(4)]), true)
    assert.equal(leavesGap([message(1), message(2)], [message(3), message(5)]), true)
    assert.equal(leavesGap([message(1), message(2)], [message(3), message(4)]), false)
    assert.equal(leavesGap([message(4)], [message(2)]), false)
    assert.equal(leavesGap([], [message(7)]), false)
  })
})

describe('a conversation asked for again', () => {
  const opened = (first: number, last: number, more: boolean): Opened => ({ conversation: { ...row('con_1', last), createdAt: 0, statusAt: 0, hold: null, mail: null }, customer: {} as Opened['customer'], messages: Array.from({ length: last - first + 1 }, (_, place) => message(first + place)), more, feed: last, uploads: { enabled: true, types: [], maxBytes: 1 } })
  test('keeps the earlier pages that touch it', () => {
    const again = openedAgain(opened(1, 60, false), opened(20, 70, true))
    assert.equal(again.messages.length, 70)
    assert.equal(again.more, false)
  })
  test('lets them go where a piece between would be missing', () => {
    const again = openedAgain(opened(1, 10, false), opened(20, 70, true))
    assert.equal(again.messages[0]?.seq, 20)
    assert.equal(again.more, true)
  })
})

describe('a list', () => {
  const pages = [{ conversations: [row('c', 30), row('b', 20)], next: 'more' }, { conversations: [row('a', 10)], next: null }]
  const ids = (list: readonly { conversations: Summary[]; next: string | null }[]) => flatten(list).map(({ id }) => id)
  const all = () => true
  test('a changed row moves to its place', () => assert.deepEqual(ids(withChanges(pages, [row('a', 40)], all)), ['a', 'c', 'b']))
  test('one that no longer stands in the view goes', () => assert.deepEqual(ids(withChanges(pages, [row('b', 20, { feed: 50 })], () => false)), ['c', 'a']))
  test('a new one comes', () => assert.deepEqual(ids(withChanges(pages, [row('z', 25)], all)), ['c', 'z', 'b', 'a']))
  test('one below the last loaded row waits for its page', () => {
    const first = [pages[0]!]
    assert.deepEqual(ids(withChanges(first, [row('z', 5)], all)), ['c', 'b'])
  })
  test('an older state changes nothing', () => assert.deepEqual(ids(withChanges(pages, [row('b', 99, { feed: 1 })], all)), ['c', 'b', 'a']))
  test('two at once stand by id, and a row of two pages stands once', () => {
    assert.deepEqual(flatten([{ conversations: [row('a', 5), row('b', 5)], next: null }, { conversations: [row('a', 5)], next: null }]).map(({ id }) => id), ['b', 'a'])
  })
})

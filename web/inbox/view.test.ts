// Which conversation stands in which view, and what of an address is believed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Summary } from './shapes.ts'
import { fits, listQuery, readView, viewOf, type ViewSearch } from './view.ts'
import { brief, countText, markedPieces } from './words.ts'

const one: Summary = { id: 'con_1', number: 1, channel: { id: 'chn_1', name: 'Site' }, kind: 'chat', subject: null, customer: { id: 'cus_1', name: null, verifiedBy: null, erased: false }, status: 'open', assignee: { id: 'agt_1', name: 'Dana' }, team: { id: 'team_1', name: 'Billing' }, tags: ['VIP'], preview: '', lastAuthor: 'customer', lastSeq: 1, readSeq: 0, lastMessageAt: 1, waitingSince: null, forwardReplyAt: null, held: false, feed: 1 }

const rows: [ViewSearch, Partial<Summary>, boolean][] = [
  [{}, {}, true],
  [{}, { status: 'pending' }, true],
  [{}, { status: 'solved' }, false],
  [{ status: 'solved' }, { status: 'solved' }, true],
  [{ status: 'solved' }, {}, false],
  [{ view: 'mine' }, {}, true],
  [{ view: 'mine' }, { assignee: { id: 'agt_2', name: 'Noa' } }, false],
  [{ view: 'mine' }, { assignee: null }, false],
  [{ view: 'unassigned' }, { assignee: null }, true],
  [{ view: 'unassigned' }, {}, false],
  [{ view: 'team:team_1' }, {}, true],
  [{ view: 'team:team_2' }, {}, false],
  [{ tag: 'vip' }, {}, true],
  [{ tag: 'other' }, {}, false],
  [{ channel: 'chn_1' }, {}, true],
  [{ channel: 'chn_2' }, {}, false],
]
for (const [view, more, expected] of rows) test(`${JSON.stringify(view)} with ${JSON.stringify(more)}`, () => assert.equal(fits({ ...one, ...more }, view, 'agt_1'), expected))

test('an address says only what this page knows', () => {
  assert.deepEqual(readView({ view: 'mine', status: 'open', extra: 'x', tag: '' }), { view: 'mine', status: 'open' })
  assert.deepEqual(readView({ view: 'constructor', status: '__proto__', q: 7 }), {})
})
test('a view is asked for in one way, and read back', () => {
  assert.equal(listQuery({}), 'view=all')
  const view = { view: 'team:team_1', status: 'open', tag: 'a&b=c', channel: 'chn_1' }
  assert.deepEqual(viewOf(listQuery(view)), view)
})
test('counts and waiting times in short', () => {
  assert.deepEqual([0, 999, 1000].map(countText), ['0', '999', '1000+'])
  assert.deepEqual([0, 59_999, 60_000, 59 * 60_000, 3_600_000, 23 * 3_600_000, 48 * 3_600_000, -5].map(brief), ['now', 'now', '1m', '59m', '1h', '23h', '2d', 'now'])
})
test('found words are marked at their beginning, whatever stands in them', () => {
  const marks = (text: string, words: string[]) => markedPieces(text, words).map(({ text: piece, marked }) => (marked ? `[${piece}]` : piece)).join('')
  assert.equal(marks('The Lamp, a lamplight, clamp', ['lamp']), 'The [Lamp], a [lamp]light, clamp')
  assert.equal(marks('שלום עולם', ['עולם']), 'שלום [עולם]')
  assert.equal(marks('<b>(x)</b> a.c abc', ['a.c']), '<b>(x)</b> [a.c] abc')
  assert.equal(marks('nothing', []), 'nothing')
})

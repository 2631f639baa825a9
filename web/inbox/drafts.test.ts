// Drafts outlive the page and the session, and belong to one person.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDrafts, type Shelf } from './drafts.ts'

function shelf(full = false): Shelf {
  const kept = new Map<string, string>()
  return {
    get length() { return kept.size },
    key: (place) => [...kept.keys()][place] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      if (full) throw new Error('QuotaExceededError')
      kept.set(key, value)
    },
    removeItem: (key) => void kept.delete(key),
  }
}
const unsent = { id: 'client-1', conversation: 'con_1', kind: 'text' as const, text: 'Hello', at: 1, fault: null }

test('a draft is there again, for its person, conversation and kind only', () => {
  const place = shelf()
  openDrafts('agt_1', place).write('con_1', 'text', 'Hi')
  const again = openDrafts('agt_1', place)
  assert.equal(again.read('con_1', 'text'), 'Hi')
  assert.equal(again.read('con_1', 'note'), '')
  assert.equal(again.read('con_2', 'text'), '')
  assert.equal(openDrafts('agt_2', place).read('con_1', 'text'), '')
})
test('an emptied draft leaves nothing behind', () => {
  const place = shelf()
  const drafts = openDrafts('agt_1', place)
  drafts.write('con_1', 'text', 'Hi')
  assert.equal(drafts.has('con_1'), true)
  drafts.write('con_1', 'text', '')
  assert.equal(drafts.has('con_1'), false)
  assert.equal(place.length, 0)
})
test('a browser that keeps nothing loses nothing during the visit', () => {
  const drafts = openDrafts('agt_1', shelf(true))
  drafts.write('con_1', 'note', 'Kept here')
  drafts.put(unsent)
  assert.equal(drafts.read('con_1', 'note'), 'Kept here')
  assert.equal(drafts.unsent()[0]?.text, 'Hello')
})
test('what is on its way is on its way in this page, and not sent after it was closed', () => {
  const place = shelf()
  const drafts = openDrafts('agt_1', place)
  drafts.put(unsent)
  assert.equal(drafts.unsent()[0]?.fault, null)
  assert.equal(typeof openDrafts('agt_1', place).unsent()[0]?.fault, 'string')
})
test('sent again it keeps its id and stands once; confirmed it is gone', () => {
  const drafts = openDrafts('agt_1', shelf())
  drafts.put({ ...unsent, fault: 'No connection' })
  assert.equal(drafts.has('con_1'), true)
  drafts.put(unsent)
  assert.deepEqual(drafts.unsent(), [unsent])
  drafts.drop(unsent.id)
  assert.deepEqual(drafts.unsent(), [])
})
test('what is no list of messages is none', () => {
  const place = shelf()
  place.setItem('portcullis.unsent.agt_1', '{"a":1}')
  assert.deepEqual(openDrafts('agt_1', place).unsent(), [])
  place.setItem('portcullis.unsent.agt_1', '[1,{"id":"x"}]')
  assert.deepEqual(openDrafts('agt_1', place).unsent(), [])
  place.setItem('portcullis.unsent.agt_1', 'not json')
  assert.deepEqual(openDrafts('agt_1', place).unsent(), [])
})
test('every change is told', () => {
  const drafts = openDrafts('agt_1', shelf())
  let told = 0
  const stop = drafts.listen(() => { told += 1 })
  drafts.write('con_1', 'text', 'a')
  stop()
  drafts.write('con_1', 'text', 'ab')
  assert.equal(told, 1)
})

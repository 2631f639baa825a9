// Files in words: sizes as the settings count them, and what is refused before it is sent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptOf, refusedAtOnce, sizeOf } from './words.ts'

const rules = { enabled: true, types: ['jpeg', 'pdf'], maxBytes: 20 * 1_048_576 }

test('sizes', () => {
  assert.deepEqual([0, 1023, 1024, 98_304, 1_048_575, 1_048_576, 4_404_019, 20_971_520].map(sizeOf), ['0 bytes', '1023 bytes', '1 kB', '96 kB', '1 MB', '1 MB', '4.2 MB', '20 MB'])
})

test('what the dialog offers is what is ticked', () => assert.deepEqual(['.jpg', '.jpeg', '.pdf', '.exe'].map((end) => acceptOf(rules).split(',').includes(end)), [true, true, true, false]))

test('what can be said at once, at both sides of each edge', () => {
  const said = (name: string, size: number, more = {}) => refusedAtOnce({ name, size }, { ...rules, ...more })
  assert.equal(said('a.pdf', 20_971_520), null)
  assert.match(said('a.pdf', 20_971_521) ?? '', /at most 20 MB/)
  assert.match(said('a.pdf', 0) ?? '', /nothing in it/)
  assert.equal(said('A.JPEG ', 1), null)
  assert.match(said('a.zip', 1) ?? '', /\.zip are not taken here. These are: jpg, pdf/)
  assert.match(said('README', 1) ?? '', /no ending/)
  assert.match(said('a.pdf', 1, { enabled: false }) ?? '', /may not be sent/)
})

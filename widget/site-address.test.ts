// The ticket in a page's fragment: taken whole, and the rest of the fragment left as it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticketIn } from './site-address.ts'

const ROWS = [
  ['', null, ''],
  ['#orders', null, '#orders'],
  ['#portcullis-ticket=abc.def-_', 'abc.def-_', ''],
  ['#view=x&portcullis-ticket=abc&y=%26', 'abc', '#view=x&y=%26'],
  ['#portcullis-ticket=a%2Bb', 'a+b', ''],
  ['#portcullis-ticket=', null, ''],
  ['#portcullis-ticket=%', null, ''],
  ['#not-portcullis-ticket=abc', null, '#not-portcullis-ticket=abc'],
] as const

for (const [fragment, ticket, rest] of ROWS) {
  test(`${fragment || 'no fragment'}`, () => assert.deepEqual(ticketIn(fragment), { ticket, rest }))
}

// Which key does what, and when none does anything.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionOf, actions, type Stroke } from './shortcuts.ts'

const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({ key, ctrlKey: false, metaKey: false, altKey: false, typing: false, inList: false, ...more })

const rows: [string, Stroke, boolean, string | null][] = [
  ['a letter', stroke('r'), true, 'answer'],
  ['with caps lock', stroke('R'), true, 'answer'],
  ['slash', stroke('/'), true, 'search'],
  ['question mark', stroke('?'), true, 'help'],
  ['while typing', stroke('r', { typing: true }), true, null],
  ['Escape while typing', stroke('Escape', { typing: true }), true, null],
  ['switched off', stroke('r'), false, null],
  ['Escape when switched off', stroke('Escape'), false, 'back'],
  ['with Ctrl', stroke('r', { ctrlKey: true }), true, null],
  ['with Meta', stroke('k', { metaKey: true }), true, null],
  ['with Alt', stroke('n', { altKey: true }), true, null],
  ['an arrow elsewhere scrolls', stroke('ArrowDown'), true, null],
  ['an arrow in the list', stroke('ArrowDown', { inList: true }), true, 'next'],
  ['an arrow in the list when switched off', stroke('ArrowUp', { inList: true }), false, 'previous'],
  ['a key of no use', stroke('x'), true, null],
]
for (const [title, given, on, expected] of rows) test(title, () => assert.equal(actionOf(given, on), expected))

test('no key means two things', () => {
  const keys = Object.values(actions).flatMap((action) => action.keys as readonly string[])
  assert.equal(new Set(keys).size, keys.length)
})

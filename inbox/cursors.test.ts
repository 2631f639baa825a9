// Cursors: what a page gave is read back, and nothing else is taken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cursorOf, markOf, placeOf, searchCursorOf, searchPlaceOf } from '#inbox/cursors.ts';
import { newId } from '#identity/tokens.ts';

const place = { at: 1_795_420_800_000, id: newId('con') };

test('a cursor is read back as it was given', () => {
  assert.deepEqual(placeOf(cursorOf(place)), place);
  const shown = new Set([newId('con'), newId('con')].map(markOf));
  assert.deepEqual(searchPlaceOf(searchCursorOf({ ...place, shown })), { ...place, shown });
  assert.deepEqual(searchPlaceOf(searchCursorOf({ ...place, shown: new Set() }))?.shown, new Set());
});

test('anything else is none', () => {
  const made = (text: string) => Buffer.from(text).toString('base64url');
  for (const text of ['', 'x', made('1 con_x'), made(`-1 ${place.id}`), made(`1e3 ${place.id}`), made(`1 ${place.id} `), `${cursorOf(place)}=`, `${cursorOf(place)}A`, made(`${'9'.repeat(16)} ${place.id}`)]) {
    assert.equal(placeOf(text), undefined, text);
    assert.equal(searchPlaceOf(`${text}.`), undefined, text);
  }
  for (const marks of ['abc', 'ABCDEF', 'abcde_', 'abcdef.abcdef']) assert.equal(searchPlaceOf(`${cursorOf(place)}.${marks}`), undefined, marks);
});

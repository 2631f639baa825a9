// Rooms of mails under way: so many, and so many bytes of them, of a brand and of all; one mail finds room whatever its size; the slow ones have a room of their own.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { BrandId } from '#store/store.ts';
import { openMailRooms, type Place, ROOM, SLOW_AFTER_MS } from '#server/workers/mail-rooms.ts';

const [ONE, TWO, THREE] = ['brd_1', 'brd_2', 'brd_3'] as unknown as [BrandId, BrandId, BrandId];
const LARGE = 36_000_000;

it('no more bytes are taken up than a node can hold, and one mail always is', () => {
  const rooms = openMailRooms(() => 0);
  const huge = rooms.enter(ONE, ROOM.all.bytes * 2, false);
  assert.ok(huge !== null);
  assert.equal(rooms.enter(TWO, 1, false), null);
  huge.leave();
  const enter = (brandId: BrandId): Place | null => rooms.enter(brandId, LARGE, false);
  const first = enter(ONE);
  assert.ok(first !== null);
  assert.equal(enter(ONE), null, 'one brand has not all of it');
  assert.ok(enter(TWO) !== null);
  assert.equal(enter(THREE), null);
  assert.ok(rooms.enter(THREE, LARGE, true) !== null, 'late ones have a room of their own');
  first.leave();
  assert.ok(enter(THREE) !== null);
  assert.deepEqual([ONE, TWO, THREE].map((brandId) => rooms.mailsOf(brandId)), [0, 1, 2]);
});

it('a mail whose files take long leaves its place in the quick room, for the slow one or for nowhere; none goes there before a late one', () => {
  let uptime = 0;
  const rooms = openMailRooms(() => uptime);
  const enter = (): Place => {
    const place = rooms.enter(ONE, LARGE, false);
    assert.ok(place !== null);
    place.filesBegin();
    return place;
  };
  const sorted = (): void => {
    uptime += SLOW_AFTER_MS;
    rooms.sortOut();
  };
  const first = enter();
  uptime += SLOW_AFTER_MS - 1;
  rooms.sortOut();
  assert.equal(rooms.enter(ONE, LARGE, false), null);
  sorted();
  const second = enter();
  sorted();
  assert.deepEqual([first, second].map(({ putOff }) => putOff.aborted), [false, true]);
  second.leave();
  first.leave();
  const third = enter();
  sorted();
  assert.ok(third.putOff.aborted, 'there is room, and a late one waits for it');
  third.leave();
  rooms.lateOnes(ONE, false);
  const fourth = enter();
  sorted();
  assert.deepEqual([fourth.putOff.aborted, rooms.left(ONE, false), rooms.left(ONE, true)], [false, 20, 19]);
  fourth.leave();
  assert.equal(rooms.mailsOf(ONE), 0);
});

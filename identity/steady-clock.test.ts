// The clock of sessions: it follows the wall clock forward, and nobody can set it back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { clockCourse, timeOn } from '#identity/steady-clock.ts';

const NOW = 1_800_000_000_000;

describe('the time of a session', () => {
  it('is the wall clock while nobody touches it', () => {
    const course = clockCourse(NOW, 5_000);
    assert.equal(timeOn(course, NOW + 60_000, 65_000), NOW + 60_000);
    assert.equal(clockCourse(NOW + 60_000, 65_000), course, 'and every session shares it');
  });

  it('goes on by uptime when the wall clock is set back, and follows it ahead', () => {
    const course = clockCourse(NOW, 0);
    assert.equal(timeOn(course, NOW - 3 * 3_600_000, 60_000), NOW + 60_000);
    assert.equal(timeOn(course, NOW + 48 * 3_600_000, 60_000), NOW + 48 * 3_600_000);
  });

  it('of one begun after the jump is the wall clock of then', () => {
    clockCourse(NOW, 0);
    const later = clockCourse(NOW - 3 * 3_600_000, 10);
    assert.equal(timeOn(later, NOW - 3 * 3_600_000 + 60_000, 60_010), NOW - 3 * 3_600_000 + 60_000);
  });

  it('gives whole milliseconds, though uptime has fractions: the store takes no others', () => {
    const course = clockCourse(NOW, 10.25);
    assert.equal(timeOn(course, NOW - 5_000, 1_010.75), NOW + 1_000);
  });

  it('never goes slower than uptime, whatever the wall clock does', () => {
    const steps = fc.array(fc.record({ wall: fc.integer({ min: -200_000_000, max: 200_000_000 }), passed: fc.integer({ min: 0, max: 1_000_000 }) }), { maxLength: 30 });
    fc.assert(fc.property(steps, (jumps) => {
      let wall = NOW;
      let uptime = 0;
      const course = clockCourse(wall, uptime);
      for (const { wall: jump, passed } of jumps) {
        wall += passed + jump;
        uptime += passed;
        clockCourse(wall, uptime);
        assert.ok(timeOn(course, wall, uptime) >= NOW + uptime - 1_000);
      }
    }));
  });
});

// A clock for sessions that nobody can set back: for each session the time goes on as it did when this node took it up.

/** By what the wall clock stood ahead of uptime, ms; the first is for sessions that no clock watches. */
const skews: number[] = [-Infinity];
/** Corrections of the clock smaller than these are not told apart: forward, and back. */
const FORWARD_MS = 1_000;
const BACK_MS = 20;

/** Which course of the clock holds now: a small number a session keeps. A jump of the clock begins another one. */
export function clockCourse(now: number, uptime: number): number {
  const skew = now - uptime;
  const last = skews[skews.length - 1] as number;
  if (skew > last + FORWARD_MS || skew < last - BACK_MS) skews.push(skew);
  return skews.length - 1;
}

/** The time of a session, whole ms since 1970 (uptime has fractions, the store has none): the wall clock, or what it would show had nobody set it back since. */
export function timeOn(course: number, now: number, uptime: number): number {
  return Math.max(now, Math.floor(uptime + (skews[course] as number)));
}

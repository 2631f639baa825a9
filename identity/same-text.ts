// Whether two short secrets are the same text, in a time that does not tell how much of them agrees.
import { timingSafeEqual } from 'node:crypto';

/** Constant-time equality of two texts (ASVS 11.2.4). Only a difference in length, which is no secret here, returns early. */
export function sameText(one: string, other: string): boolean {
  const a = Buffer.from(one, 'utf8');
  const b = Buffer.from(other, 'utf8');
  return a.length === b.length && timingSafeEqual(a, b);
}

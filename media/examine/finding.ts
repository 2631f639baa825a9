// What looking through a file finds: nothing wrong, or why it may not come in. Only codes and numbers leave here, never a byte of the file.
import type { UploadFinding } from '#policy/decide/upload.ts';

export type FindingCode = Exclude<UploadFinding, 'upload.virus_found'>;

/** Thrown by whatever reads a file of a given form. */
export class Finding extends Error {
  readonly code: FindingCode;
  readonly facts: Readonly<Record<string, unknown>>;
  constructor(code: FindingCode, facts: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'Finding';
    this.code = code;
    this.facts = facts;
  }
}

export const damaged = (why: string): Finding => new Finding('upload.damaged', { why });

/** What one file may cost whoever opens it. */
export const LIMITS = Object.freeze({
  pixels: 50_000_000,
  /** Of all frames of a moving picture together. */
  framePixels: 500_000_000,
  frames: 2_000,
  /** Of one archive; and of all that lie in one file. */
  entries: 2_000,
  entriesInAll: 10_000,
  /** Archives in archives. */
  depth: 2,
  /** Bytes of everything inside, unpacked. */
  expanded: 200 * 1_048_576,
  /** Unpacked to packed, once it is more than a little. */
  ratio: 120,
  ratioFrom: 10 * 1_048_576,
  /** Elements of a drawing; how deep they stand in each other; and how many there are when each is counted as often as it is named. */
  drawn: 100_000,
  drawnDepth: 200,
  drawnAgain: 500_000,
});

/** Judges a picture by its sides. */
export function judgePixels(width: number, height: number): void {
  if (width === 0 || height === 0) throw damaged('no_sides');
  if (width * height > LIMITS.pixels) throw new Finding('upload.too_many_pixels', { width, height });
}

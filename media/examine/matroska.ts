// Matroska and WebM (RFC 9559): titles, programs, times, tags and attachments become void elements of the same length, so that nothing moves. No picture or sound is touched.
import { damaged } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';

const VOID = 0xec;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
/** Looked into: segment, its head, the tracks, each track; a cluster only where it does not say how long it is. */
const INTO = new Set([SEGMENT, 0x1549a966, 0x1654ae6b, 0xae]);
/** Tags, attachments; title, time, names of files; the name of a track. */
const SAID = new Set([0x1254c367, 0x1941a469, 0x7ba9, 0x4461, 0x7384, 0x3c83ab, 0x3e83bb, 0x536e]);
/** Who wrote it: must be there, so that it is made blank. */
const BLANKED = new Set([0x4d80, 0x5741]);
const CHECKSUM = 0xbf;

export function filterMatroska(file: Buffer): Filtered {
  const copy = Buffer.from(file);
  let removed = 0;
  let clusters = 0;
  const hide = (from: number, to: number): void => {
    const size = to - from;
    copy.fill(0, from, to);
    copy[from] = VOID;
    if (size <= 9) copy[from + 1] = 0x80 | (size - 2);
    else {
      copy.writeUIntBE(size - 9, from + 3, 6);
      copy[from + 1] = 0x01;
    }
  };

  function walk(from: number, to: number): void {
    for (let at = from; at < to; ) {
      const first = copy[at] as number;
      const idLength = Math.clz32(first) - 23;
      if (first === 0 || idLength > 4 || at + idLength >= to) throw damaged('element');
      const id = copy.readUIntBE(at, idLength);
      const mark = copy[at + idLength] as number;
      const sizeLength = Math.clz32(mark) - 23;
      const head = idLength + sizeLength;
      if (mark === 0 || at + head > to) throw damaged('element');
      let size = mark & (0xff >> sizeLength);
      let unknown = size === 0xff >> sizeLength;
      for (let n = 1; n < sizeLength; n += 1) {
        const next = copy[at + idLength + n] as number;
        unknown &&= next === 0xff;
        size = size * 256 + next;
      }
      if (unknown && id !== SEGMENT && id !== CLUSTER) throw damaged('element');
      const end = unknown ? to : at + head + size;
      if (id === CLUSTER) clusters += 1;
      // What a recording leaves open ends with what it stands in; a cut one ends inside its last cluster, and is played to there.
      if (end > to && id !== CLUSTER && id !== SEGMENT) throw damaged('cut_off');
      if (unknown && id === CLUSTER) {
        at += head;
        continue;
      }
      if (INTO.has(id)) {
        walk(at + head, Math.min(end, to));
        // Its sum is of what it held before.
        if (id !== SEGMENT && copy[at + head] === CHECKSUM) hide(at + head, at + head + 6);
      } else if (SAID.has(id)) {
        hide(at, end);
        removed += 1;
      } else if (BLANKED.has(id) && copy.subarray(at + head, end).some((one) => one !== 0x20)) {
        copy.fill(0x20, at + head, end);
        removed += 1;
      }
      at = end;
    }
  }
  walk(0, copy.length);
  if (clusters === 0) throw damaged('no_picture');
  return { pieces: [removed > 0 ? copy : file], removed: removed > 0 ? ['tags'] : [] };
}

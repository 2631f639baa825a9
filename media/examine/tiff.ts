// TIFF (revision 6): the sides and the whole of each of its pictures, and the file again with nothing in it but what draws them. Nothing moves: all else becomes zeros.
import { damaged, Finding, judgePixels } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';

/** What a picture needs to look as it does; maker, author, place, time, text and every private field are not among it. */
const KEPT = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 286, 287, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328,
  330, 332, 334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 34675,
]);
const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 };
/** Places of a picture's bytes, and beside them how many stand there. */
const PLACES = [[273, 279], [324, 325], [513, 514]] as const;
const MOST_PICTURES = 500;

export function filterTiff(file: Buffer): Filtered {
  const little = file.toString('latin1', 0, 2) === 'II';
  const [u16, u32] = little ? [(at: number) => file.readUInt16LE(at), (at: number) => file.readUInt32LE(at)] : [(at: number) => file.readUInt16BE(at), (at: number) => file.readUInt32BE(at)];
  if (file.length < 8 || u16(2) !== 42) throw new Finding('upload.not_stripped', { why: 'another_tiff' });
  const bare = Buffer.alloc(file.length);
  const keep = (from: number, length: number): void => {
    if (from + length > file.length) throw damaged('cut_off');
    file.copy(bare, from, from, from + length);
  };
  const seen = new Set<number>();
  const tables: [from: number, entries: number[]][] = [];
  let removed = 0;

  function read(from: number): void {
    for (let at = from; at !== 0; ) {
      if (seen.has(at) || seen.size >= MOST_PICTURES) throw damaged('chain');
      seen.add(at);
      const count = u16(at);
      const end = at + 2 + count * 12;
      if (end + 4 > file.length) throw damaged('cut_off');
      const values = new Map<number, number[]>();
      const entries: number[] = [];
      for (let entry = at + 2; entry < end; entry += 12) {
        const [tag, type, many] = [u16(entry), u16(entry + 2), u32(entry + 4)];
        const size = SIZES[type] ?? 0;
        if (!KEPT.has(tag) || size === 0 || many === 0) {
          removed += 1;
          continue;
        }
        const bytes = size * many;
        const place = bytes <= 4 ? entry + 8 : u32(entry + 8);
        if (place + bytes > file.length) throw damaged('cut_off');
        entries.push(entry);
        if (bytes > 4) keep(place, bytes);
        if (type === 3 || type === 4 || type === 13) values.set(tag, Array.from({ length: many }, (_one, n) => (size === 2 ? u16(place + n * 2) : u32(place + n * 4))));
      }
      judgePixels(values.get(256)?.[0] ?? 0, values.get(257)?.[0] ?? 0);
      for (const [places, lengths] of PLACES) {
        const [where, much] = [values.get(places) ?? [], values.get(lengths) ?? []];
        // Old programs do not say how many bytes stand there: then nobody knows what else does.
        if (where.length !== much.length) throw new Finding('upload.not_stripped', { why: 'no_lengths' });
        for (const [n, place] of where.entries()) keep(place, much[n] as number);
      }
      tables.push([at, entries]);
      for (const place of values.get(330) ?? []) read(place);
      at = u32(end);
    }
  }
  read(u32(4));
  if (tables.length === 0) throw damaged('no_picture');
  keep(0, 8);
  // The tables last: in each the kept entries stand together at its beginning, and the next table's place behind them.
  for (const [at, entries] of tables) {
    const next = at + 2 + u16(at) * 12;
    if (little) bare.writeUInt16LE(entries.length, at);
    else bare.writeUInt16BE(entries.length, at);
    for (const [n, entry] of entries.entries()) file.copy(bare, at + 2 + n * 12, entry, entry + 12);
    file.copy(bare, at + 2 + entries.length * 12, next, next + 4);
  }
  return bare.equals(file) ? { pieces: [file], removed: [] } : { pieces: [bare], removed: removed > 0 ? ['exif'] : ['application'] };
}

// Old Office (MS-DOC, MS-XLS, MS-PPT): the file again without its summaries and the names of who wrote, saved and changed it. Blanked where they stand, so that nothing moves.
import { type Compound, type Entry, openCompound, type Stretch } from '#media/examine/compound.ts';
import { Finding } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';

const SUMMARY = /^\u0005(?:Document)?SummaryInformation$/;
const gathered = (file: Buffer, stretches: readonly Stretch[]): Buffer => Buffer.concat(stretches.map(({ from, to }) => file.subarray(from, to)));

/** A set of properties with none in it (MS-OLEPS 2.21), as long as the one it stands for. */
function emptySet(set: Buffer): Buffer {
  const empty = Buffer.alloc(set.length);
  if (set.length < 56) return empty;
  set.copy(empty, 0, 0, 4);
  empty.writeUInt32LE(1, 24);
  set.copy(empty, 28, 28, 44);
  empty.writeUInt32LE(48, 44);
  empty.writeUInt32LE(8, 48);
  return empty;
}

/** Letters become spaces; how many there are stays as it is. `from`: where the first length stands; `most`: how many such texts there are. */
function blankTexts(table: Buffer, from: number, to: number, most: number): void {
  for (let [at, n] = [from, 0]; at + 2 <= to && n < most; n += 1) {
    const end = Math.min(at + 2 + table.readUInt16LE(at) * 2, to);
    for (let letter = at + 2; letter + 2 <= end; letter += 2) table.writeUInt16LE(0x20, letter);
    at = end;
  }
}

/** Pairs of place and length in the head of a Word document (MS-DOC 2.5.6), by their number. */
const ASSOCIATED = 32;
const COMMENTERS = 36;
const CHANGERS = 51;
const SAVED_BY = 71;

/** Word: who saved it last and where, who changed and who commented. */
function blankWord(document: Buffer, table: Buffer): void {
  const placeOf = (n: number): Stretch => ((at) => ({ from: document.readUInt32LE(at), to: document.readUInt32LE(at) + document.readUInt32LE(at + 4) }))(0x9a + n * 8);
  for (const n of [ASSOCIATED, CHANGERS]) {
    const { from, to } = placeOf(n);
    // Two bytes a letter, then how many texts, and how much stands behind each (MS-DOC 2.2.4).
    if (to > from && to <= table.length && table.readUInt16LE(from) === 0xffff && table.readUInt16LE(from + 4) === 0) blankTexts(table, from + 6, to, table.readUInt16LE(from + 2));
  }
  const commenters = placeOf(COMMENTERS);
  if (commenters.to <= table.length) blankTexts(table, commenters.from, commenters.to, 65_535);
  const saved = placeOf(SAVED_BY);
  if (saved.to > saved.from && saved.to <= table.length) {
    table.fill(0, saved.from, saved.to);
    document.writeUInt32LE(0, 0x9a + SAVED_BY * 8 + 4);
  }
}

/** Excel: who had it open (MS-XLS 2.4.349). What is locked says so in front (2.4.117). */
function blankExcel(book: Buffer): void {
  for (let at = 0; at + 4 <= book.length; ) {
    const [kind, length] = [book.readUInt16LE(at), book.readUInt16LE(at + 2)];
    if (kind === 0x2f) throw new Finding('upload.encrypted');
    if (kind === 0x5c && at + 4 + length <= book.length && length > 3) {
      const wide = (book[at + 6] as number) & 1;
      for (let one = at + 7; one < at + 4 + length; one += 1) book[one] = wide === 1 && (one - at - 7) % 2 === 1 ? 0 : 0x20;
    }
    at += 4 + length;
  }
}

/** PowerPoint: who saved it (MS-PPT 2.3.2). */
function blankPowerPoint(user: Buffer): void {
  if (user.length < 28) return;
  if (user.readUInt32LE(12) === 0xf3d1c4df) throw new Finding('upload.encrypted');
  const letters = user.readUInt16LE(20);
  user.fill(0x20, 28, Math.min(28 + letters, user.length));
  for (let at = 32 + letters; at + 2 <= Math.min(32 + letters * 3, user.length); at += 2) user.writeUInt16LE(0x20, at);
}

function changedStreams(file: Buffer, { entries, stretches }: Compound, form: string): ReadonlyMap<Entry, Buffer> {
  const changed = new Map<Entry, Buffer>();
  const bytesOf = (entry: Entry): Buffer => {
    const present = changed.get(entry) ?? gathered(file, stretches(entry));
    changed.set(entry, present);
    return present;
  };
  const named = (name: string): Entry | undefined => entries.find((one) => one.kind === 2 && one.name === name);
  for (const entry of entries) if (entry.kind === 2 && SUMMARY.test(entry.name)) changed.set(entry, emptySet(bytesOf(entry)));
  if (form === 'doc') {
    const document = named('WordDocument');
    const head = document === undefined ? Buffer.alloc(0) : bytesOf(document);
    if (head.length >= 12 && (head.readUInt16LE(10) & 0x100) !== 0) throw new Finding('upload.encrypted');
    const table = head.length < 0x2da || head.readUInt16LE(2) < 0xc1 ? undefined : named((head.readUInt16LE(10) & 0x200) === 0 ? '0Table' : '1Table');
    if (table !== undefined) blankWord(head, bytesOf(table));
  }
  if (form === 'xls') for (const book of [named('Workbook'), named('Book')]) if (book !== undefined) blankExcel(bytesOf(book));
  const user = form === 'ppt' ? named('Current User') : undefined;
  if (user !== undefined) blankPowerPoint(bytesOf(user));
  return changed;
}

export function filterOldOffice(file: Buffer, form: string, compound: Compound = openCompound(file)): Filtered {
  const copy = Buffer.from(file);
  for (const [entry, bytes] of changedStreams(file, compound, form)) {
    let at = 0;
    for (const { from, to } of compound.stretches(entry)) {
      bytes.copy(copy, from, at, at + to - from);
      at += to - from;
    }
  }
  for (const { from, to } of compound.free()) copy.fill(0, from, to);
  // When each of its folders was made and changed (MS-CFB 2.6.1).
  for (const { at } of compound.entries) copy.fill(0, at + 100, at + 116);
  return copy.equals(file) ? { pieces: [file], removed: [] } : { pieces: [copy], removed: ['authors'] };
}

// Tar: every header, as any program that unpacks it would read it; one way to read it only. What lies in it is given out to be looked into.
import { BEGINNING, endsAsZip, sumHolds } from '#media/examine/archives.ts';
import { damaged, Finding, LIMITS } from '#media/examine/finding.ts';
import { type Inside, piecesOf, readMap, whole, withHoles } from '#media/examine/sparse.ts';
import { type Expanding, spend, spendEntry } from '#media/examine/zip.ts';
import { runsByName } from '#media/file-name.ts';

const BLOCK = 512;
const EMPTY = Buffer.alloc(BLOCK);
const textAt = (head: Buffer, at: number, length: number): string => head.toString('utf8', at, at + length).replace(/\0.*$/s, '');

/** A number of a header, in octal digits. Larger ones in other ways are of no file that is let in. */
function octal(head: Buffer, at: number, length: number): number {
  const text = head.toString('latin1', at, at + length).replace(/[\0 ]+$/, '').trim();
  if (!/^[0-7]*$/.test(text)) throw damaged('entry');
  return Number.parseInt(text || '0', 8);
}

/** A name that would land elsewhere, or run. */
function judgeName(name: string): void {
  if (/^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(name)) throw damaged('name_leads_out');
  if (runsByName(name)) throw new Finding('upload.active_content', { form: 'tar' });
}

/** Records of a pax header (`27 path=…`), by their lengths: a value may hold lines of its own. A key may come again. */
function paxRecords(body: Buffer): [key: string, value: string][] {
  const records: [string, string][] = [];
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const length = Number(/^(?<length>[1-9][0-9]{0,8}) /.exec(body.toString('latin1', at, at + 10))?.groups?.['length'] ?? 0);
    const record = body.subarray(at, at + length).toString('utf8');
    const parts = /^[0-9]+ (?<key>[^=]+)=(?<value>.*)\n$/s.exec(record)?.groups;
    if (parts === undefined || at + length > body.length) throw damaged('entry');
    records.push([parts['key'] as string, parts['value'] as string]);
    at += length;
  }
  return records;
}

/** What stands in an entry of its own and takes the place of what the next header says. */
function judgeRecords(records: readonly [string, string][], everywhere: boolean): void {
  for (const [key, value] of records) {
    if (key === 'path' || key === 'GNU.sparse.name') judgeName(value);
    if (key === 'linkpath') throw damaged('link');
    if (everywhere && (key === 'size' || key.startsWith('GNU.sparse.'))) throw damaged('two_lengths');
  }
}

/** The entry with its holes, where it has some. */
function withoutHoles(data: Buffer, records: readonly [string, string][]): Inside {
  const said = new Map(records);
  const size = Number(said.get('GNU.sparse.realsize') ?? said.get('GNU.sparse.size') ?? Number.NaN);
  if (said.has('GNU.sparse.major') || said.has('GNU.sparse.map') || said.has('GNU.sparse.offset') || !Number.isNaN(size)) {
    if (!Number.isSafeInteger(size) || size < 0) throw damaged('holes');
    if (said.get('GNU.sparse.major') === '1') {
      const map = readMap(data);
      return withHoles(map.data, map.pieces, size);
    }
    const listed = said.get('GNU.sparse.map')?.split(',') ?? records.flatMap(([key, value]) => (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes' ? [value] : []));
    return withHoles(data, piecesOf(listed.filter((one) => one !== '').map(Number)), size);
  }
  return whole(data);
}

/** GNU's older way: the places stand in the header, and in blocks that follow it. */
function oldHoles(file: Buffer, at: number): { readonly numbers: number[]; readonly data: number } {
  const numbers: number[] = [];
  const take = (block: Buffer, from: number, many: number): void => {
    for (let n = 0; n < many && block[from + n * 24] !== 0; n += 1) numbers.push(octal(block, from + n * 24, 12), octal(block, from + n * 24 + 12, 12));
  };
  take(file.subarray(at, at + BLOCK), 386, 4);
  let data = at + BLOCK;
  for (let more = file[at + 482] === 1; more; data += BLOCK) {
    if (data + BLOCK > file.length) throw damaged('cut_off');
    take(file.subarray(data, data + BLOCK), 0, 21);
    more = file[data + 504] === 1;
  }
  return { numbers, data };
}

const isHeader = (file: Buffer, at: number): boolean => sumHolds(file.toString('latin1', at, at + BEGINNING));

/** A tar that lies whole in memory. `lookInto`: what a file in it holds. */
export async function judgeTar(file: Buffer, expanding: Expanding, lookInto: (inside: Inside) => Promise<void>): Promise<void> {
  let entries = 0;
  let at = 0;
  /** Of the header in front of this one. */
  let records: [string, string][] = [];
  while (at + BLOCK <= file.length && !file.subarray(at, at + BLOCK).equals(EMPTY)) {
    // Another program would go on at the next header that is right: what is skipped here it would unpack.
    if (!isHeader(file, at)) throw damaged('entry');
    entries += 1;
    if (entries > LIMITS.entries) throw new Finding('upload.expands_too_far', { entries });
    spendEntry(expanding);
    const head = file.subarray(at, at + BLOCK);
    const type = String.fromCharCode(head[156] as number);
    const size = octal(head, 124, 12);
    const ours = records;
    records = [];
    // A link may lead out of wherever somebody unpacks it. The second half of a file, and a list of other names, are of nobody's making today.
    if ('12'.includes(type)) throw damaged('link');
    if ('MN'.includes(type)) throw damaged('entry');
    // Of these some programs take no bytes, whatever their size says.
    if (size > 0 && ('3456'.includes(type) || (type === '\0' && textAt(head, 0, 100).endsWith('/')))) throw damaged('two_lengths');
    for (const [key, value] of ours) if (key === 'size' && Number(value) !== size) throw damaged('two_lengths');
    const name = textAt(head, 0, 100);
    // With the mark of GNU other things stand where the beginning of a long name is.
    const prefix = head.toString('latin1', 257, 263) === 'ustar ' ? '' : textAt(head, 345, 155);
    judgeName(name);
    if (prefix !== '') judgeName(`${prefix}/${name}`);
    const holes = type === 'S' ? oldHoles(file, at) : null;
    const begin = holes?.data ?? at + BLOCK;
    if (begin + size > file.length) throw damaged('cut_off');
    const data = file.subarray(begin, begin + size);
    if (type === 'K') throw damaged('link');
    if (type === 'L') judgeName(data.toString('utf8').replace(/\0+$/, ''));
    if ('xXg'.includes(type)) {
      const read = paxRecords(data);
      judgeRecords(read, type === 'g');
      records = type === 'g' ? ours : [...ours, ...read];
    } else if (type === 'L') records = ours;
    else {
      const inside = holes === null ? withoutHoles(data, ours) : withHoles(data, piecesOf(holes.numbers), octal(head, 483, 12));
      // Holes come out as zeros, and are counted as what was unpacked.
      if (inside.size > data.length) spend(expanding, inside.size - data.length);
      await lookInto(inside);
    }
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (entries === 0) throw damaged('empty');
  // Behind its end nothing is read; but there are programs that go on there, when they are told to.
  const behind = file.subarray(at);
  for (let next = BLOCK; next + BLOCK <= behind.length; next += BLOCK) if (isHeader(behind, next)) throw damaged('bytes_behind');
  if (endsAsZip(behind)) throw damaged('bytes_behind');
}

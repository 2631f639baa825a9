// Compound files (MS-CFB): the formats of old Office and Outlook, told apart by the streams they hold; where each of those stands in the file.
import { damaged, Finding } from '#media/examine/finding.ts';

const END_OF_CHAIN = 0xfffffffe;
const UNUSED = 0xffffffff;
const MOST_SECTORS = 200_000;

export interface Entry {
  readonly name: string;
  /** 1 a folder, 2 a stream, 5 the root. */
  readonly kind: number;
  /** Where it stands in the file itself. */
  readonly at: number;
  readonly start: number;
  readonly size: number;
}

/** A stretch of the file. */
export interface Stretch { readonly from: number; readonly to: number }

export interface Compound {
  /** In the order of its directory. */
  readonly entries: readonly Entry[];
  /** Where the bytes of a stream stand, in their order. */
  stretches(entry: Entry): readonly Stretch[];
  /** Sectors that nothing uses: what was deleted stays in them. */
  free(): readonly Stretch[];
}

export function openCompound(file: Buffer): Compound {
  if (file.length < 1536 || file.readUInt32BE(0) !== 0xd0cf11e0) throw damaged('signature');
  const shift = file.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw damaged('head');
  const size = 1 << shift;
  const stretchOf = (n: number): Stretch => {
    const at = (n + 1) * size;
    if (n >= MOST_SECTORS || at >= file.length) throw damaged('cut_off');
    return { from: at, to: Math.min(at + size, file.length) };
  };
  const sector = (n: number): Buffer => ((one) => file.subarray(one.from, one.to))(stretchOf(n));
  const tables: number[] = [];
  for (let n = 0; n < 109; n += 1) tables.push(file.readUInt32LE(76 + n * 4));
  for (let next = file.readUInt32LE(68), turns = 0; next < END_OF_CHAIN && turns < 1_000; turns += 1) {
    const more = sector(next);
    for (let n = 0; n + 4 < more.length; n += 4) tables.push(more.readUInt32LE(n));
    next = more.readUInt32LE(more.length - 4);
  }
  const after = (n: number): number => {
    const table = tables[Math.floor(n / (size / 4))];
    if (table === undefined || table >= END_OF_CHAIN) throw damaged('chain');
    const held = sector(table);
    const at = (n % (size / 4)) * 4;
    return at + 4 <= held.length ? held.readUInt32LE(at) : END_OF_CHAIN;
  };
  const chain = (first: number, next: (n: number) => number): number[] => {
    const seen = new Set<number>();
    for (let n = first; n < END_OF_CHAIN - 3; n = next(n)) {
      if (seen.has(n) || seen.size > MOST_SECTORS) throw damaged('chain');
      seen.add(n);
    }
    return [...seen];
  };
  const entries: Entry[] = [];
  for (const n of chain(file.readUInt32LE(48), after)) {
    const { from, to } = stretchOf(n);
    for (let at = from; at + 128 <= to && entries.length < 20_000; at += 128) {
      const length = file.readUInt16LE(at + 64);
      if (file[at + 66] !== 0 && length >= 2 && length <= 64) entries.push({ name: file.toString('utf16le', at, at + length - 2), kind: file[at + 66] as number, at, start: file.readUInt32LE(at + 116), size: file.readUInt32LE(at + 120) });
    }
  }

  /** Streams of less than this lie together in one of the root's, in sectors of 64 bytes. */
  const SMALL = 4_096;
  let small: { readonly within: readonly number[]; readonly table: readonly number[] } | null = null;
  const cut = (stretches: readonly Stretch[], length: number): Stretch[] => {
    let left = length;
    const kept = stretches.flatMap(({ from, to }) => {
      const many = Math.min(left, to - from);
      left -= many;
      return many > 0 ? [{ from, to: from + many }] : [];
    });
    if (left > 0) throw damaged('cut_off');
    return kept;
  };
  return {
    entries,
    stretches({ kind, start, size: length }) {
      if (length === 0) return [];
      if (kind === 5 || length >= SMALL) return cut(chain(start, after).map(stretchOf), length);
      const root = entries.find((one) => one.kind === 5);
      small ??= { within: root === undefined ? [] : chain(root.start, after), table: chain(file.readUInt32LE(60), after) };
      const { within, table } = small;
      const next = (n: number): number => {
        const held = table[Math.floor(n / (size / 4))];
        return held === undefined ? END_OF_CHAIN : sector(held).readUInt32LE((n % (size / 4)) * 4);
      };
      return cut(chain(start, next).map((n) => {
        const held = within[Math.floor((n * 64) / size)];
        if (held === undefined) throw damaged('chain');
        const from = stretchOf(held).from + ((n * 64) % size);
        return { from, to: Math.min(from + 64, file.length) };
      }), length);
    },
    free() {
      const found: Stretch[] = [];
      for (let n = 0; (n + 1) * size < file.length && n < MOST_SECTORS; n += 1) {
        const table = tables[Math.floor(n / (size / 4))];
        if (table === undefined || table >= END_OF_CHAIN) break;
        if (after(n) === UNUSED) found.push(stretchOf(n));
      }
      return found;
    },
  };
}

/** Names in the directory, in its order. */
export const streamsOf = ({ entries }: Compound): string[] => entries.map(({ name }) => name);

/** Which file it is; null for another kind of compound file, such as an installer. */
export function formOfCompound(names: readonly string[]): string | null {
  const has = (name: string): boolean => names.some((one) => one.toLowerCase() === name.toLowerCase());
  if (has('EncryptedPackage')) throw new Finding('upload.encrypted');
  if (has('WordDocument')) return 'doc';
  if (has('Workbook') || has('Book')) return 'xls';
  if (has('PowerPoint Document')) return 'ppt';
  if (has('__nameid_version1.0') || has('__properties_version1.0')) return 'msg';
  return null;
}

/** Macros, and other files packed in. */
export function judgeCompound(names: readonly string[]): void {
  if (names.some((name) => /^(?:_VBA_PROJECT(?:_CUR)?|VBA|Macros)$/i.test(name))) throw new Finding('upload.active_content', { macros: true });
  if (names.some((name) => /^\u0001Ole10Native$/i.test(name))) throw new Finding('upload.active_content', { packed: true });
}

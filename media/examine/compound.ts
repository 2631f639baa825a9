// Compound files (MS-CFB): the formats of old Office and Outlook, told apart by the streams they hold. Only the directory is read.
import { damaged, Finding } from '#media/examine/finding.ts';

const END_OF_CHAIN = 0xfffffffe;
const MOST_SECTORS = 200_000;

/** Names in the directory, in its order. */
export function streamsOf(file: Buffer): string[] {
  if (file.length < 1536 || file.readUInt32BE(0) !== 0xd0cf11e0) throw damaged('signature');
  const shift = file.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw damaged('head');
  const size = 1 << shift;
  const sector = (n: number): Buffer => {
    const at = (n + 1) * size;
    if (n >= MOST_SECTORS || at >= file.length) throw damaged('cut_off');
    return file.subarray(at, Math.min(at + size, file.length));
  };
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
  const names: string[] = [];
  const seen = new Set<number>();
  for (let n = file.readUInt32LE(48); n < END_OF_CHAIN - 3; n = after(n)) {
    if (seen.has(n) || seen.size > 5_000) throw damaged('chain');
    seen.add(n);
    const held = sector(n);
    for (let at = 0; at + 128 <= held.length; at += 128) {
      const length = held.readUInt16LE(at + 64);
      if (held[at + 66] !== 0 && length >= 2 && length <= 64) names.push(held.toString('utf16le', at, at + length - 2));
    }
  }
  return names;
}

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

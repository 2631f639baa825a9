// Looks through one file: what it really is, whether it is whole and within limits, and writes it again without what it tells of people. Runs in a process of its own.
import { writeFile } from 'node:fs/promises';
import { fileTypeFromBuffer } from 'file-type';
import { type FileType, type FileTypeId, fileTypes } from '#policy/file-type-table.ts';
import { formOfCompound, judgeCompound, openCompound, streamsOf } from '#media/examine/compound.ts';
import { damaged, Finding, type FindingCode, judgePixels } from '#media/examine/finding.ts';
import { filterGif } from '#media/examine/gif.ts';
import { type Filtered, filterJpeg } from '#media/examine/jpeg.ts';
import { filterMatroska } from '#media/examine/matroska.ts';
import { filterOgg } from '#media/examine/ogg.ts';
import { filterOldOffice } from '#media/examine/old-office.ts';
import { filterPackage, formOfZip, lookThrough, lookThroughGzip, lookThroughTar } from '#media/examine/packages.ts';
import { filterPdf, judgePdf } from '#media/examine/pdf.ts';
import { filterPng } from '#media/examine/png.ts';
import { filterWav, filterWebp } from '#media/examine/riff.ts';
import { filterFlac, filterHeif, filterMp3, filterMp4 } from '#media/examine/tags.ts';
import { cleanSvg } from '#media/examine/svg/cleaning.ts';
import { openReading, type Reading } from '#media/examine/reading.ts';
import { filterTiff } from '#media/examine/tiff.ts';
import { formOfText, textOf } from '#media/examine/texts.ts';
import { expandingOf, readZip } from '#media/examine/zip.ts';

export interface Asked {
  readonly path: string;
  /** What the end of its name says. */
  readonly claimed: FileTypeId;
  /** Where it is written anew, without metadata or cleaned; nothing lies there before. */
  readonly out: string;
  /** Whether metadata is taken out. What has to be cleaned is cleaned all the same. */
  readonly strips: boolean;
}

export type Examined =
  | {
    readonly ok: true;
    readonly form: string | null;
    /** The claimed type where the content is of it; another known one; or null. */
    readonly type: FileTypeId | null;
    /** What was taken out, by kind. `null`: nothing was asked, or nothing of this type can be. */
    readonly removed: readonly string[] | null;
    /** What was left out when it was cleaned; null where its type is none that is cleaned. */
    readonly cleaned: readonly string[] | null;
    /** It was written anew. */
    readonly written: boolean;
  }
  | { readonly ok: false; readonly code: FindingCode; readonly facts: Readonly<Record<string, unknown>>; readonly form: string | null };

const byId: ReadonlyMap<string, FileType> = new Map(fileTypes.map((type) => [type.id, type]));
const isZip = (file: Buffer): boolean => file.length >= 4 && file.readUInt32LE(0) === 0x04034b50;

/** The form of the content, as the table names it; null for none that anybody knows. */
export async function formOf(file: Buffer): Promise<string | null> {
  if (isZip(file)) {
    const form = formOfZip(readZip(file));
    const named = (await fileTypeFromBuffer(file).catch(() => undefined))?.ext;
    // Our own eyes tell what a document is made of; the library knows templates, macro-enabled ones and many rarer packages by name.
    return named === undefined || named === 'zip' || named === form || (form !== 'zip' && !RARER.test(named)) ? form : named;
  }
  if (file.length >= 8 && file.readUInt32BE(0) === 0xd0cf11e0) return formOfCompound(streamsOf(openCompound(file)));
  const found = await fileTypeFromBuffer(file).catch(() => undefined);
  const text = found === undefined || TEXTS.has(found.ext) ? textOf(file) : null;
  if (text !== null) return formOfText(text);
  return found === undefined ? null : (SAME[found.ext] ?? found.ext);
}
/** Texts that the library names by their beginning: read whole, by our own eyes. */
const TEXTS = new Set(['xml', 'rtf', 'ics', 'vcf', 'vtt', 'html', 'eml', 'json', 'txt', 'csv', 'reg']);
const RARER = /^(?:do[ct][mx]|xl[st][mx]|pp[st][mx]|pot[mx])$/;
const SAME: Readonly<Record<string, string>> = { 'tar.gz': 'gz' };

/** Forms that may hold a program by their nature: only what is harmless of them is written anew, whatever the settings say. */
const CLEANERS: Readonly<Record<string, (file: Buffer) => Promise<Filtered>>> = { svg: cleanSvg };

type Read = (file: Buffer, form: string) => Filtered | Promise<Filtered | null> | null;
const notStripped = (): Finding => new Finding('upload.not_stripped', {});

function judgeHeif(file: Buffer): void {
  for (let at = file.indexOf('ispe', 0, 'latin1'); at > 0; at = file.indexOf('ispe', at + 4, 'latin1')) if (at + 16 <= file.length) judgePixels(file.readUInt32BE(at + 8), file.readUInt32BE(at + 12));
}

async function packaged(file: Buffer, form: string): Promise<Filtered | null> {
  const entries = readZip(file);
  await lookThrough(entries, expandingOf(file.length), form);
  return form === 'zip' ? null : filterPackage(entries, form);
}

/** Judges a file of each form whole, and gives it without metadata. Forms that are not here are passed as they are. */
const READERS: Readonly<Record<string, Read>> = {
  jpg: filterJpeg, png: filterPng, apng: filterPng, gif: filterGif, webp: filterWebp, wav: filterWav, mp3: filterMp3, aac: filterMp3, flac: filterFlac, tif: filterTiff,
  ogg: filterOgg, oga: filterOgg, opus: filterOgg, spx: filterOgg, webm: filterMatroska, mkv: filterMatroska,
  mp4: filterMp4, m4v: filterMp4, m4a: filterMp4, m4b: filterMp4, mov: filterMp4, '3gp': filterMp4, '3g2': filterMp4,
  avif: (file) => (judgeHeif(file), filterHeif(file, notStripped)), heic: (file) => (judgeHeif(file), filterHeif(file, notStripped)), heif: (file) => (judgeHeif(file), filterHeif(file, notStripped)),
  bmp(file) {
    if (file.length < 26) throw damaged('cut_off');
    judgePixels(Math.abs(file.readInt32LE(18)), Math.abs(file.readInt32LE(22)));
    return null;
  },
  async pdf(file) {
    judgePdf(file);
    return filterPdf(file);
  },
  zip: packaged, docx: packaged, xlsx: packaged, pptx: packaged, odt: packaged, ods: packaged, odp: packaged, epub: packaged,
  doc: compound, xls: compound, ppt: compound, msg: compound,
  async gz(file) {
    await lookThroughGzip(file, expandingOf(file.length));
    return null;
  },
  async tar(file) {
    await lookThroughTar(file, expandingOf(file.length));
    return null;
  },
};

function compound(file: Buffer, form: string): Filtered | null {
  const opened = openCompound(file);
  judgeCompound(streamsOf(opened));
  return form === 'msg' ? null : filterOldOffice(file, form, opened);
}

/** Types whose readers take something out, or have nothing to take. Of the others the receipt says that nothing is removed. */
export const STRIPPED: ReadonlySet<string> = new Set(['jpg', 'png', 'apng', 'gif', 'webp', 'wav', 'mp3', 'aac', 'flac', 'tif', 'ogg', 'oga', 'opus', 'spx', 'webm', 'mkv', 'mp4', 'm4v', 'm4a', 'm4b', 'mov', '3gp', '3g2', 'avif', 'heic', 'heif', 'pdf', 'doc', 'xls', 'ppt', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'txt', 'csv', 'tsv', 'md', 'json', 'vtt', 'srt']);

function typeOf(form: string | null, claimed: FileTypeId): FileTypeId | null {
  if (form === null) return null;
  if (byId.get(claimed)?.forms.includes(form) === true) return claimed;
  return fileTypes.find((type) => (type.forms[0] as string) === form)?.id ?? null;
}

/** Whatever is looked at twice must be seen alike: what is kept is of the same type again, for whoever looks afresh. */
async function keep(filtered: Filtered, claimed: FileTypeId, out: string): Promise<void> {
  const [first, ...more] = filtered.pieces as [Uint8Array, ...Uint8Array[]];
  const kept = more.length === 0 ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : Buffer.concat(filtered.pieces as Uint8Array[]);
  if (typeOf(await formOf(kept), claimed) !== claimed) throw damaged('another_inside');
  await writeFile(out, kept, { flag: 'wx', mode: 0o600 });
}

/** `read`: of a process that looks through one file after the other. */
export async function examine({ path, claimed, out, strips }: Asked, read: Reading = openReading()): Promise<Examined> {
  const file = read(path);
  let form: string | null = null;
  try {
    form = await formOf(file);
    const type = typeOf(form, claimed);
    const asItIs = { ok: true, form, type, removed: null, cleaned: null, written: false } as const;
    // What is not what it claims is refused for that; nothing more is read of it.
    if (type !== claimed || form === null) return asItIs;
    const cleaner = CLEANERS[form];
    if (cleaner !== undefined) {
      const cleaned = await cleaner(file);
      await keep(cleaned, claimed, out);
      return { ...asItIs, cleaned: cleaned.removed, removed: strips ? [] : null, written: true };
    }
    const filtered = (await READERS[form]?.(file, form)) ?? null;
    if (!strips || !STRIPPED.has(form)) return asItIs;
    if (filtered === null || filtered.removed.length === 0) return { ...asItIs, removed: [] };
    await keep(filtered, claimed, out);
    return { ...asItIs, removed: filtered.removed, written: true };
  } catch (error) {
    if (error instanceof Finding) {
      // What cannot be stripped is no fault where nothing is to be.
      if (error.code === 'upload.not_stripped' && !strips) return { ok: true, form, type: typeOf(form, claimed), removed: null, cleaned: null, written: false };
      return { ok: false, code: error.code, facts: error.facts, form };
    }
    if (error instanceof RangeError) return { ok: false, code: 'upload.damaged', facts: { why: 'cut_off' }, form };
    throw error;
  }
}

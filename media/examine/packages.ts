// Zips with a meaning: Office, OpenDocument, EPUB, plain archives. Which one it is, what lies in it, and the same again without its authors.
import { type Archive, archiveIn, BEGINNING, ENDING } from '#media/examine/archives.ts';
import { Finding, LIMITS } from '#media/examine/finding.ts';
import { judgeGzip } from '#media/examine/gzip.ts';
import { judgeTar } from '#media/examine/tar.ts';
import { type Expanding, expandingOf, glanceAt, readZip, spendEntry, unpack, type ZipEntry } from '#media/examine/zip.ts';
import { writeZip } from '#media/examine/zip-writing.ts';
import type { Filtered } from '#media/examine/jpeg.ts';
import { runsByName } from '#media/file-name.ts';

const OFFICE: readonly (readonly [part: string, form: string])[] = [['word/document.xml', 'docx'], ['xl/workbook.xml', 'xlsx'], ['xl/workbook.bin', 'xlsb'], ['ppt/presentation.xml', 'pptx'], ['visio/document.xml', 'vsdx']];
const MIMETYPES: Readonly<Record<string, string>> = {
  'application/vnd.oasis.opendocument.text': 'odt', 'application/vnd.oasis.opendocument.spreadsheet': 'ods', 'application/vnd.oasis.opendocument.presentation': 'odp', 'application/epub+zip': 'epub',
};
/** Programs that Office files carry: macros, controls, and other files packed in. */
const ACTIVE = /(?:^|\/)(?:vbaProject\.bin|vbaData\.xml|activeX\d*\.(?:xml|bin)|oleObject\d*\.bin|macrosheets\/|Basic\/|Scripts\/)/i;

/** What a zip is; `zip` where it is nothing else. Macro-enabled Office has a form of its own, which no type has. */
export function formOfZip(entries: readonly ZipEntry[]): string {
  const names = new Set(entries.map(({ name }) => name));
  const [first] = entries;
  if (first?.name === 'mimetype' && first.method === 0) return MIMETYPES[first.data.toString('latin1')] ?? 'zip';
  if (names.has('[Content_Types].xml')) return OFFICE.find(([part]) => names.has(part))?.[1] ?? 'zip';
  if (names.has('META-INF/MANIFEST.MF') || names.has('AndroidManifest.xml')) return 'jar';
  return 'zip';
}

/** An archive in an archive is kept whole up to so many bytes; what is larger nobody looks through. */
const MOST_WHOLE = 20 * 1_048_576;
const isArchive = (begin: Buffer): boolean => archiveIn(begin, EMPTY, 1) !== null;
const EMPTY = Buffer.alloc(0);

/** Unpacks everything to be counted; archives in archives too, down to a depth. */
export async function lookThrough(entries: readonly ZipEntry[], expanding: Expanding, form: string, depth = 1): Promise<void> {
  for (const entry of entries) {
    spendEntry(expanding);
    if (form !== 'zip' && ACTIVE.test(entry.name)) throw new Finding('upload.active_content', { form });
    if (runsByName(entry.name)) throw new Finding('upload.active_content', { form });
    const { begin, end, whole } = await glanceAt(entry, expanding, isArchive, MOST_WHOLE);
    const archive = archiveIn(begin, end, depth);
    if (archive !== null) await lookInto(archive, whole, entry.size, expanding, depth);
  }
}

/** An archive that lies in another, which is the `depth`th. `bytes`: null where it was not kept. */
async function lookInto(archive: Archive, bytes: Buffer | null, size: number, expanding: Expanding, depth: number): Promise<void> {
  if (depth > LIMITS.depth) throw new Finding('upload.expands_too_far', { depth });
  if (bytes === null || size > MOST_WHOLE) throw new Finding('upload.expands_too_far', { bytes: size });
  if (archive === 'tar') return lookThroughTar(bytes, expanding, depth + 1);
  if (archive === 'gzip') return lookThroughGzip(bytes, expanding, depth + 1);
  const inside = readZip(bytes);
  return lookThrough(inside, expanding, formOfZip(inside), depth + 1);
}

export function lookThroughTar(tar: Buffer, expanding: Expanding, depth = 1): Promise<void> {
  return judgeTar(tar, expanding, async ({ size, part }) => {
    const archive = archiveIn(part(0, BEGINNING), part(Math.max(0, size - ENDING), size), depth);
    if (archive !== null) await lookInto(archive, size > MOST_WHOLE ? null : part(0, size), size, expanding, depth);
  });
}

/** A packed tar is one archive, not one in another. */
export const lookThroughGzip = (file: Buffer, expanding: Expanding, depth = 1): Promise<void> => judgeGzip(file, expanding, (tar) => lookThroughTar(tar, expanding, depth));

const CORE = Buffer.from('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>');
const APP = Buffer.from('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>');
const CUSTOM = Buffer.from('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>');
const META = Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>');
/** Attributes in which Office names who wrote and changed. */
const AUTHORS = /(\b(?:w:author|w15:author|w:initials|author|initials|userId|providerId)=)"[^"]*"/g;
const COMMENTS = /^(?:word\/(?:comments\w*|people)\.xml|xl\/(?:persons\/\w+\.xml)|ppt\/commentAuthors\.xml)$/;
const MOST_TEXT = 20 * 1_048_576;

/** Office and OpenDocument without who wrote them; an EPUB's author is part of the book. */
export async function filterPackage(entries: readonly ZipEntry[], form: string): Promise<Filtered | null> {
  const changed = new Map<string, Buffer | null>();
  const expanding = expandingOf(Number.MAX_SAFE_INTEGER);
  for (const entry of entries) {
    const { name } = entry;
    if (/^docProps\/core\.xml$/i.test(name)) changed.set(name, CORE);
    else if (/^docProps\/app\.xml$/i.test(name)) changed.set(name, APP);
    else if (/^docProps\/custom\.xml$/i.test(name)) changed.set(name, CUSTOM);
    else if (name === 'meta.xml' && form.startsWith('od')) changed.set(name, META);
    else if (form === 'docx' && /^word\/(?:document|comments\w*|people|footnotes|endnotes|header\d*|footer\d*)\.xml$/.test(name) || COMMENTS.test(name)) {
      // Of a part only its beginning would be kept.
      if (entry.size > MOST_TEXT) throw new Finding('upload.not_stripped', { why: 'too_long' });
      const text = (await unpack(entry, expanding, MOST_TEXT)).toString('utf8');
      const without = text.replace(AUTHORS, '$1""');
      if (without !== text) changed.set(name, Buffer.from(without, 'utf8'));
    }
  }
  return changed.size === 0 ? null : { pieces: writeZip(entries, changed), removed: ['authors'] };
}

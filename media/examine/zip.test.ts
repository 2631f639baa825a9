// A zip is what its directory says, for whoever reads it from its beginning too; and what lies in it is looked through or refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { Finding } from '#media/examine/finding.ts';
import { filterPackage, formOfZip, lookThrough, lookThroughGzip } from '#media/examine/packages.ts';
import { expandingOf, readZip } from '#media/examine/zip.ts';
import { writeZip } from '#media/examine/zip-writing.ts';

interface Said {
  readonly name: string;
  readonly bytes: Buffer;
  /** What its local header says otherwise. */
  readonly local?: { readonly flags?: number; readonly packed?: number; readonly size?: number };
  /** Stands behind the end of what is packed, and is told to belong to it. */
  readonly behind?: Buffer;
}

function zip(entries: readonly Said[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, local = {}, behind = Buffer.alloc(0) } of entries) {
    const packed = Buffer.concat([deflateRawSync(bytes), behind]);
    const head = (flags: number, crc: number, length: number, size: number): Buffer => {
      const said = Buffer.alloc(26);
      for (const [value, place] of [[20, 0], [flags, 2], [8, 4], [name.length, 22]] as const) said.writeUInt16LE(value, place);
      for (const [value, place] of [[crc, 10], [length, 14], [size, 18]] as const) said.writeUInt32LE(value, place);
      return said;
    };
    const flags = local.flags ?? 0;
    const own = (flags & 8) === 0 ? head(flags, crc32(bytes), local.packed ?? packed.length, local.size ?? bytes.length) : head(flags, 0, 0, 0);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0', 'latin1'), head(flags, crc32(bytes), packed.length, bytes.length), tail, Buffer.from(name)]));
    const piece = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), own, Buffer.from(name), packed]);
    pieces.push(piece);
    at += piece.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  for (const place of [8, 10]) end.writeUInt16LE(entries.length, place);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...pieces, ...directory, end]);
}

/** The code it is refused with; null where it passes. */
async function found(file: Buffer): Promise<string | null> {
  try {
    const entries = readZip(file);
    await lookThrough(entries, expandingOf(file.length), formOfZip(entries));
    return null;
  } catch (error) {
    if (error instanceof Finding) return error.code;
    throw error;
  }
}

const TEXT = Buffer.from('a text that is a little longer than nothing at all');
/** Whoever unpacks as it comes goes on here. */
const HIDDEN = zip([{ name: 'run.exe', bytes: Buffer.from('MZ') }]);

describe('a zip that is read from its beginning', () => {
  it('is the same as by its directory', async () => {
    assert.equal(await found(zip([{ name: 'a.txt', bytes: TEXT }, { name: 'b.txt', bytes: TEXT }])), null);
    assert.equal(await found(zip([{ name: 'a.txt', bytes: TEXT, local: { flags: 8 } }])), null);
  });

  const rows: readonly (readonly [string, Said])[] = [
    ['a local header that says it ends earlier', { name: 'a.txt', bytes: TEXT, local: { packed: deflateRawSync(TEXT).length }, behind: HIDDEN }],
    ['a local header that says another size', { name: 'a.txt', bytes: TEXT, local: { size: 1 } }],
    ['more behind the end of what is packed', { name: 'a.txt', bytes: TEXT, behind: HIDDEN }],
    ['the same behind an entry whose length follows it', { name: 'a.txt', bytes: TEXT, local: { flags: 8 }, behind: HIDDEN }],
    ['the same behind a large entry', { name: 'a.txt', bytes: Buffer.alloc(5 * 1_048_576, 'abcdefghij'), behind: HIDDEN }],
  ];
  for (const [title, entry] of rows) it(`${title}: refused`, async () => assert.equal(await found(zip([entry])), 'upload.damaged'));
});

describe('an archive in a zip', () => {
  it('is looked through, or refused where it cannot be', async () => {
    const of = (name: string, bytes: Buffer): Promise<string | null> => found(zip([{ name, bytes }]));
    assert.equal(await of('log.gz', gzipSync('a line of a log\n')), null);
    assert.equal(await of('bomb.gz', gzipSync(Buffer.alloc(201 * 1_048_576))), 'upload.expands_too_far');
    assert.equal(await of('deep.gz', gzipSync(gzipSync('a line'))), 'upload.expands_too_far');
    assert.equal(await of('run.gz', gzipSync('MZ and a program')), 'upload.active_content');
    const closed = [['a.7z', '7z\u00bc\u00af\u0027\u001c'], ['a.rar', 'Rar!\u001a\u0007'], ['a.txt', '7z\u00bc\u00af\u0027\u001c'], ['a.bz2', 'BZh91AY'], ['a.xz', '\u00fd7zXZ\0']] as const;
    for (const [name, begin] of closed) {
      const bytes = Buffer.from(`${begin}and what nobody can look into`, 'latin1');
      assert.deepEqual([await of(name, bytes), await of(`${name}.gz`, gzipSync(bytes))], ['upload.expands_too_far', 'upload.expands_too_far'], name);
    }
  });
});

describe('a packed tar', () => {
  const entry = (name: string, bytes: Buffer): Buffer => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('0', 156);
    head.write('ustar\0', 257);
    head.write('        ', 148);
    head.write(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return Buffer.concat([head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  };
  const found = (tar: Buffer): Promise<string | null> => {
    const file = gzipSync(tar);
    return lookThroughGzip(file, expandingOf(Math.max(file.length, 1_048_576))).then(() => null, (error: Finding) => error.code);
  };

  it('is looked through to its end, or refused where it is too large for that', async () => {
    const end = Buffer.alloc(1_024);
    assert.equal(await found(Buffer.concat([entry('a.txt', TEXT), end])), null);
    assert.equal(await found(Buffer.concat([entry('a.txt', TEXT), entry('run.exe', TEXT), end])), 'upload.active_content');
    assert.equal(await found(Buffer.concat([entry('large.txt', Buffer.alloc(64 * 1_048_576)), entry('run.exe', TEXT), end])), 'upload.expands_too_far');
  });
});

describe('what tells of its authors', () => {
  it('is taken out of a document of any length, and nothing else with it', async () => {
    const text = `<w:document><w:ins w:author="Dana Levi">${'a line of a long report. '.repeat(1_000_000)}</w:ins></w:document>`;
    const entries = readZip(zip([{ name: '[Content_Types].xml', bytes: TEXT }, { name: 'word/document.xml', bytes: Buffer.from(text) }]));
    await assert.rejects(filterPackage(entries, 'docx'), (error) => error instanceof Finding && error.code === 'upload.not_stripped');
    assert.ok(writeZip(entries, new Map()).length > 0);
  });
});

// A zip is what its directory says, for whoever reads it from its beginning too; and what lies in it is looked through or refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { Finding } from '#media/examine/finding.ts';
import { filterPackage, formOfZip, lookThrough, lookThroughGzip } from '#media/examine/packages.ts';
import { expandingOf, readZip } from '#media/examine/zip.ts';
import { writeZip } from '#media/examine/zip-writing.ts';
import { tarred, zip, type Zipped } from '#test/archives.ts';

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
    assert.equal(await found(zip([{ name: 'a.txt', bytes: TEXT, flags: 8 }])), null);
  });

  const rows: readonly (readonly [string, Zipped])[] = [
    ['a local header that says it ends earlier', { name: 'a.txt', bytes: TEXT, local: { packed: deflateRawSync(TEXT).length }, behind: HIDDEN }],
    ['a local header that says another size', { name: 'a.txt', bytes: TEXT, local: { size: 1 } }],
    ['more behind the end of what is packed', { name: 'a.txt', bytes: TEXT, behind: HIDDEN }],
    ['the same behind an entry whose length follows it', { name: 'a.txt', bytes: TEXT, flags: 8, behind: HIDDEN }],
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
  const found = (tar: Buffer): Promise<string | null> => {
    const file = gzipSync(tar);
    return lookThroughGzip(file, expandingOf(Math.max(file.length, 1_048_576))).then(() => null, (error: Finding) => error.code);
  };

  it('is looked through to its end, or refused where it is too large for that', async () => {
    assert.equal(await found(tarred([{ name: 'a.txt', bytes: TEXT }])), null);
    assert.equal(await found(tarred([{ name: 'a.txt', bytes: TEXT }, { name: 'run.exe', bytes: TEXT }])), 'upload.active_content');
    assert.equal(await found(tarred([{ name: 'large.txt', bytes: Buffer.alloc(64 * 1_048_576) }, { name: 'run.exe', bytes: TEXT }])), 'upload.expands_too_far');
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

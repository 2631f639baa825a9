// What lies in a tar or a gzip is looked into like what lies in a zip: archives in archives, holes, members; and there is one way to read it only.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { Finding } from '#media/examine/finding.ts';
import { formOfZip, lookThrough, lookThroughGzip, lookThroughTar } from '#media/examine/packages.ts';
import { expandingOf, readZip } from '#media/examine/zip.ts';
import { GNU_TARS, GNU_ZIPS_WITH_HOLES, paxRecord, tarred, zipped } from '#test/archives.ts';

const TEXT = Buffer.from('a text that is a little longer than nothing at all');
const MEGABYTE = 1_048_576;

/** The code it is refused with; null where it passes. */
async function found(file: Buffer): Promise<string | null> {
  try {
    const expanding = expandingOf(file.length);
    if (file.readUInt16BE(0) === 0x1f8b) await lookThroughGzip(file, expanding);
    else if (file.readUInt16BE(0) === 0x504b) await readZipThrough(file);
    else await lookThroughTar(file, expanding);
    return null;
  } catch (error) {
    if (error instanceof Finding) return error.code;
    throw error;
  }
}
async function readZipThrough(file: Buffer): Promise<void> {
  const entries = readZip(file);
  await lookThrough(entries, expandingOf(file.length), formOfZip(entries));
}

const one = (name: string, bytes: Buffer): Buffer => tarred([{ name, bytes }]);
const text = one('a.txt', TEXT);
const PROGRAM = Buffer.from('MZ and a program');
const evilZip = zipped([{ name: 'run.exe', bytes: PROGRAM }]);
const evilTar = one('run.exe', PROGRAM);
const oldTar = (name: string, bytes: Buffer): Buffer => tarred([{ name, bytes }], '');

describe('honest archives pass', () => {
  const rows: readonly (readonly [title: string, file: () => Buffer])[] = [
    ...Object.entries(GNU_TARS).flatMap(([name, tar]) => [[`a tar: ${name}`, () => tar], [`the same packed: ${name}`, () => gzipSync(tar)], [`the same in a zip: ${name}`, () => zipped([{ name: 'a.tar', bytes: tar }])]] as const),
    ['a zip, a tar and a gzip in a tar', () => tarred([{ name: 'a.zip', bytes: zipped([{ name: 'a.txt', bytes: TEXT }]) }, { name: 'b.tar', bytes: text }, { name: 'c.tgz', bytes: gzipSync(text) }])],
    ['archives three deep', () => one('a.tar', one('b.tgz', gzipSync(text)))],
    ['a gzip of several members, and filled with zeros', () => Buffer.concat([gzipSync('a line\n'), gzipSync('another\n'), Buffer.alloc(512)])],
    ['an old Office file with a zip in it, in a zip', () => zipped([{ name: 'a.doc', bytes: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), zipped([{ name: 'a.txt', bytes: TEXT }]), Buffer.alloc(512)]) }])],
    ['a tar without its end', () => text.subarray(0, -1024)],
  ];
  for (const [title, file] of rows) it(title, async () => assert.equal(await found(file()), null));
});

describe('what lies in it is looked into', () => {
  const bomb = (): Buffer => gzipSync(Buffer.alloc(30 * MEGABYTE));
  const rows: readonly (readonly [title: string, file: () => Buffer, code: string])[] = [
    ['a zip with a program in a tar', () => one('a.zip', evilZip), 'upload.active_content'],
    ['the same under another name', () => one('a.txt', evilZip), 'upload.active_content'],
    ['the same in a packed tar', () => gzipSync(one('a.zip', evilZip)), 'upload.active_content'],
    ['the same in a tar in a zip', () => zipped([{ name: 'a.tar', bytes: one('a.zip', evilZip) }]), 'upload.active_content'],
    ['a tar in a tar', () => one('a.tar', evilTar), 'upload.active_content'],
    ['a packed tar in a tar', () => one('a.tgz', gzipSync(evilTar)), 'upload.active_content'],
    ['a tar of before 1988, in a zip under another name', () => zipped([{ name: 'a.bin', bytes: oldTar('run.exe', PROGRAM) }]), 'upload.active_content'],
    ['a bomb in a tar', () => one('a.gz', bomb()), 'upload.expands_too_far'],
    ['bombs in a tar, each of which would do', () => tarred(Array.from({ length: 8 }, (_one, n) => ({ name: `${n}.gz`, bytes: gzipSync(Buffer.alloc(3 * MEGABYTE)) }))), 'upload.expands_too_far'],
    ['archives four deep', () => one('a.tar', one('b.tar', one('c.tar', text))), 'upload.expands_too_far'],
    ['very many entries in all', () => tarred(Array.from({ length: 6 }, (_six, m) => ({ name: `${m}.tar`, bytes: tarred(Array.from({ length: 1_900 }, (_one, n) => ({ name: `${n}`, bytes: Buffer.alloc(0) }))) }))), 'upload.expands_too_far'],
    ['what nobody can look into', () => tarred([{ name: 'a.ar', bytes: Buffer.from('!<arch>\nand so on') }]), 'upload.expands_too_far'],
    ['a zip with bytes in front', () => zipped([{ name: 'a.zip', bytes: Buffer.concat([Buffer.alloc(100, '#'), evilZip]) }]), 'upload.damaged'],
    ['the same behind five megabytes', () => zipped([{ name: 'a.bin', bytes: Buffer.concat([Buffer.alloc(5 * MEGABYTE, '#'), evilZip]) }]), 'upload.damaged'],
    ['the same, and bytes behind it too', () => one('a.bin', Buffer.concat([Buffer.alloc(100, '#'), evilZip, TEXT])), 'upload.damaged'],
    ['a second member that is a tar', () => Buffer.concat([gzipSync('hello'), gzipSync(evilTar)]), 'upload.expands_too_far'],
    ['a second member that is a program', () => Buffer.concat([gzipSync('hello'), gzipSync(PROGRAM)]), 'upload.active_content'],
    ['a bomb in many members', () => Buffer.concat(Array.from({ length: 30 }, () => gzipSync(Buffer.alloc(MEGABYTE)))), 'upload.expands_too_far'],
    ...Object.entries(GNU_ZIPS_WITH_HOLES).map(([name, tar]) => [`a zip with a hole in it: ${name}`, () => tar, 'upload.active_content'] as const),
    ['a hole that is larger than anything here', () => tarred([{ name: 'x', type: 'x', bytes: Buffer.concat([paxRecord('GNU.sparse.size', String(300 * MEGABYTE)), paxRecord('GNU.sparse.map', '0,0')]) }, { name: 'a.bin', bytes: Buffer.alloc(0) }]), 'upload.expands_too_far'],
  ];
  for (const [title, file, code] of rows) it(`${title}: ${code}`, async () => assert.equal(await found(file()), code));
});

describe('a tar that another program would read otherwise is refused', () => {
  const wrongSum = (tar: Buffer): Buffer => {
    const other = Buffer.from(tar);
    other[0] = 0x62;
    return other;
  };
  const rows: readonly (readonly [title: string, file: () => Buffer, code: string])[] = [
    ['a header whose sum is wrong', () => wrongSum(text), 'upload.damaged'],
    ['entries behind its end', () => Buffer.concat([text, evilTar]), 'upload.damaged'],
    ['a zip behind its end', () => Buffer.concat([text, evilZip]), 'upload.damaged'],
    ['a record that says another length', () => tarred([{ name: 'x', type: 'x', bytes: paxRecord('size', '0') }, { name: 'a.txt', bytes: evilTar }]), 'upload.damaged'],
    ['a name of two lines in a record', () => tarred([{ name: 'x', type: 'x', bytes: paxRecord('path', 'a.txt\nrun.exe') }, { name: 'a.txt', bytes: TEXT }]), 'upload.active_content'],
    ['a name in a record of holes', () => tarred([{ name: 'x', type: 'x', bytes: paxRecord('GNU.sparse.name', '../x') }, { name: 'a.txt', bytes: TEXT }]), 'upload.damaged'],
    ['a folder with bytes', () => tarred([{ name: 'a/', type: '5', bytes: evilTar }]), 'upload.damaged'],
    ['an entry that is cut off', () => text.subarray(0, 530), 'upload.damaged'],
    ['bytes behind a gzip', () => Buffer.concat([gzipSync('hello'), evilZip]), 'upload.damaged'],
    ['a gzip whose sum is wrong', () => {
      const file = gzipSync('hello');
      file[file.length - 8]! ^= 1;
      return file;
    }, 'upload.damaged'],
  ];
  for (const [title, file, code] of rows) it(`${title}: ${code}`, async () => assert.equal(await found(file()), code));
});

it('whatever is changed in a tar ends in an answer', async () => {
  const tars = [...Object.values(GNU_TARS), ...Object.values(GNU_ZIPS_WITH_HOLES)];
  await fc.assert(fc.asyncProperty(fc.constantFrom(...tars), fc.array(fc.tuple(fc.nat(2_600), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.boolean(), async (tar, changes, packed) => {
    const other = Buffer.from(tar);
    for (const [at, byte] of changes) other[at % other.length] = byte;
    // With sums that are right again: else nothing but these would be asked.
    for (let at = 0; at + 512 <= Math.min(other.length, 3_072); at += 512) {
      if (tar.toString('latin1', at + 257, at + 262) !== 'ustar') continue;
      other.write('        ', at + 148);
      other.write(`${other.subarray(at, at + 512).reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
    }
    const code = await found(packed ? gzipSync(other) : other);
    assert.ok(code === null || code.startsWith('upload.'));
  }), { numRuns: 200 });
});

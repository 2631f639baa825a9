// Bad input over the corpora: every real file under its own name and as a picture, bombs, slips, floods, polyglots, what is cut off. Counts are printed.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { fileTypeFromBuffer } from 'file-type';
import { fileTypes, type FileTypeId } from '#policy/file-type-table.ts';
import { examine, type Examined, formOf } from '#media/examine/examine.ts';
import { readFileName } from '#media/file-name.ts';
import { zip } from '#test/archives.ts';
import { corpus } from '#test/corpora.ts';
import { PNG, TEXT } from '#test/files.ts';

const files = corpus('files');
const there = files !== null;
const CORPORA = pathToFileURL(`${files ?? ''}/`);
const folder = mkdtempSync(join(tmpdir(), 'portcullis-bad-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let written = 0;

async function look(bytes: Uint8Array, claimed: FileTypeId, strips = true): Promise<Examined> {
  const path = join(folder, String((written += 1)));
  writeFileSync(path, bytes);
  return examine({ path, claimed, out: `${path}.bare`, strips });
}
const found = (examined: Examined): string => (examined.ok ? (examined.type ?? 'unknown') : examined.code);
const passes = (examined: Examined, claimed: FileTypeId): boolean => examined.ok && examined.type === claimed;

/** Info-ZIP's second name. */
function secondName(name: string): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(5 + Buffer.byteLength(name), 2);
  head[4] = 1;
  return Buffer.concat([head, Buffer.from(name)]);
}

/** A tar as somebody means to write it. */
function tar(entries: readonly { name: string; type?: string; bytes: Buffer }[]): Buffer {
  return Buffer.concat([...entries.flatMap(({ name, type = '0', bytes }) => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write(bytes.length.toString(8).padStart(11, '0'), 124);
    head.write(type, 156);
    head.write('ustar\u000000', 257, 'latin1');
    head.write('        ', 148);
    head.write(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  }), Buffer.alloc(1024)]);
}
const pax = (record: string): Buffer => Buffer.from(`${record.length + 4} ${record}\n`);

function png(width: number, height: number, data: Buffer): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  return Buffer.concat([PNG.subarray(0, 8), chunk('IHDR', head), chunk('IDAT', deflateSync(data)), chunk('IEND', Buffer.alloc(0))]);
}

describe('real files of the corpus', () => {
  const every = there ? readdirSync(new URL('file-type/', CORPORA)) : [];
  const read = (name: string): Buffer => readFileSync(new URL(`file-type/${encodeURIComponent(name)}`, CORPORA));

  it('are named, by the library alone and by our own eyes', async (t) => {
    if (!there) return t.skip('the corpora are not on this machine');
    const counts = { library: { right: 0, wrong: 0, unknown: 0 }, ours: { right: 0, wrong: 0, unknown: 0 } };
    for (const name of every) {
      const bytes = read(name);
      const label = /\.(?<inner>doc|xls|ppt|msi)\.cfb$/.exec(name)?.groups?.['inner'] ?? (name.endsWith('.tar.gz') ? 'tar.gz' : (name.split('.').at(-1) ?? '').toLowerCase());
      const library = (await fileTypeFromBuffer(bytes).catch(() => undefined))?.ext ?? null;
      const ours = await formOf(bytes).catch(() => null);
      const judge = (form: string | null): 'right' | 'wrong' | 'unknown' => (form === null ? 'unknown' : form === label || (label === 'tar.gz' && form === 'gz') ? 'right' : 'wrong');
      counts.library[judge(library)] += 1;
      counts.ours[judge(ours)] += 1;
    }
    t.diagnostic(`${every.length} files named: ${JSON.stringify(counts)}`);
    assert.ok(counts.ours.right > counts.library.right && counts.ours.wrong <= counts.library.wrong);
  });

  it('pass under their own name where their type is known and they are whole, and never as a picture', async (t) => {
    if (!there) return t.skip('the corpora are not on this machine');
    const counts: Record<string, number> = {};
    const disguised: Record<string, number> = {};
    for (const name of every) {
      const { extensionType } = readFileName(name);
      const bytes = read(name);
      if (extensionType !== null) {
        const result = await look(bytes, extensionType);
        counts[passes(result, extensionType) ? 'passed' : result.ok ? 'another type' : result.code] = (counts[passes(result, extensionType) ? 'passed' : result.ok ? 'another type' : result.code] ?? 0) + 1;
      } else counts['no known type'] = (counts['no known type'] ?? 0) + 1;
      const asPicture = await look(bytes, 'jpeg');
      const really = (await formOf(bytes).catch(() => null)) === 'jpg';
      assert.ok(!passes(asPicture, 'jpeg') || really, name);
      disguised[passes(asPicture, 'jpeg') ? 'really a picture' : 'refused'] = (disguised[passes(asPicture, 'jpeg') ? 'really a picture' : 'refused'] ?? 0) + 1;
    }
    t.diagnostic(`under their own names: ${JSON.stringify(counts)}; renamed .jpg: ${JSON.stringify(disguised)}`);
    assert.ok((counts['passed'] ?? 0) > 40);
  });

  it('PNG files pass where they are good and are refused where they are broken', async (t) => {
    if (!there) return t.skip('the corpora are not on this machine');
    const counts = { good: 0, 'good refused': 0, 'broken refused': 0, 'broken passed': 0 };
    for (const name of readdirSync(new URL('pngsuite/', CORPORA)).filter((one) => one.endsWith('.png'))) {
      const broken = /^(?:x|bad|huge)/.test(name);
      const passed = passes(await look(readFileSync(new URL(`pngsuite/${name}`, CORPORA)), 'png'), 'png');
      counts[broken ? (passed ? 'broken passed' : 'broken refused') : passed ? 'good' : 'good refused'] += 1;
    }
    t.diagnostic(`PNG files: ${JSON.stringify(counts)}`);
    assert.ok(counts['good refused'] <= counts.good / 10, JSON.stringify(counts));
  });
});

describe('containers', () => {
  const bomb = Buffer.alloc(30 * 1_048_576);
  const rows: readonly [title: string, bytes: () => Buffer, claimed: FileTypeId, code: string][] = [
    ['an honest archive', () => zip([{ name: 'a/b.txt', bytes: TEXT }]), 'zip', 'zip'],
    ['a bomb', () => zip([{ name: 'a.txt', bytes: bomb }]), 'zip', 'upload.expands_too_far'],
    ['a bomb that says it is small', () => zip([{ name: 'a.txt', bytes: bomb, says: 10 }]), 'zip', 'upload.damaged'],
    ['an entry that holds less than it says', () => zip([{ name: 'a.txt', bytes: TEXT, says: TEXT.length + 1 }]), 'zip', 'upload.damaged'],
    ['an entry that holds one byte more than it says', () => zip([{ name: 'a.txt', bytes: TEXT, says: TEXT.length - 1 }]), 'zip', 'upload.damaged'],
    ['empty entries', () => zip([{ name: 'a.txt', bytes: Buffer.alloc(0) }, { name: 'b.txt', bytes: TEXT }]), 'zip', 'zip'],
    ['a bomb in small parts', () => zip(Array.from({ length: 20 }, (_one, n) => ({ name: `${n}.txt`, bytes: bomb.subarray(0, 3 * 1_048_576) }))), 'zip', 'upload.expands_too_far'],
    ['a bomb in an archive in an archive', () => zip([{ name: 'a.zip', bytes: zip([{ name: 'b.zip', bytes: zip([{ name: 'c.txt', bytes: bomb }]) }]) }]), 'zip', 'upload.expands_too_far'],
    ['archives in archives too deep', () => zip([{ name: 'a.zip', bytes: zip([{ name: 'b.zip', bytes: zip([{ name: 'c.zip', bytes: zip([{ name: 'd.txt', bytes: TEXT }]) }]) }]) }]), 'zip', 'upload.expands_too_far'],
    ['very many entries', () => zip(Array.from({ length: 2_001 }, (_one, n) => ({ name: `${n}.txt`, bytes: TEXT }))), 'zip', 'upload.expands_too_far'],
    ['a name that leads out', () => zip([{ name: '../../etc/cron.d/x', bytes: TEXT }]), 'zip', 'upload.damaged'],
    ['an absolute name', () => zip([{ name: '/etc/passwd', bytes: TEXT }]), 'zip', 'upload.damaged'],
    ['a Windows name that leads out', () => zip([{ name: '..\\..\\x.txt', bytes: TEXT }]), 'zip', 'upload.damaged'],
    ['a locked entry', () => zip([{ name: 'a.txt', bytes: TEXT, flags: 1 }]), 'zip', 'upload.encrypted'],
    ['a program inside', () => zip([{ name: 'a/setup.exe', bytes: TEXT }]), 'zip', 'upload.active_content'],
    ['a second name that leads out', () => zip([{ name: 'a.txt', bytes: TEXT, extra: secondName('../../x.txt') }]), 'zip', 'upload.damaged'],
    ['a second name that is the first', () => zip([{ name: 'a.txt', bytes: TEXT, extra: secondName('a.txt') }]), 'zip', 'zip'],
    ['a link inside', () => zip([{ name: 'a', bytes: Buffer.from('../../etc/passwd'), mode: 0o120777 }]), 'zip', 'upload.damaged'],
    ['a program inside of a document', () => zip([{ name: '[Content_Types].xml', bytes: TEXT }, { name: 'word/document.xml', bytes: TEXT }, { name: 'word/embeddings/setup.exe', bytes: TEXT }]), 'docx', 'upload.active_content'],
    ['an honest tar', () => tar([{ name: 'a.txt', bytes: TEXT }]), 'tar', 'tar'],
    ['a tar whose pax record leads out', () => tar([{ name: 'x', type: 'x', bytes: pax('path=../../x.txt') }, { name: 'a.txt', bytes: TEXT }]), 'tar', 'upload.damaged'],
    ['a tar whose pax record names a program', () => tar([{ name: 'x', type: 'x', bytes: pax('path=setup.exe') }, { name: 'a.txt', bytes: TEXT }]), 'tar', 'upload.active_content'],
    ['a tar whose long name is a program', () => tar([{ name: 'x', type: 'L', bytes: Buffer.from('b/setup.exe\0') }, { name: 'a.txt', bytes: TEXT }]), 'tar', 'upload.active_content'],
    ['bytes in front', () => Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), zip([{ name: 'a.txt', bytes: TEXT }])]), 'zip', 'upload.damaged'],
    ['bytes behind', () => Buffer.concat([zip([{ name: 'a.txt', bytes: TEXT }]), TEXT]), 'zip', 'upload.damaged'],
    ['cut off', () => zip([{ name: 'a.txt', bytes: TEXT }]).subarray(0, 40), 'zip', 'upload.damaged'],
    ['Word with macros', () => zip([{ name: '[Content_Types].xml', bytes: TEXT }, { name: 'word/document.xml', bytes: TEXT }, { name: 'word/vbaProject.bin', bytes: TEXT }]), 'docx', 'upload.active_content'],
    ['a flood of pixels', () => png(30_000, 30_000, Buffer.alloc(100)), 'png', 'upload.too_many_pixels'],
    ['a picture with more in it than it says', () => png(1, 1, bomb), 'png', 'upload.damaged'],
    ['a picture with less in it than it says', () => png(1_000, 1_000, Buffer.alloc(10)), 'png', 'upload.damaged'],
    ['a picture cut off', () => PNG.subarray(0, PNG.length - 20), 'png', 'upload.damaged'],
    ['a page named as a text', () => Buffer.from('\n  <!DOCTYPE html><script>alert(1)</script>'), 'txt', 'unknown'],
    ['a script named as a text', () => Buffer.from('#!/bin/sh\nrm -rf /\n'), 'txt', 'unknown'],
    ['SVG named as a text', () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'txt', 'svg'],
    ['SVG named as a picture', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'png', 'svg'],
    ['SVG behind a long comment, named as a text', () => Buffer.from(`<!--${'x'.repeat(70_000)}--><svg onload="alert(1)"/>`), 'txt', 'svg'],
    ['packed SVG named as SVG', () => gzipSync('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'svg', 'gz'],
    ['a page with a drawing in it, named as SVG', () => Buffer.from('<!DOCTYPE html><html><svg xmlns="http://www.w3.org/2000/svg"/></html>'), 'svg', 'unknown'],
    ['a text with a drawing in it, named as SVG', () => Buffer.from('hello <svg xmlns="http://www.w3.org/2000/svg"/>'), 'svg', 'txt'],
    ['a program named as a picture', () => Buffer.concat([Buffer.from('MZ\u0090\0', 'latin1'), Buffer.alloc(200)]), 'png', 'unknown'],
    ['a mail', () => Buffer.from('From: a@b.example\nTo: c@d.example\nSubject: Hello\n\nText\n'), 'eml', 'eml'],
    ['a mail pasted into a text', () => Buffer.from('From: a@b.example\nTo: c@d.example\nSubject: Hello\n\nText\n'), 'txt', 'txt'],
    ['subtitles kept as a text', () => Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n'), 'txt', 'txt'],
    ['a table', () => Buffer.from('a;b\n1;2\n"x;y";3\n'), 'csv', 'csv'],
    ['a text in an old encoding', () => Buffer.from('Gr\u00fc\u00dfe\n', 'latin1'), 'txt', 'txt'],
  ];
  for (const [title, bytes, claimed, code] of rows) it(`${title}: ${code}`, async () => assert.equal(found(await look(bytes(), claimed)), code));

  it('what stands behind the end of a picture is left out', async () => {
    const polyglot = Buffer.concat([PNG, zip([{ name: 'a.txt', bytes: TEXT }])]);
    const examined = await look(polyglot, 'png');
    assert.ok(examined.ok && examined.written && examined.removed?.includes('appended') === true, JSON.stringify(examined));
    assert.deepEqual(readFileSync(join(folder, `${written}.bare`)), PNG);
  });

  it('any bytes at all end in an answer, whatever they claim to be', async () => {
    const claims = fileTypes.map(({ id }) => id);
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...claims), fc.constantFrom('', '\u0089PNG\r\n\u001a\n', '\u00ff\u00d8\u00ff', 'GIF89a', 'RIFF\0\0\0\0WEBP', 'PK\u0003\u0004', '%PDF-1.7\n', 'ID3\u0003', '\0\0\0\u0018ftypmp42', 'fLaC'), async (bytes, claimed, begin) => {
      const path = join(folder, String((written += 1)));
      writeFileSync(path, Buffer.concat([Buffer.from(begin, 'latin1'), bytes]));
      const examined = await examine({ path, claimed, out: `${path}.bare`, strips: true });
      assert.ok(typeof examined.ok === 'boolean');
    }), { numRuns: 150 });
  });
});

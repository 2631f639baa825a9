// PDF: what readers open is read, however sloppily it was written; what is made so that reading it never ends is given up soon, and refused.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { PDFContext, PDFCrossRefStream, PDFDocument, type PDFRef } from '@cantoo/pdf-lib';
import { Finding } from '#media/examine/finding.ts';
import { filterPdf } from '#media/examine/pdf.ts';
import { boundPdf } from '#media/examine/pdf-bounds.ts';

async function made(pages: number, useObjectStreams: boolean): Promise<string> {
  const document = await PDFDocument.create();
  document.setAuthor('Jane Roe');
  for (let n = 0; n < pages; n += 1) document.addPage([200, 200]).drawText(`Page ${n}, with (brackets) and 1 0 obj in its text`);
  return Buffer.from(await document.save({ useObjectStreams })).toString('latin1');
}
let [plain, packed] = ['', ''];
before(async () => void ([plain, packed] = [await made(30, false), await made(30, true)]));
const TRAILER = '\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n';
const begun = (pieces: readonly string[]): string => `%PDF-1.4\n${pieces.join('')}${TRAILER}`;
const many = (times: number, piece: (n: number) => string): string[] => Array.from({ length: times }, (_one, n) => piece(n + 1));

describe('what readers open is read, and told nothing of its author', () => {
  const long = `9001 0 obj\n<< /Length 9002 0 R >>\nstream\n${'0.5 0 0 rg 10 10 20 20 re f\n'.repeat(40_000)}\nendstream\nendobj\n`;
  const rows: readonly [title: string, text: () => string][] = [
    ['every object by itself', () => plain], ['objects in streams', () => packed],
    ['a tail of junk', () => `${plain}\n${'\0\xff1 2 obj 3 %x (('.repeat(100)}`],
    ['an update behind it', () => `${plain}\n9000 0 obj\n<< /Author (Jane Roe) >>\nendobj\nxref\n9000 1\n0000000000 00000 n \ntrailer\n<< /Info 9000 0 R >>\nstartxref\n0\n%%EOF\n`],
    ['no object ends', () => plain.replaceAll('endobj', '')],
    ['streams of a wrong length', () => plain.replaceAll(/\/Length \d+/g, '/Length 3')],
    ['a long stream whose length stands elsewhere', () => plain.replace('xref', `${long}xref`)],
    ['some objects are broken', () => plain.replace('xref', `${many(50, (n) => `${9_100 + n} 0 obj\n<< /A ( >>\nendobj\n`).join('')}xref`)],
    ['junk in front of it', () => `${'\0'.repeat(500)}${plain}`],
  ];
  for (const [title, text] of rows) it(title, async () => {
    const filtered = await filterPdf(Buffer.from(text(), 'latin1'));
    assert.deepEqual(filtered?.removed, ['author']);
    const bare = Buffer.concat(filtered.pieces as Uint8Array[]);
    assert.ok(!bare.includes('Jane Roe'));
    const read = await PDFDocument.load(bare, { updateMetadata: false });
    assert.deepEqual([read.getPageCount(), read.getAuthor()], [30, undefined]);
  });
});

describe('what is made so that it is read again and again is given up', () => {
  const rows: readonly [title: string, text: string][] = [
    ['objects that never end', begun(many(20_000, (n) => `${n} 0 obj\n<<((\n`))],
    ['words that never end', begun(many(20_000, (n) => `${n} 0 obj\n(\nendobj\n`))],
    ['streams that never end', begun(many(20_000, (n) => `${n} 0 obj\n<</Length 5>>\nstream\n`))],
    ['a number that never ends', begun(['1 0 obj\n<<>>\nendobj\n\0', '1'.repeat(200_000)])],
    ['remarks that never end', begun(['1 0 obj\n<<>>\nendobj\n\0', '1%'.repeat(100_000)])],
    ['a stream that ends before it begins', begun(['endstream 1 0 obj <</Length -40>>stream\nendobj\n'])],
  ];
  for (const [title, text] of rows) it(title, async () => {
    await assert.rejects(filterPdf(Buffer.from(text, 'latin1')), (error) => error instanceof Finding && error.code === 'upload.not_stripped');
  });
});

it('the table of many objects is written in their order, and each is looked for its place but shortly', async () => {
  await boundPdf();
  const numbers = [...Array.from({ length: 1_000 }, (_one, n) => n + 10), 5, 5_000, 2_000];
  let looked = 0;
  const context = PDFContext.create();
  const table = PDFCrossRefStream.create(context.obj({}));
  for (const number of numbers) table.addUncompressedEntry({ get objectNumber() { return (looked += 1, number); }, generationNumber: 0 } as unknown as PDFRef, number);
  assert.ok(looked < 10_000, `${looked} looks`);
  const { entries } = table as unknown as { entries: { ref: PDFRef }[] };
  assert.deepEqual(entries.map(({ ref }) => ref.objectNumber), [0, ...numbers].toSorted((one, other) => one - other));
});

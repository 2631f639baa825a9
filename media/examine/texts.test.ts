// Texts looked at four bytes at a time, and decoded at their beginning only: the same as byte by byte, and whole.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { formOfText, textOf } from '#media/examine/texts.ts';

const CONTROLS = new Set([...Array.from({ length: 32 }, (_, n) => n), 0x7f].filter((n) => ![0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1a, 0x1b].includes(n)));
const byte = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) }, { weight: 2, arbitrary: fc.integer({ min: 0x80, max: 0xff }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x7f }) });

function expected(bytes: Buffer): string | null {
  if (bytes.some((one) => CONTROLS.has(one))) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

it('a control is found wherever it stands, and the text is the same as decoded whole', () => {
  fc.assert(fc.property(fc.array(byte, { maxLength: 60 }), fc.integer({ min: 0, max: 7 }), (bytes, from) => {
    const around = Buffer.alloc(bytes.length + 16);
    Buffer.from(bytes).copy(around, from);
    const file = around.subarray(from, from + bytes.length);
    // Those begin as UTF-16 does.
    if (file.length >= 2 && [0xfffe, 0xfeff].includes(file.readUInt16BE(0))) return;
    const text = textOf(file);
    assert.equal(text?.whole() ?? null, expected(file));
    assert.equal(text?.head ?? null, expected(file));
  }), { numRuns: 2_000 });
});

it('the beginning of a long text ends at no half of a character', () => {
  const long = Buffer.from(`a${'שלום 👋 '.repeat(60_000)}`);
  const text = textOf(long)!;
  assert.equal(text.head, text.whole().slice(0, 64 * 1024));
  assert.equal(formOfText(textOf(Buffer.from(`\ufeff[${'"שלום",'.repeat(40_000)}1]`))!), 'json');
  assert.equal(formOfText(textOf(Buffer.from(`[${'"שלום",'.repeat(40_000)}1`))!) === 'json', false, 'what breaks off behind its beginning is none');
});

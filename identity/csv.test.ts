// Reading CSV: what spreadsheets write comes back to the letter, and what is broken says on which line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCsv, separatorOf } from '#identity/csv.ts';

const fieldsOf = (text: string) => {
  const read = readCsv(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.records.map((record) => record.fields);
};
const faultOf = (text: string) => {
  const read = readCsv(text);
  assert.ok(!read.ok, JSON.stringify(read));
  return read.fault;
};

test('commas, semicolons and tabs, CRLF, LF and CR, with and without a byte order mark, read alike', () => {
  for (const separator of [',', ';', '\t']) {
    for (const end of ['\r\n', '\n', '\r']) {
      for (const mark of ['', '\uFEFF']) {
        const text = `${mark}a${separator}"b"${end}${end}c${separator}${end}`;
        assert.deepEqual(fieldsOf(text), [['a', 'b'], ['c', '']], JSON.stringify(text));
      }
    }
  }
});

test('a quoted field keeps separators, quotes and line breaks; the next record knows its line', () => {
  const read = readCsv('a,"x, ""y""\r\nz"\r\n\r\nb,c');
  assert.deepEqual(read, { ok: true, records: [{ line: 1, fields: ['a', 'x, "y"\r\nz'] }, { line: 4, fields: ['b', 'c'] }] });
});

test('the separator is the first one outside of quotes in the first line', () => {
  assert.equal(separatorOf('"a,b";c,d'), ';');
  assert.equal(separatorOf('a\nb;c'), ',');
  assert.equal(separatorOf(''), ',');
});

test('an empty file has no records, and a last separator opens an empty field', () => {
  assert.deepEqual(fieldsOf(''), []);
  assert.deepEqual(fieldsOf('\uFEFF\r\n\r\n'), []);
  assert.deepEqual(fieldsOf('a,'), [['a', '']]);
  assert.deepEqual(fieldsOf('a,b\n,,\n'), [['a', 'b']]);
});

test('what is broken stops at its line and field', () => {
  const rows: [string, string, number, number][] = [
    ['a,b\nc,"d', 'csv.open_quote', 2, 2],
    ['a,b\nc,"d"e', 'csv.quote', 2, 2],
    ['a"b"', 'csv.quote', 1, 1],
    ['a\nb\0', 'csv.control', 2, 1],
    ['a\n"b\u0007"', 'csv.control', 2, 1],
  ];
  for (const [text, code, line, field] of rows) {
    const fault = faultOf(text);
    assert.deepEqual([fault.code, fault.line, fault.field], [code, line, field], JSON.stringify(text));
    assert.match(fault.message, /^[A-Z].*\.$/);
  }
});

test('any table written by the rules of RFC 4180 is read back to the letter', () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\t', '\n', '\r', ' ', '=', '１') });
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), fc.constantFrom(',', ';', '\t'), fc.constantFrom('\r\n', '\n'), fc.boolean(), (table, separator, end, mark) => {
    const text = (mark ? '\uFEFF' : '') + table.map((fields) => fields.map(quote).join(separator)).join(end);
    assert.deepEqual(fieldsOf(text), table.filter((fields) => fields.some((value) => value !== '')));
  }));
});

test('whatever the text, reading ends, and gives records or one fault with a line of the file', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', '\0', '\uFEFF', '𝄞'), maxLength: 40 }), (text) => {
    const read = readCsv(text);
    const lines = text.split(/\r\n|\r|\n/).length;
    if (read.ok) assert.ok(read.records.every((record) => record.line >= 1 && record.line <= lines && record.fields.length > 0));
    else assert.ok(read.fault.line >= 1 && read.fault.line <= lines);
  }));
});

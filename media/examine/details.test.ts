// What files tell of people, programs and times, and what is left of it: real ones before and after, their pictures and sound untouched, and a second look finds nothing more.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import * as fc from 'fast-check';
import sharp from 'sharp';
import type { FileTypeId } from '#policy/file-type-table.ts';
import { openCompound } from '#media/examine/compound.ts';
import { examine, type Examined } from '#media/examine/examine.ts';
import { Finding } from '#media/examine/finding.ts';
import { filterMatroska } from '#media/examine/matroska.ts';
import { filterOgg } from '#media/examine/ogg.ts';
import { filterOldOffice } from '#media/examine/old-office.ts';
import { filterMp4 } from '#media/examine/tags.ts';
import { filterTiff } from '#media/examine/tiff.ts';
import { corpus, without } from '#test/corpora.ts';

const FILES = corpus('files/file-type');
const skip = without(FILES, 'files/file-type');
const folder = mkdtempSync(join(tmpdir(), 'portcullis-details-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let written = 0;

async function bare(file: Buffer, claimed: FileTypeId): Promise<{ readonly examined: Examined; readonly kept: Buffer }> {
  const path = join(folder, String((written += 1)));
  writeFileSync(path, file);
  const examined = await examine({ path, claimed, out: `${path}.bare`, strips: true });
  return { examined, kept: existsSync(`${path}.bare`) ? readFileSync(`${path}.bare`) : file };
}
const sample = (name: string): Buffer => readFileSync(join(FILES as string, name));
/** Both ways in which texts are written. */
const tells = (file: Buffer, word: string): boolean => file.includes(word, 0, 'latin1') || file.includes(word, 0, 'utf16le');
const streams = (file: Buffer): Map<string, Buffer> => ((compound) => new Map(compound.entries.filter(({ kind }) => kind === 2).map((entry) => [entry.name, Buffer.concat(compound.stretches(entry).map(({ from, to }) => file.subarray(from, to)))])))(openCompound(file));

describe('real files', { skip }, () => {
  const rows: readonly [name: string, type: FileTypeId, told: readonly string[], kept: readonly string[]][] = [
    ['fixture-big-endian.tif', 'tiff', ['Adobe Photoshop', '2014:06:11', 'xmpmeta'], []],
    ['fixture-little-endian.tif', 'tiff', ['Adobe Photoshop', '2014:04:20', 'xmpmeta'], []],
    ['fixture.ogg', 'ogg', ['Schaufenugget'], ['vorbis']],
    ['fixture.oga', 'ogg', ['libFLAC'], ['FLAC']],
    ['fixture.opus', 'ogg', ['De todos', 'Mozilla.org', 'libopus'], ['OpusHead', 'OpusTags']],
    ['fixture.spx', 'ogg', ['Encoded with'], ['Speex   ']],
    ['fixture.webm', 'webm', ['Lavf56'], ['A_VORBIS']],
    ['fixture.mkv', 'mkv', ['Lavf56', 'CREATION_TIME'], ['V_MPEG4/ISO/AVC']],
    ['fixture2.mkv', 'mkv', ['mkvmerge'], ['V_MPEG4/ISO/AVC']],
    ['fixture-id3v2.aac', 'aac', ['netBloc', 'MusicBrainz'], []],
    ['fixture.doc.cfb', 'doc', [], ['Lorem ipsum']],
    ['fixture-2.doc.cfb', 'doc', [], ['INTRODUCTION']],
    ['fixture.xls.cfb', 'xls', [], ['Hashimoto']],
  ];
  for (const [name, type, told, kept] of rows) {
    it(`${name} tells nothing afterwards, and is the same file again`, async () => {
      const before = sample(name);
      const { examined, kept: bytes } = await bare(before, type);
      assert.ok(examined.ok && examined.written && examined.type === type && (examined.removed?.length ?? 0) > 0, JSON.stringify(examined));
      for (const word of told) assert.deepEqual([tells(before, word), tells(bytes, word)], [true, false], word);
      for (const word of kept) assert.ok(tells(bytes, word), word);
      if (type !== 'aac') assert.equal(bytes.length, before.length, 'nothing moves');
      if (type === 'tiff') assert.ok((await sharp(before).raw().toBuffer()).equals(await sharp(bytes).raw().toBuffer()), 'each point is as it was');
      const again = await bare(bytes, type);
      assert.ok(again.examined.ok && !again.examined.written && again.examined.removed?.length === 0, JSON.stringify(again.examined));
    });
  }

  it('of old Office have empty summaries, and all other streams but those of names are as they were', async () => {
    for (const [name, type] of [['fixture-2.doc.cfb', 'doc'], ['fixture.xls.cfb', 'xls']] as const) {
      const [before, after_] = [streams(sample(name)), streams((await bare(sample(name), type)).kept)];
      for (const [stream, bytes] of before) {
        const kept = after_.get(stream) as Buffer;
        if (stream.endsWith('SummaryInformation')) assert.deepEqual([kept.readUInt16LE(0), kept.readUInt32LE(24), kept.readUInt32LE(52), kept.subarray(56).every((one) => one === 0)], [0xfffe, 1, 0, true]);
        else if (!/^(?:WordDocument|[01]Table|Workbook)$/.test(stream)) assert.deepEqual(kept, bytes, stream);
      }
    }
  });

  it('that are cut off anywhere end in an answer, and never in more than was there', () => {
    const filters = { 'fixture.webm': filterMatroska, 'fixture.opus': filterOgg, 'fixture.oga': filterOgg, 'fixture-little-endian.tif': filterTiff, 'fixture.xls.cfb': (file: Buffer) => filterOldOffice(file, 'xls') };
    for (const [name, filter] of Object.entries(filters)) {
      const whole = sample(name);
      fc.assert(fc.property(fc.nat(whole.length), fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 3 }), (length, changes) => {
        const file = Buffer.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < file.length) file[at] = value;
        try {
          assert.equal(filter(file).pieces.reduce((sum, piece) => sum + piece.length, 0), file.length);
        } catch (error) {
          assert.ok(error instanceof Finding || error instanceof RangeError, String(error));
        }
      }), { numRuns: 60 });
    }
  });
});

/** A TIFF of one grey point, its fields as given; behind it what nothing names. */
function tiff(fields: readonly (readonly [tag: number, type: number, count: number, value: number])[], behind = ''): Buffer {
  const head = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  const table = Buffer.alloc(2 + fields.length * 12 + 4);
  table.writeUInt16LE(fields.length, 0);
  for (const [n, [tag, type, count, value]] of fields.entries()) {
    table.writeUInt16LE(tag, 2 + n * 12);
    table.writeUInt16LE(type, 4 + n * 12);
    table.writeUInt32LE(count, 6 + n * 12);
    table.writeUInt32LE(value, 10 + n * 12);
  }
  return Buffer.concat([head, table, Buffer.from(behind)]);
}
const POINT = [[256, 4, 1, 1], [257, 4, 1, 1], [258, 3, 1, 8], [259, 3, 1, 1], [262, 3, 1, 1], [273, 4, 1, 2], [278, 4, 1, 1], [279, 4, 1, 1]] as const;

test('TIFF: what no field names is zeros, places and makers are gone, and what cannot be told apart is not passed', () => {
  const after_ = Buffer.concat(filterTiff(tiff([...POINT, [271, 2, 4, 0x00656d41], [34853, 4, 1, 8]], 'hidden behind')).pieces as Uint8Array[]);
  assert.deepEqual([after_.readUInt16LE(8), tells(after_, 'hidden'), tells(after_, 'Ame')], [8, false, false]);
  const code = (file: Buffer): string => {
    try {
      return filterTiff(file).removed.join();
    } catch (error) {
      return error instanceof Finding ? error.code : String(error);
    }
  };
  assert.equal(code(tiff(POINT.filter(([tag]) => tag !== 279))), 'upload.not_stripped', 'nobody knows how long its picture is');
  assert.equal(code(tiff(POINT.map((one) => (one[0] === 279 ? [279, 4, 1, 9_999] as const : one)))), 'upload.damaged');
  assert.equal(code(tiff([[256, 4, 1, 90_000], [257, 4, 1, 90_000], ...POINT.slice(2)])), 'upload.too_many_pixels');
  assert.equal(code(Buffer.from([0x49, 0x49, 43, 0, 8, 0, 0, 0, 0, 0])), 'upload.not_stripped', 'the large form');
});

test('MPEG-4: a track of places goes with its samples, times are zeros, and pictures stay where they were', () => {
  const box = (type: string, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + body.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const numbers = (...all: number[]): Buffer => Buffer.concat(all.map((one) => ((four) => (four.writeUInt32BE(one), four))(Buffer.alloc(4))));
  const track = (handler: string, place: number, sizes: number[]): Buffer => box('trak', box('tkhd', numbers(0, 3_900_000_000, 3_900_000_001, 1, 0)), box('mdia', box('hdlr', numbers(0, 0), Buffer.from(handler), Buffer.alloc(13)), box('minf', box('stbl', box('stsz', numbers(0, 0, sizes.length, ...sizes)), box('stsc', numbers(0, 1, 1, sizes.length, 1)), box('stco', numbers(0, 1, place))))));
  const file = (place: number): Buffer => Buffer.concat([box('ftyp', Buffer.from('mp42\0\0\0\0mp42')), box('mdat', Buffer.from('PICTURES52.0931N34.7913E')), box('moov', box('mvhd', numbers(0, 3_900_000_000, 3_900_000_001, 1, 0)), track('vide', 28, [8]), track('meta', place, [8, 8]))]);
  const before = file(36);
  const after_ = Buffer.concat(filterMp4(before).pieces as Uint8Array[]);
  assert.deepEqual([after_.length, tells(after_, 'PICTURES'), tells(before, '52.0931'), tells(after_, '52.0931'), tells(after_, '34.79'), tells(after_, 'meta'), tells(after_, 'vide')], [before.length, true, true, false, false, false, true]);
  assert.ok(!after_.includes(numbers(3_900_000_000)) && !after_.includes(numbers(3_900_000_001)));
  assert.deepEqual(filterMp4(after_).removed, []);
  assert.throws(() => filterMp4(file(4)), Finding, 'samples that lie elsewhere are nobody\'s');
});

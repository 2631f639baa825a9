// Files of 20 MiB as people send them, each of another kind, none twice the same: text, a table, an archive, a document and a film.
import { randomBytes } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

const LENGTH = 20 * 1_048_576;
const LINES = 'The blinds are too short, all three of them. I measured twice, and the second time with the fitter.\n';

const filled = (begin: string, line: string, end = ''): Buffer => {
  const head = Buffer.from(begin);
  const tail = Buffer.from(end);
  return Buffer.concat([head, Buffer.alloc(LENGTH - head.length - tail.length, line), tail]);
};
const nonce = (): string => randomBytes(8).toString('hex');

/** What does not pack: pictures, as archives hold them. Random bytes once, shared. */
const NOISE = randomBytes(1_048_576);

function zip(): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  // Half is packed as it is, half is text.
  for (let n = 0; at < LENGTH - 2 * NOISE.length; n += 1) {
    const whole = n % 2 === 0 ? Buffer.concat([Buffer.from(nonce()), NOISE]) : Buffer.from(LINES.repeat(20_000));
    const packed = deflateRawSync(whole, { level: 1 });
    const name = Buffer.from(n % 2 === 0 ? `photo ${n}.jpg` : `notes ${n}.txt`);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(whole), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(whole.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    pieces.push(Buffer.from('PK\u0003\u0004', 'latin1'), common, name, packed);
    directory.push(Buffer.from('PK\u0001\u0002', 'latin1'), Buffer.from([20, 0]), common, tail, name);
    at += 30 + name.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(directory.length / 5, 8);
  end.writeUInt16LE(directory.length / 5, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...pieces, ...directory, end]);
}

/** Pages that are pictures, as a scanner makes them. */
function pdf(): Buffer {
  const pieces: Buffer[] = [Buffer.from(`%PDF-1.7\n%${nonce()}\n`)];
  const places: number[] = [];
  let at = pieces[0]!.length;
  const add = (body: string, stream?: Buffer): void => {
    places.push(at);
    const one = Buffer.concat([Buffer.from(`${places.length} 0 obj\n${body}`), ...(stream === undefined ? [] : [Buffer.from('\nstream\n'), stream, Buffer.from('\nendstream')]), Buffer.from('\nendobj\n')]);
    pieces.push(one);
    at += one.length;
  };
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add('<< /Type /Pages /Kids [] /Count 0 >>');
  while (at < LENGTH - 2 * NOISE.length) add(`<< /Type /XObject /Subtype /Image /Width 1024 /Height 1024 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${NOISE.length} >>`, NOISE);
  pieces.push(Buffer.from(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${places.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`));
  return Buffer.concat(pieces);
}

function box(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}
const film = (): Buffer => Buffer.concat([
  box('ftyp', Buffer.from('isom\0\0\u0002\0isomiso2mp41', 'latin1')), box('moov', box('mvhd', Buffer.alloc(100))),
  box('mdat', Buffer.concat([Buffer.from(nonce()), ...Array.from({ length: 19 }, () => NOISE)])),
]);

/** By the name under which it is sent. */
export const largeFiles: Readonly<Record<string, () => Buffer>> = {
  'large.txt': () => filled(`${nonce()}\n`, LINES),
  'large.csv': () => filled(`number,name,${nonce()}\n`, '104822,"Levi, Dana",3 blinds of 120 cm\n', '104823,"Levi, Dana",none\n'),
  'large.zip': zip,
  'large.pdf': pdf,
  'large.mp4': film,
};

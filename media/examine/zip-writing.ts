// The same zip again with other bytes in some of its entries: all others are copied packed as they are.
import { crc32, deflateRawSync } from 'node:zlib';
import type { ZipEntry } from '#media/examine/zip.ts';

/** `changed`: by name, the new bytes, or null to leave the entry out. Times are those of the beginning of time (1980): they say when somebody worked. */
export function writeZip(entries: readonly ZipEntry[], changed: ReadonlyMap<string, Buffer | null>): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  let count = 0;
  for (const entry of entries) {
    const next = changed.get(entry.name);
    if (next === null) continue;
    const packed = next === undefined ? entry.data : entry.method === 8 ? deflateRawSync(next) : next;
    const [crc, size] = next === undefined ? [entry.crc, entry.size] : [crc32(next), next.length];
    const name = Buffer.from(entry.name, 'utf8');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // Without a descriptor; the name is UTF-8.
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(entry.method, 4);
    common.writeUInt16LE(0, 6);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, name]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002', 'latin1'), Buffer.from([20, 0]), common, tail, name]));
    pieces.push(local, packed);
    at += local.length + packed.length;
    count += 1;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return [...pieces, ...directory, end];
}

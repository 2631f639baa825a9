// Archives as somebody means to write them, right or wrong; and tars as GNU tar wrote them.
import { crc32, deflateRawSync, inflateSync } from 'node:zlib';

export interface Packed {
  readonly name: string;
  readonly bytes: Buffer;
  /** Of a tar: the letter that says what it is. */
  readonly type?: string;
}

/** An entry of a zip, with what is wrong about it. */
export interface Zipped extends Packed {
  readonly flags?: number;
  readonly mode?: number;
  readonly extra?: Buffer;
  /** The size it says it has, in both headers. */
  readonly says?: number;
  /** What its local header says otherwise. */
  readonly local?: { readonly packed?: number; readonly size?: number };
  /** Stands behind the end of what is packed, and is told to belong to it. */
  readonly behind?: Buffer;
  /** Not packed smaller. */
  readonly stored?: boolean;
}

/** A zip as somebody means to write it, right or wrong. */
export function zip(entries: readonly Zipped[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, flags = 0, mode = 0, extra = Buffer.alloc(0), says = bytes.length, local = {}, behind = Buffer.alloc(0), stored = false } of entries) {
    const packed = Buffer.concat([stored ? bytes : deflateRawSync(bytes), behind]);
    const head = (crc: number, length: number, size: number): Buffer => {
      const said = Buffer.alloc(26);
      for (const [value, place] of [[20, 0], [flags, 2], [stored ? 0 : 8, 4], [Buffer.byteLength(name), 22], [extra.length, 24]] as const) said.writeUInt16LE(value, place);
      for (const [value, place] of [[crc, 10], [length, 14], [size, 18]] as const) said.writeUInt32LE(value, place);
      return said;
    };
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0', 'latin1'), head(crc32(bytes), packed.length, says), tail, Buffer.from(name), extra]));
    // Where its sizes follow it, its local header has none.
    const own = (flags & 8) === 0 ? head(crc32(bytes), local.packed ?? packed.length, local.size ?? says) : head(0, 0, 0);
    const piece = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), own, Buffer.from(name), extra, packed]);
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

/** A zip in which nothing is packed smaller. */
export const zipped = (entries: readonly Packed[]): Buffer => zip(entries.map((entry) => ({ ...entry, stored: true })));

/** `magic`: nothing for one of before 1988. */
export function tarred(entries: readonly Packed[], magic = 'ustar\u000000'): Buffer {
  return Buffer.concat([...entries.flatMap(({ name, bytes, type = '0' }) => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write(bytes.length.toString(8).padStart(11, '0'), 124);
    head.write('        ', 148);
    head.write(type, 156);
    head.write(magic, 257, 'latin1');
    head.write(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  }), Buffer.alloc(1024)]);
}

/** A record of a pax header. */
export const paxRecord = (key: string, value: string): Buffer => {
  const text = ` ${key}=${value}\n`;
  const length = text.length + String(text.length + 2).length;
  return Buffer.from(`${length}${text}`);
};

const unpacked = (text: string): Buffer => inflateSync(Buffer.from(text, 'base64'));

/** GNU tar 1.34, of small files with long names and with holes. */
export const GNU_TARS: Readonly<Record<string, Buffer>> = {
  'v7': unpacked('eNrt0jEKgDAMBdAepScQwZL7dPAGHTy+1Uk626Hw3vLDzxRI3drV0lx7F6W82Y35bD/z00fEkXJayXjcImpu5/QHAAAAAAAAAAAA4Hc3wN8QTw=='),
  'ustar, a long name in two': unpacked('eNrtzz0KwkAQBtA9Sk6gKTbJeYQYG4lgVvD4GVJJwEJWBOG95hummJ9p+oZDeZb0Vhv6nLcM+wz5pY5+1+WhT02bfuCxlNM91tfO2T83VjieK3x29vU2XxIAAAAAAAAAAAB/ZwUaNF1K'),
  'gnu, a long name': unpacked('eNrt1UEKwjAQheE5Sk6QprHMbD1ALtFFKaJUqBE8vkFB0I24aFD7f5sZkuXwZnzjm206TmPaTXtZRii06261eK0hxvbR39/NVMUlqeB8yv3snKzU+EV8vmTB383/Xf7L73P+N62ZiQvkf3GHsvqHmRysVV9h6X6c/6CqkfxXmb/LA1cXAAAAAAAAAAAAAH7fFaF+kV4='),
  'pax, a long name': unpacked('eNrt1L0OwiAUhmFmr4IraPmTTu6O3gKJpA5GDcWkl2/VxKGLcYDY9H0WCAwn5JyPpj2EcR/DMaah7ctQE++cUG/zVRlrPvvXudXeeiFHUcF9yCFN5cU66a2Tt5BPu/6PNHnMG4EKarTzW/6n21n+rek6IdWS8j9/3EKcr5c+JnKwVuH51xau8XP+tdLekP8q/Zc5Fh8AAAAAAAAAAAAAAEBxDzppvSA='),
  'gnu, holes': unpacked('eNrt0lFKxDAQANB4k5xgSduYA+wVPEGFBQVR2GbB49utC251+9kq+N7PTCZDhoQ8vb0cht3j82tYTxqVnKc4msdmVvvM2ya1XYgPYQOnofbHGMOvmd3860kueb5dbxb6m5/9d1NeUrkfF7entwuntQvTu4X+bqH/Mvz6pvwNewAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABg3+/qew3rSqOS8xRH3+N59yo/10spbYgpbOA01P4YY/in+lgPq38AAAAAAAAANvMBDpBJXg=='),
  'pax, holes 0.0': unpacked('eNrt1M1q20AUBlCt/RR6AkV/nkgLb7JJVqWbPoDSKjQ0jYtHBrdPX8VtwDGGViU2uDlnc8UdPoaZETe7eN9tbvruU7+KF5+XD33Mbu8fk1eVj0Jdb+tovxZ5FZ6/f/WLMq/LJN0kJ7COQ7cat0/epjKk1+8+ZPFbt4p9Fu9/9Ity+wqzlyuP66+3D8uPX+KinZXV7sry7i72w2IMNPuB70MfF3Xehll5eSBShKqpp8eq8jI002N1W8zL6bEwn1dheqwp2vIfrqRtqvwPV9IcusmiDk0zPff81PODuXyW8J870sj/+/lfvOj9nv9PzSTNz2n+7x/uTFwBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFddNmyG5LjyUajrbR3t16fVne+xX+RFKJM0T05gHYduNW7/GofcPdyZ6NKhP/oPAAAAAADAyf0EH3zkww=='),
  'pax, holes 0.1': unpacked('eNrt1M2K2lAUAOCsfQofQOK9SYxm4WYWbVelUPoAmTZQGZ0ZjIL06ZsmMqiLbuoI0u/bnMM9XO493J90+qU+fGrqH822nf58WTdt+rh6Tq4qdMqi6GPnMoY8ZG95Px6zkM+S8SG5gX27q7fd8sn/KSvHHz9/S9vXets2abv61Syz/hRG55Xn/eZx/fL9qV1Wo6w6q9SbZvl2c0Yx5qfVTf26DJMiVOUklvmiGNI8m5eLIS2qOMuGtJzN8nJIF7HKjtOqRR6O02IsysVx3rDLSRgl/IN02h3W1/6sPqzWTZpnYR6v/BH89f3H879geP9FFufJONzT+79s7k48AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPdbo77JL3FTplUfSxcxn/VE/ybjyGWGbJOCQ3sG939bZb/hpNnjZ3J+rxrnn3CwAAAAAAANzUb+E2dKU='),
  'pax, holes 1.0': unpacked('eNrt1EGK2zAUAFCvfYqcwJFlx4kX2cyi7aoUSg/gUkNTMpnB9kDo6asmYQhZdJUJE/qeF//zZSGE9FXMv3T7T333ox/G+c+nbT8W3ze77KpC0tT1ISaXMZT18jU/1MsY0u+zfXYDL+PUDWn57P8U4+zj52/F+NwNY188dr+ehnWZX1Q3u1QNeWzPq7vusV+/3pi8CueDQ99tx83vfh0PR5pnvE/FPJ3a18Ohfdhs+6KKYVld+SH4Z/+X6Tt7C479X8cYs1m4p/6/3NydaPOQ16Ft8rKpVvUxreKyWR3Tui0X8Zg2i0XVHNNV2cbTtHZVhdO0sqyb1Wneqe01/nv3AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA8dMW0n7K3FZKmrg8xuYx/R8/yVC9D2cRsFrIbeBmnbkjLX2OT55u7E91s6t/8AgAAAAAAcHN/AOZcc3o='),
};

/** The same, of a zip that is made of two pieces with a hole between them: in it lies `run.exe`. */
export const GNU_ZIPS_WITH_HOLES: Readonly<Record<string, Buffer>> = {
  'gnu': unpacked('eNrt2TsOgkAQgOERXxfwAHgB4iqhtrAjJiR2Jha+Em0sFBK1srbxAHIBO0/lOVwQRTHaqYX/lww7mbC7YShnYo36vnxWTXNsO161zKocW91ql7pyVL0hZke+IFj4/blpys88fPmlI2mu1H3H0k6p5669vyDZ8MRz84VKkldl1TqcmqFIFEVdWVuD6UwAAAAAAAAAAAAAIPE4YuztjztDZ1GUdcyDmTVejttdz80ZlfzrWeTVJhc948lkdkv27HTLMLzd5LnFksQvGTLR6zbkFwEAgH9yBl1HOuU='),
  'pax 0.0': unpacked('eNrt2cFKwzAcBvBscwo97wHqC3RJ08Z5KHgQFIrSixfBQ7dlbKidNC10O3n24gPYF/DmU/kcpmWbs6yHgQpj3w/ShLRf0lL+p1jdIMwuZTiUseqOrWGYkF9HNeE4Za9Ve8ptthqX84wxlxMzI/8gVUkY6+3JfrJd8+L6xlJPYaykpSZz6TnUptSwxfqNKH3sP0wH98rjhs3X70xHIyUTTwd61cAskUqvdioM+2RDhIuecOpinPOa2OL13I0xahDYxh+V/Bb1z4TDaKX+KeOUmHSX6r/6cTsi8FsHncX4mMzO3z/PckKK1tYzc6s/iVAkAAAAAAAAAAAAAAAAALD084jx7u3jtalHRTvSLU4jS2by6jbwG81Oq/4scum5UVzLk8lqpLr2d2SQr3YK/PYhKR9qkrHuX3L8IgDYR1+WmoNg'),
  'pax 0.1': unpacked('eNrt2cFKwzAYB/Bscwo97wHqvWRpk2Z6KHgQFYZSEC+Ch2wLrLjV0W4wd/LsxQdwL+DNp/I5TINzW0FPQxz7/+BrQtIklPTLJbQZq+mFVj2d5c0+7akx2ThmSCFsaZRL5reWddvu+34YEndK/sAkH6vMLE92UxC651c3NB+pLNc0T2Y6EixgzAnkakc6GXYGD937POLO+pBUDXVkfxxHiNWOoRpFzBPsWHpcHknhcc6lZyf3mEPgX6BNs2XXdsfOkoGmPGCtYMMHwe/570vhl/Of85ARl21T/pc/bkvE7dpe46t+SB5P3z5O5oQUUTctM9pJUiQJAAAAAAAAAAAAAAAAACysXzHevb6/VE2tiAMT2SSleqovb+N2pdqo/XwXufBUKZ72ZrI8pDz3ckh3/r1S3K7vE/tSlfRN+TzHFgHALvoELSZq/A=='),
  'pax 1.0': unpacked('eNrt2cFOwjAYwPECoknPPAC+wOjWMuRA4sGoCdGQGC8mHqY0AQNoNkiQk2cvPoC8gDefyuewTEFcoidiJPx/Sdfm27pm+/btUq/SisbHNmrbOKl0vHY0FCunnNCYtHeyvfJNsBincd/3q0aUx+IPjJJhFLvlxWYKgvLR6bmX3EVxYr1+dHMbN3yZiXYHLqpkUF2ODqK+baRfjAzqyydiG/WS7sQ2jAqUkgL/mFdxmTtLE3fY7VlPB6pmVvwj+L3+/ZrxVab+ta5qUVbrVP/Zh1sTWippVD2UOtwLjdRah/KjbqncTdBqFrZKn+NdcX/w8rY/FWLWii4y8a66A14SAAAAAAAAAAAAgLnvW4yXz69PeTeatR3X4tHAs2N7ctFq5vKlws97kXMPudkx3ZnMTsne+2vK9XSxUqtZ3BbpRXnRcf3jlBQBAAAAAAAAAAAAAAAAAABgXbwDik5rnQ=='),
};

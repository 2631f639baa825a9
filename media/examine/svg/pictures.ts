// Pictures inside of a drawing: read by the same eyes as a picture that comes by itself, and kept without what they tell; every other one is left out.
import { Finding } from '#media/examine/finding.ts';
import { filterGif } from '#media/examine/gif.ts';
import { type Filtered, filterJpeg } from '#media/examine/jpeg.ts';
import { filterPng } from '#media/examine/png.ts';
import { filterWebp } from '#media/examine/riff.ts';

const BASE64 = /^\s*data:image\/[\w.+-]+(?:\s*;\s*[\w-]+=[\w-]*)*\s*;\s*base64\s*,/i;
const MOST = 500;

function readerOf(bytes: Buffer): { readonly type: string; readonly filter: (bytes: Buffer) => Filtered | Promise<Filtered> } | null {
  if (bytes.length < 12) return null;
  if (bytes.readUInt32BE(0) === 0x89504e47) return { type: 'png', filter: filterPng };
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { type: 'jpeg', filter: filterJpeg };
  const begin = bytes.toString('latin1', 0, 12);
  if (begin.startsWith('GIF8')) return { type: 'gif', filter: filterGif };
  return begin.startsWith('RIFF') && begin.endsWith('WEBP') ? { type: 'webp', filter: filterWebp } : null;
}

/** The same picture as it is kept, under the type it really has; null where it is none of the four, or not whole. */
async function pictureOf(address: string): Promise<string | null> {
  const head = BASE64.exec(address)?.[0];
  if (head === undefined) return null;
  const bytes = Buffer.from(address.slice(head.length).replace(/\s+/g, ''), 'base64');
  const reader = readerOf(bytes);
  if (reader === null) return null;
  try {
    const { pieces } = await reader.filter(bytes);
    return `data:image/${reader.type};base64,${Buffer.concat(pieces as Uint8Array[]).toString('base64')}`;
  } catch (error) {
    if (error instanceof Finding || error instanceof RangeError) return null;
    throw error;
  }
}

/** Puts each picture's kept form in its place. Gives back those that are to be left out. */
export async function judgePictures<T extends { readonly attributes: Map<string, string> }>(carrying: readonly T[]): Promise<ReadonlySet<T>> {
  const out = new Set<T>();
  for (const [n, element] of carrying.entries()) {
    const picture = n < MOST ? await pictureOf(element.attributes.get('xlink:href') ?? '') : null;
    if (picture === null) out.add(element);
    else element.attributes.set('xlink:href', picture);
  }
  return out;
}

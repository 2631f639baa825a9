// A process of its own that makes a small picture of a file: the bytes come in by stdin, a WebP goes out by stdout, and whatever is wrong ends it.
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp, { type Sharp } from 'sharp';

/** Pixels of its longer side. */
const LONGEST = 480;
const MOST_PIXELS = 50_000_000;

async function input(): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

const small = (picture: Sharp): Promise<Buffer> => picture.resize(LONGEST, LONGEST, { fit: 'inside', withoutEnlargement: true }).webp({ quality: 78 }).toBuffer();

/** The first frame, as its camera held it; nothing of what stands beside the pixels comes along. */
const ofImage = (bytes: Buffer): Promise<Buffer> => small(sharp(bytes, { limitInputPixels: MOST_PIXELS, sequentialRead: true, failOn: 'error', pages: 1 }).rotate());

/** A drawing that was cleaned, at the size it is shown in: it names no file and no place, and the reader of drawings has no folder from which it would take one. */
async function ofDrawing(bytes: Buffer): Promise<Buffer> {
  const { width = 0, height = 0 } = await sharp(bytes).metadata();
  const density = (72 * LONGEST) / Math.max(width, height);
  if (!(density > 0.01 && density < 100_000)) throw new RangeError('The drawing has no size.');
  return small(sharp(bytes, { density, limitInputPixels: MOST_PIXELS, failOn: 'error' }));
}

/** The first page, drawn by a PDF reader inside WebAssembly: no script of the document runs, and nothing is fetched. */
async function ofPdf(bytes: Buffer): Promise<Buffer> {
  const library = await PDFiumLibrary.init();
  const page = (await library.loadDocument(bytes)).getPage(0);
  const { originalWidth: width, originalHeight: height } = page.getOriginalSize();
  const scale = LONGEST / Math.max(width, height);
  if (!(scale > 0 && Number.isFinite(scale))) throw new RangeError('The page has no size.');
  const { data } = await page.render({
    scale,
    render: ({ data: pixels, width: w, height: h }) => small(sharp(pixels, { raw: { width: w, height: h, channels: 4 } }).flatten({ background: '#ffffff' })),
  });
  return Buffer.from(data);
}

const MAKERS = { image: ofImage, svg: ofDrawing, pdf: ofPdf };
const kind = process.argv[2] as keyof typeof MAKERS;
// Of all that libvips could read: these four, or a drawing where it is asked for as one.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: kind === 'svg' ? ['VipsForeignLoadSvg'] : ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'] });
sharp.concurrency(1);
sharp.cache(false);
process.stdout.write(await MAKERS[kind](await input()));

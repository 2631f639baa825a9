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

// Of all that libvips could read: these four, and no drawing that names other files.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'] });
sharp.concurrency(1);
sharp.cache(false);
const bytes = await input();
process.stdout.write(await (process.argv[2] === 'pdf' ? ofPdf(bytes) : ofImage(bytes)));

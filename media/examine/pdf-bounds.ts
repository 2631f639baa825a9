// What reading and writing a PDF may cost. Where something in it is broken the library goes back and tries otherwise, which is how a sloppy file that readers open is read;
// of a file that is made for it, each of a thousand pieces would be read to its end again. So it may go back so far in all, and no farther.

/** The bytes that the library reads (its own, and not exported by it). */
interface Bytes {
  readonly idx: number;
  readonly length: number;
  /** Gone back so far: ours. */
  again?: number;
  moveTo(offset: number): void;
}

/** Bytes read again, to those there are: a file without any lengths, looked through for the end of each stream word by word, comes to six. */
const AGAIN = 16;
const AGAIN_AT_LEAST = 1_048_576;

/** The table of objects that the library writes: in the order of their numbers. */
interface Table {
  readonly entries: { readonly ref: { readonly objectNumber: number } }[];
  appendEntry(entry: Table['entries'][number]): void;
}

let bounded = false;

/** From now on, of every file that is read and written in this process. Who goes over it hears a fault on every way back, so that no attempt of the library's goes on with it. */
export async function boundPdf(): Promise<void> {
  if (bounded) return;
  bounded = true;
  const { PDFCrossRefStream, PDFParser } = await import('@cantoo/pdf-lib');
  const { bytes } = PDFParser.forBytesWithOptions(new Uint8Array()) as unknown as { readonly bytes: Bytes };
  const kind = Object.getPrototypeOf(bytes) as Bytes;
  const { moveTo } = kind;
  kind.moveTo = function moveWithin(this: Bytes, offset: number): void {
    this.again = (this.again ?? 0) + Math.max(0, this.idx - offset);
    if (this.again > this.length * AGAIN + AGAIN_AT_LEAST) throw new Error('Read again too often.');
    moveTo.call(this, offset);
  };
  // Each is looked for its place from the end, where it nearly always belongs: from the beginning, a document of fifty thousand objects takes twenty seconds.
  (PDFCrossRefStream.prototype as unknown as Table).appendEntry = function append(this: Table, entry): void {
    let at = this.entries.length;
    while (at > 0 && (this.entries[at - 1] as Table['entries'][number]).ref.objectNumber > entry.ref.objectNumber) at -= 1;
    this.entries.splice(at, 0, entry);
  };
}

// What reading a PDF may cost. Where something in it is broken the library goes back and tries otherwise, which is how a sloppy file that readers open is read;
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

let bounded = false;

/** From now on, of every file that is read in this process. Who goes over it hears a fault on every way back, so that no attempt of the library's goes on with it. */
export async function boundReading(): Promise<void> {
  if (bounded) return;
  bounded = true;
  const { PDFParser } = await import('@cantoo/pdf-lib');
  const { bytes } = PDFParser.forBytesWithOptions(new Uint8Array()) as unknown as { readonly bytes: Bytes };
  const kind = Object.getPrototypeOf(bytes) as Bytes;
  const { moveTo } = kind;
  kind.moveTo = function moveWithin(this: Bytes, offset: number): void {
    this.again = (this.again ?? 0) + Math.max(0, this.idx - offset);
    if (this.again > this.length * AGAIN + AGAIN_AT_LEAST) throw new Error('Read again too often.');
    moveTo.call(this, offset);
  };
}

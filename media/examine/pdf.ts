// PDF (ISO 32000): whole from its first line to its last, and the file again without author, program, times and XMP.
import { damaged, Finding } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';
import { boundPdf } from '#media/examine/pdf-bounds.ts';

export function judgePdf(file: Buffer): void {
  if (file.toString('latin1', 0, 5) !== '%PDF-') throw damaged('signature');
  if (file.lastIndexOf('%%EOF') < file.length - 2_048) throw damaged('cut_off');
}

/** Objects until the library lets others have their turn: this process does nothing else. */
const AT_ONCE = Number.POSITIVE_INFINITY;

/** Null: it tells nothing of the kind. */
export async function filterPdf(file: Buffer): Promise<Filtered | null> {
  const { EncryptedPDFError, PDFDocument, PDFName, PDFDict, PDFStream } = await import('@cantoo/pdf-lib');
  await boundPdf();
  let document;
  try {
    document = await PDFDocument.load(file, { updateMetadata: false, throwOnInvalidObject: false, parseSpeed: AT_ONCE });
  } catch (error) {
    if (error instanceof EncryptedPDFError) throw new Finding('upload.encrypted');
    throw new Finding('upload.not_stripped', { why: 'unreadable' });
  }
  const { context } = document;
  const names = ['Metadata', 'PieceInfo', 'LastModified'].map((name) => PDFName.of(name));
  let removed = 0;
  for (const [reference, object] of context.enumerateIndirectObjects()) {
    const dict = object instanceof PDFDict ? object : object instanceof PDFStream ? object.dict : null;
    if (dict === null) continue;
    if (dict.get(PDFName.of('Type')) === PDFName.of('Metadata')) {
      context.delete(reference);
      removed += 1;
      continue;
    }
    for (const name of names) if (dict.delete(name)) removed += 1;
  }
  const info = context.trailerInfo.Info;
  if (info !== undefined) {
    if ('objectNumber' in info) context.delete(info as never);
    delete context.trailerInfo.Info;
    removed += 1;
  }
  if (removed === 0) return null;
  // Its own trailer names no producer: `save` would, were it asked to.
  return { pieces: [await document.save({ useObjectStreams: true, addDefaultPage: false, updateFieldAppearances: false, objectsPerTick: AT_ONCE })], removed: ['author'] };
}

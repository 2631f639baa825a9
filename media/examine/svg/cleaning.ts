// Cleans a drawing: reads it whole, keeps what is harmless, and writes that anew in one way only; what is written is read again, and must come out the same.
import { Finding, damaged } from '#media/examine/finding.ts';
import type { Filtered } from '#media/examine/jpeg.ts';
import { judgeCost } from '#media/examine/svg/cost.ts';
import { judgePictures } from '#media/examine/svg/pictures.ts';
import { type Drawn, readDrawing } from '#media/examine/svg/reading.ts';
import { textOf } from '#media/examine/texts.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACES = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign] as string);

/** As its own declaration says that it is written; a mark at its beginning says it first. */
function drawnText(file: Buffer): string {
  const text = textOf(file)?.whole();
  if (text === undefined) throw damaged('no_text');
  const marked = (file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff) || (file[0] === 0xef && file[1] === 0xbb);
  const named = /^<\?xml[^>]*?\sencoding\s*=\s*["'](?<encoding>[\w.:-]+)["']/.exec(text)?.groups?.['encoding'];
  if (marked || named === undefined || /^utf-?8$/i.test(named)) return text.replace(/^\ufeff/, '');
  try {
    return new TextDecoder(named, { fatal: true }).decode(file);
  } catch {
    throw new Finding('upload.not_cleaned', { why: 'encoding' });
  }
}

function write(element: Drawn, out: Set<Drawn>, pieces: string[], begin = ''): void {
  pieces.push('<', element.name, begin);
  for (const [name, value] of element.attributes) pieces.push(' ', name, '="', escaped(value.replace(/[\t\n\r]/g, ' ')), '"');
  const children = element.children.filter((one) => typeof one === 'string' || !out.has(one));
  if (children.length === 0) return void pieces.push('/>');
  pieces.push('>');
  for (const child of children) {
    if (typeof child === 'string') pieces.push(escaped(child.replace(/\r\n?/g, '\n')));
    else write(child, out, pieces);
  }
  pieces.push('</', element.name, '>');
}

async function cleaned(text: string): Promise<{ readonly text: string; readonly left: ReadonlySet<string> }> {
  const drawing = readDrawing(text);
  judgeCost(drawing);
  const out = new Set(await judgePictures(drawing.pictures));
  if (out.size > 0) drawing.left.add('pictures');
  const pieces = [DECLARATION];
  write(drawing.root, out, pieces, NAMESPACES);
  return { text: pieces.join('') + '\n', left: drawing.left };
}

/** The drawing as it is kept. `removed`: what was left out, in words. Throws a Finding where nothing can be kept safely. */
export async function cleanSvg(file: Buffer): Promise<Filtered> {
  const once = await cleaned(drawnText(file));
  // What reads otherwise a second time has something in it that one of two readers does not see.
  if ((await cleaned(once.text)).text !== once.text) throw new Finding('upload.not_cleaned', { why: 'unstable' });
  return { pieces: [Buffer.from(once.text, 'utf8')], removed: [...once.left] };
}

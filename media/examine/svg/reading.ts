// Reads a drawing (SVG, XML 1.0) by a strict parser and keeps of it what the list of the allowed names; script, foreign content and every way out are not kept, and what was left out is told.
import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { damaged, Finding, LIMITS } from '#media/examine/finding.ts';
import { ATTRIBUTES, ELEMENTS, NAMING, PROPERTIES, TEXT_ALONE, UNWRAPPED, WITH_TEXT } from '#media/examine/svg/allowed.ts';
import { type Rule, sheetOf } from '#media/examine/svg/sheet.ts';
import { declarationsOf, declared, idOf, type Kept, type Named, namedBy, placeOf, valueOf } from '#media/examine/svg/values.ts';

const SVG = 'http://www.w3.org/2000/svg';
const XLINK = 'http://www.w3.org/1999/xlink';
const XML = 'http://www.w3.org/XML/1998/namespace';

/** An element that is kept. */
export interface Drawn {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: (Drawn | string)[];
  readonly names: Named[];
}

export interface Drawing {
  readonly root: Drawn;
  readonly rules: readonly Rule[];
  /** Those that carry a picture in themselves: not judged yet. */
  readonly pictures: readonly Drawn[];
  /** What was left out, in words. */
  readonly left: Set<string>;
}

/** What an element is that is not kept. */
function kindOf({ uri, local }: SaxesTagNS): string {
  if (/^(?:script|handler|listener)$/i.test(local)) return 'script';
  if (/^(?:animate.*|set|mpath|discard)$/i.test(local)) return 'animation';
  if (local === 'metadata' || (uri !== SVG && /inkscape|sodipodi|rdf|adobe|sketch|figma|corel/i.test(uri))) return 'details of its program';
  return /^(?:foreignObject|iframe|embed|object|audio|video|canvas)$/i.test(local) || uri !== SVG ? 'foreign content' : 'unknown parts';
}

/** Keeps an attribute of an element, or says what was left out. */
function keep(element: Drawn, { uri, local, value }: SaxesAttributeNS, left: Set<string>): void {
  const { name, attributes, names } = element;
  const put = (kept: Kept | null, otherwise: string): void => {
    if (kept === null) return void left.add(otherwise);
    attributes.set(local, kept.value);
    names.push(...namedBy(local, kept));
  };
  if (uri === XML) {
    if (local === 'lang' && /^[A-Za-z\d-]{0,40}$/.test(value)) attributes.set('xml:lang', value);
    else if (local === 'space' && /^(?:default|preserve)$/.test(value)) attributes.set('xml:space', value);
    else if (local === 'base') left.add('links');
    return;
  }
  if (local === 'href' && (uri === '' || uri === XLINK)) {
    const place = placeOf(value);
    if (name === 'image') {
      if (/^\s*data:image\//i.test(value)) attributes.set('xlink:href', value);
    } else if (place !== null && NAMING.has(name)) {
      attributes.set('xlink:href', `#${place}`);
      names.push({ property: 'href', ids: [place], filters: 0 });
    } else left.add('links');
    return;
  }
  if (/^on/i.test(local)) return void left.add('event handlers');
  if (uri !== '') return void left.add(uri === XLINK ? 'links' : 'details of its program');
  if (local === 'id') return put((idOf(value) === null ? null : { value, names: [], functions: 0 }), 'unknown parts');
  if (local === 'class') return put(/^[\p{L}\p{N}_\s-]*$/u.test(value) ? { value: value.trim().replace(/\s+/g, ' '), names: [], functions: 0 } : null, 'unknown parts');
  if (local === 'style') {
    const { kept, left: dropped } = declarationsOf(value);
    if (dropped > 0) left.add('styles');
    if (kept.length === 0) return;
    attributes.set('style', declared(kept));
    for (const one of kept) names.push(...namedBy(one.property, one));
    return;
  }
  if (PROPERTIES.has(local) || ATTRIBUTES.has(local)) put(valueOf(value), 'references to other places');
  else left.add('unknown parts');
}

/** Throws a Finding for what is no well-formed drawing, declares entities, or is made of too much. */
export function readDrawing(text: string): Drawing {
  const parser = new SaxesParser({ xmlns: true, position: false, forceXMLVersion: true, defaultXMLVersion: '1.0', additionalNamespaces: { xlink: XLINK } });
  const left = new Set<string>();
  const rules: Rule[] = [];
  const pictures: Drawn[] = [];
  /** From the root to where we are; null for what is drawn as if it were not there. */
  const open: (Drawn | null)[] = [];
  let root: Drawn | null = null;
  let [elements, without, bare] = [0, 0, false];
  const around = (): Drawn | undefined => open.findLast((one) => one !== null) ?? undefined;

  parser.on('doctype', (doctype) => {
    // Entities make much of little, name files, and hide what they stand for (XML 1.0, 4.4).
    if (/\[|<!/.test(doctype)) throw new Finding('upload.not_cleaned', { why: 'entities' });
    left.add('doctype');
  });
  parser.on('processinginstruction', () => void left.add('instructions'));
  parser.on('comment', () => void left.add('comments'));
  parser.on('opentag', (tag) => {
    if ((elements += 1) > LIMITS.drawn) throw new Finding('upload.expands_too_far', { elements });
    if (open.length + without >= LIMITS.drawnDepth) throw new Finding('upload.expands_too_far', { depth: LIMITS.drawnDepth });
    if (root === null) {
      if (tag.local !== 'svg' || (tag.uri !== SVG && tag.uri !== '')) throw damaged('no_drawing');
      bare = tag.uri === '';
    }
    const drawn = tag.uri === SVG || (bare && tag.uri === '');
    const inside = around();
    const barred = inside !== undefined && TEXT_ALONE.has(inside.name);
    if (without > 0 || barred || !drawn || (!ELEMENTS.has(tag.local) && !UNWRAPPED.has(tag.local))) {
      if (without === 0) left.add(kindOf(tag));
      without += 1;
      return;
    }
    if (UNWRAPPED.has(tag.local)) {
      for (const { local } of Object.values(tag.attributes)) if (/^on/i.test(local)) left.add('event handlers');
      left.add('links');
      open.push(null);
      return;
    }
    const element: Drawn = { name: tag.local, attributes: new Map(), children: [], names: [] };
    for (const attribute of Object.values(tag.attributes)) if (attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns') keep(element, attribute, left);
    if (root === null) root = element;
    else inside?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', (tag) => {
    if (without > 0) return void (without -= 1);
    const element = open.pop() ?? null;
    if (element === null) return;
    if (element.name === 'image') {
      if (element.attributes.has('xlink:href')) pictures.push(element);
      else {
        left.add('pictures');
        around()?.children.pop();
      }
    }
    if (element.name !== 'style') return;
    const sheet = sheetOf(element.children.join(''));
    const judged = Object.values(tag.attributes).every(({ local }) => local !== 'media') || element.attributes.has('media');
    if (sheet.left > 0 || !judged) left.add('styles');
    element.children.length = 0;
    if (sheet.text === '' || !judged) around()?.children.pop();
    else {
      element.children.push(sheet.text);
      rules.push(...sheet.rules);
    }
  });
  const characters = (piece: string): void => {
    const inside = without > 0 ? undefined : around();
    if (inside !== undefined && WITH_TEXT.has(inside.name)) inside.children.push(piece);
    else if (without === 0 && piece.trim() !== '') left.add('text that is not drawn');
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw damaged('not_well_formed');
  }
  if (root === null) throw damaged('no_drawing');
  return { root, rules, pictures, left };
}

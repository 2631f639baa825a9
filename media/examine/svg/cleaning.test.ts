// Drawings: of the hostile nothing is left that runs or leads out, the honest keep their lines, and what was cleaned once is clean.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import * as fc from 'fast-check';
import { Finding } from '#media/examine/finding.ts';
import { formOfText, textOf } from '#media/examine/texts.ts';
import { cleanSvg } from '#media/examine/svg/cleaning.ts';
import { corpus, without } from '#test/corpora.ts';
import { hostileDrawings, honestDrawings } from '#test/drawings.ts';
import { PNG, tellingPng } from '#test/files.ts';

const INJECTION = corpus('injection');
const bytesOf = (text: string | Buffer): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);
const clean = async (text: string | Buffer): Promise<string> => Buffer.concat((await cleanSvg(bytesOf(text))).pieces as Uint8Array[]).toString('utf8');
const formOf = (bytes: Buffer): string | null => ((text) => (text === null ? null : formOfText(text)))(textOf(bytes));

const SIGNS: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z\d+/=]+$/;

/** Looks with other eyes than the cleaner's: the signs of what was written, one by one. Null: nothing in it runs or leads out. */
function dangerOf(text: string): string | null {
  const body = text.replace('<?xml version="1.0" encoding="UTF-8"?>\n', '').replace(' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"', '');
  if (!body.startsWith('<svg')) return 'no drawing';
  if (/<[?!]/.test(body)) return 'an instruction, a comment or a doctype';
  for (const [tag] of body.matchAll(/<[^>]*>?/g)) {
    const whole = /^<(?<end>\/)?(?<name>[A-Za-z][A-Za-z\d]*)(?<attributes>(?: [\w:-]+="[^"<>]*")*)\/?>$/.exec(tag)?.groups;
    if (whole === undefined) return `not one tag: ${tag}`;
    if (/^(?:script|foreignobject|animate\w*|set|a|iframe|object|embed|handler|listener|feimage|discard|mpath|link|img|metadata|font|cursor|view)$/i.test(whole['name'] ?? '')) return tag;
    for (const [attribute, name, escaped] of (whole['attributes'] ?? '').matchAll(/ ([\w:-]+)="([^"]*)"/g) as Iterable<[string, string, string]>) {
      const value = escaped.replace(/&(?:lt|gt|quot|amp);/g, (sign) => SIGNS[sign] as string);
      if (/^on/i.test(name) || (name.includes(':') && !['xlink:href', 'xml:lang', 'xml:space'].includes(name)) || /^(?:href|src|xmlns)$/.test(name)) return attribute;
      if (name === 'xlink:href' ? !/^#[^\s"'()<>\\]+$/.test(value) && !PICTURE.test(value) : name !== 'id' && leadsOut(value)) return attribute;
    }
  }
  for (const [, sheet] of body.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)) if (leadsOut((sheet as string).replace(/&\w+;/g, '>'))) return sheet as string;
  return null;
}
const leadsOut = (value: string): boolean => /[\\@]|\/\/|\/\*|javascript|vbscript|data:|https?:|file:|expression|\bimport\b|binding|behavior|image-set|var\(|<\//i.test(value) || /url\((?!#[^\s"'()<>\\;{}]+\))/i.test(value);

describe('hostile drawings', () => {
  it(`are refused or kept without harm: ${hostileDrawings.length} forms`, async (t) => {
    const counts = { refused: 0, cleaned: 0 };
    for (const [title, text, refused] of hostileDrawings) {
      if (title !== 'a page around it all' && !title.startsWith('two bytes')) assert.equal(formOf(bytesOf(text)), 'svg', title);
      const result = await clean(text).catch((error: unknown) => error);
      if (refused === 'refused') assert.ok(result instanceof Finding, `${title}: ${String(result).slice(0, 400)}`);
      else {
        assert.equal(typeof result, 'string', `${title}: ${String(result)}`);
        assert.equal(dangerOf(result as string), null, title);
        if (title !== 'a script by another prefix') assert.match(result as string, /fill="red"/, title);
      }
      counts[result instanceof Finding ? 'refused' : 'cleaned'] += 1;
    }
    t.diagnostic(`hostile drawings: ${JSON.stringify(counts)}`);
  });

  it('of the corpus of a well-known sanitiser: as they are, and within a drawing', { skip: without(INJECTION, 'injection') }, async (t) => {
    const counts = { refused: 0, cleaned: 0 };
    for (const { payload } of JSON.parse(readFileSync(join(INJECTION!, 'dompurify_expect.json'), 'utf8')) as { payload: string }[]) {
      for (const text of [payload, `<svg xmlns="http://www.w3.org/2000/svg">${payload}</svg>`, `<svg xmlns="http://www.w3.org/2000/svg"><style>${payload.replace(/[<&]/g, '')}</style></svg>`]) {
        const result = await clean(text).catch((error: unknown) => error);
        if (typeof result === 'string') assert.equal(dangerOf(result), null, text);
        else assert.ok(result instanceof Finding, text);
        counts[typeof result === 'string' ? 'cleaned' : 'refused'] += 1;
      }
    }
    t.diagnostic(`the corpus: ${JSON.stringify(counts)}`);
  });
});

describe('honest drawings', () => {
  for (const [title, text, kept] of honestDrawings) {
    it(`of ${title} keep what is seen`, async () => {
      const result = await clean(text);
      for (const piece of kept) assert.ok(result.includes(piece), `${piece} is missing in ${result}`);
      assert.equal(dangerOf(result), null);
      assert.doesNotMatch(result, /inkscape|sodipodi|Dana|Illustrator/);
    });
  }

  it('say what was left out, in words', async () => {
    const { removed } = await cleanSvg(Buffer.from('<!--x--><svg xmlns="http://www.w3.org/2000/svg" onload="a()"><script/><metadata/><set/><a href="https://a.example/"><image href="b.png"/></a><style>@import "c";</style></svg>'));
    assert.deepEqual(removed.toSorted(), ['animation', 'comments', 'details of its program', 'event handlers', 'links', 'pictures', 'script', 'styles']);
  });

  it('carry pictures without what those tell', async () => {
    const result = await clean(`<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/jpeg;base64,${tellingPng('Dana Levi').toString('base64')}"/></svg>`);
    assert.ok(result.includes(`data:image/png;base64,${PNG.toString('base64')}`), result);
  });

  it('in an old encoding are read as they say', async () => {
    const hebrew = Buffer.concat([Buffer.from('<?xml version="1.0" encoding="windows-1255"?><svg xmlns="http://www.w3.org/2000/svg"><text>'), Buffer.from([0xf9, 0xec, 0xe5, 0xed]), Buffer.from('</text></svg>')]);
    assert.match(await clean(hebrew), /<text>שלום<\/text>/);
  });
});

/** Drawings of everything that drawings are made of, and of a good deal that they are not. */
const bit = fc.oneof(
  fc.constantFrom('<svg xmlns="http://www.w3.org/2000/svg">', '</svg>', '<g ', '<g>', '</g>', '<rect ', '/>', '>', '<style>', '</style>', '<![CDATA[', ']]>', '<!--', '-->', '<text>', '</text>', '<title>', '</title>', '<a href="', '<image xlink:href="', '<use href="#', '<x:y ', 'xmlns:x="', '<script>', '</script>'),
  fc.constantFrom('"', "'", '=', ' ', '\n', '\r', '\t', ';', ':', '{', '}', '(', ')', '/*', '*/', '\\', '@', '!important', '&lt;', '&#x3c;', '&amp;', '&quot;', '&#13;', '&#10;', '\u00a0', '\u2028', 'שלום', '👋'),
  fc.constantFrom('id="a"', 'class="a b"', 'style="', 'fill="', 'd="M0 0"', 'url(#a)', 'url("#a")', 'url(', '#a', '.a', 'fill', 'font-family', 'red', 'http://', 'data:image/png;base64,', `java${'script:'}`, 'onload="', 'xml:space="preserve"', 'href="', 'transform="rotate(1)"', 'expression('),
);
const attribute = fc.tuple(fc.constantFrom('id', 'class', 'style', 'fill', 'd', 'onload', 'href', 'xlink:href', 'xml:lang', 'transform', 'clip-path', 'x', 'aria-label'), fc.array(bit, { maxLength: 6 }).map((bits) => bits.join('').replace(/[<"]/g, '').replace(/&(?!\w+;|#\w+;)/g, '')))
  .map(([name, value]) => [name, `${name}="${value}"`] as const);
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, fc.array(bit, { maxLength: 5 }).map((bits) => bits.join('').replace(/[<&]|\]\]>/g, '')), fc.tuple(fc.constantFrom('g', 'rect', 'text', 'tspan', 'style', 'a', 'title', 'use', 'image', 'script', 'foreignObject', 'defs', 'clipPath'), fc.uniqueArray(attribute, { maxLength: 4, selector: ([name]) => name }), fc.array(tie('node'), { maxLength: 4 })).map(([name, attributes, children]) => `<${name} ${attributes.map(([, text]) => text).join(' ')}>${children.join('')}</${name}>`)),
}));

test('what was cleaned is clean, and comes out the same however often', async () => {
  let kept = 0;
  const anything = fc.oneof({ weight: 3, arbitrary: fc.array(tree.node, { maxLength: 5 }).map((nodes) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${nodes.join('')}</svg>`) }, { weight: 1, arbitrary: fc.array(bit, { maxLength: 30 }).map((bits) => `<svg xmlns="http://www.w3.org/2000/svg">${bits.join('')}</svg>`) });
  await fc.assert(fc.asyncProperty(anything, async (text) => {
    let once: string;
    try {
      once = await clean(text);
    } catch (error) {
      // Not "unstable": that would be a fault of the cleaner's own.
      assert.ok(error instanceof Finding && error.facts['why'] !== 'unstable', String(error));
      return;
    }
    kept += 1;
    assert.equal(dangerOf(once), null, once);
    assert.equal(await clean(once), once);
    assert.equal(formOf(Buffer.from(once)), 'svg');
  }), { numRuns: 1_500 });
  assert.ok(kept > 500, `${kept} were kept`);
});

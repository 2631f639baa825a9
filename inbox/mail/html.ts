// HTML of mails made harmless: an allow-list of what draws text, images held back until somebody asks, links that say where they lead.
import sanitizeHtml from 'sanitize-html';

export interface CleanHtml {
  readonly html: string;
  /** Images that would be fetched from elsewhere: they stand as `data-src` and are not loaded. */
  readonly remoteImages: number;
}

/** Characters of a mail's HTML that are read; of more the text alone is shown. */
export const LONGEST_HTML = 1_000_000;
const LONGEST_INLINE_IMAGE = 300_000;
const TEXT_TAGS = ['p', 'div', 'br', 'hr', 'span', 'b', 'strong', 'i', 'em', 'u', 's', 'strike', 'del', 'ins', 'sub', 'sup', 'small', 'big', 'font', 'center', 'blockquote', 'pre', 'code', 'tt',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'a', 'img', 'bdi', 'bdo', 'abbr', 'q', 'cite', 'address'];
/** What stands in these is code, or another document: it goes with them. */
const NO_TEXT = ['script', 'style', 'textarea', 'option', 'select', 'noscript', 'title', 'iframe', 'frame', 'frameset', 'noembed', 'noframes', 'xmp', 'plaintext', 'listing', 'svg', 'math', 'template', 'object', 'embed', 'applet', 'audio', 'video', 'canvas', 'map'];
const LENGTH = /^\d{1,4}(?:\.\d{1,2})?(?:px|pt|em|rem|ex|%)?$/;
const LENGTHS = /^(?:auto|\d{1,4}(?:\.\d{1,2})?(?:px|pt|em|rem|%)?)(?: (?:auto|\d{1,4}(?:\.\d{1,2})?(?:px|pt|em|rem|%)?)){0,3}$/;
const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,24}|rgba?\([\d\s.,%/]{3,40}\))$/i;
const WORD = /^[a-z-]{3,24}$/i;
const LINE = /^(?:none|0|\d{1,2}(?:\.\d)?(?:px|pt) (?:solid|dashed|dotted|double) (?:#[0-9a-f]{3,8}|[a-z]{3,24}|rgba?\([\d\s.,%/]{3,40}\)))$/i;
const FACE = /^[\w\s,'"-]{1,200}$/;
/** Nothing that places, hides, layers or fetches. */
const STYLES: Readonly<Record<string, RegExp[]>> = {
  color: [COLOUR], 'background-color': [COLOUR], 'font-size': [/^(?:[1-9]|[1-6]\d)(?:\.\d{1,2})?(?:px|pt)$/, /^(?:0\.[5-9]\d?|[1-4](?:\.\d{1,2})?)(?:em|rem)$/, /^(?:[5-9]\d|[1-4]\d\d)%$/, /^(?:x-small|small|medium|large|x-large|smaller|larger)$/],
  'font-weight': [/^(?:normal|bold|bolder|lighter|[1-9]00)$/], 'font-style': [/^(?:normal|italic|oblique)$/], 'font-family': [FACE], 'text-decoration': [/^(?:none|underline|line-through)$/],
  'text-align': [/^(?:start|end|left|right|center|justify)$/], 'vertical-align': [WORD], 'white-space': [/^(?:normal|pre|pre-wrap|pre-line)$/], direction: [/^(?:rtl|ltr)$/], 'line-height': [/^(?:normal|[1-3](?:\.\d{1,3})?|1\d\d%|\d{1,2}px)$/],
  padding: [LENGTHS], 'padding-left': [LENGTH], 'padding-right': [LENGTH], 'padding-top': [LENGTH], 'padding-bottom': [LENGTH],
  margin: [LENGTHS], 'margin-left': [LENGTH], 'margin-right': [LENGTH], 'margin-top': [LENGTH], 'margin-bottom': [LENGTH],
  border: [LINE], 'border-left': [LINE], 'border-right': [LINE], 'border-top': [LINE], 'border-bottom': [LINE], 'border-collapse': [/^(?:collapse|separate)$/], 'border-radius': [LENGTH],
  width: [LENGTH], 'max-width': [LENGTH], height: [LENGTH], 'list-style-type': [WORD],
};
const HIDDEN = /(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0|font-size\s*:\s*0(?![.\d]))/i;
const RASTER = /^data:image\/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/]+={0,2}$/;
const TINY = /^\s*[01](?:px)?\s*$/;

type Attributes = Record<string, string>;
const kept = (attributes: Attributes, names: readonly string[]): Attributes => Object.fromEntries(names.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])));

/** Where a link leads, as it is shown beside it: the host as A-labels, so that no letter only looks like another. */
function linked(attributes: Attributes): Attributes {
  const url = URL.parse((attributes['href'] ?? '').trim());
  if (url === null || !['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return {};
  const host = url.protocol === 'mailto:' || url.protocol === 'tel:' ? url.pathname.slice(0, 100) : url.host;
  return { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow', 'data-host': host, ...kept(attributes, ['style', 'dir']) };
}

function pictured(attributes: Attributes, count: () => void): Attributes {
  const source = (attributes['src'] ?? '').trim();
  const plain = kept(attributes, ['alt', 'width', 'height', 'style']);
  if (/^cid:/i.test(source)) return { ...plain, 'data-cid': source.slice(4, 300) };
  if (source.length <= LONGEST_INLINE_IMAGE && RASTER.test(source)) return { ...plain, src: source };
  const url = URL.parse(source.startsWith('//') ? `https:${source}` : source);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return plain;
  // Nobody looks at one pixel: it tells the sender that the mail was read.
  if (TINY.test(attributes['width'] ?? '') || TINY.test(attributes['height'] ?? '')) return plain;
  count();
  return { ...plain, 'data-src': url.href };
}

const MOST_TAGS = 40_000;
const MOST_DEPTH = 400;
/** Those that people leave open count for no depth. */
const OPEN_ENDED: ReadonlySet<string> = new Set(['p', 'li', 'td', 'th', 'tr', 'dt', 'dd', 'br', 'hr', 'img', 'meta', 'link', 'input', 'col', 'option', 'base', 'wbr', 'source', 'area', 'embed', 'param']);

/** Was it made to be taken apart slowly? What nests without end costs its square. */
function unreasonable(html: string): boolean {
  let tags = 0;
  let depth = 0;
  for (const [, closing, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)/gi)) {
    if ((tags += 1) > MOST_TAGS) return true;
    if (OPEN_ENDED.has(name.toLowerCase())) continue;
    depth = closing === '/' ? Math.max(0, depth - 1) : depth + 1;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}

/** What is left of HTML that a stranger wrote. The same again gives the same. */
export function cleanHtml(source: string): CleanHtml {
  const whole = source.slice(0, LONGEST_HTML).toWellFormed().replaceAll('\0', '');
  // Its text alone.
  if (unreasonable(whole)) return { html: whole.replace(/<[^>]*>?/g, ' ').replace(/[<>]/g, ' ').replace(/&(?![a-z#0-9]{2,8};)/gi, '&amp;').replace(/\s+/g, ' ').trim(), remoteImages: 0 };
  let remoteImages = 0;
  const html = sanitizeHtml(whole, {
    allowedTags: TEXT_TAGS,
    nonTextTags: NO_TEXT,
    allowedAttributes: {
      '*': ['dir', 'align', 'style', 'lang'], a: ['href', 'target', 'rel', 'data-host'], img: ['alt', 'width', 'height', 'src', 'data-src', 'data-cid'],
      table: ['width', 'cellpadding', 'cellspacing', 'border', 'bgcolor'], td: ['colspan', 'rowspan', 'valign', 'width', 'bgcolor', 'height'], th: ['colspan', 'rowspan', 'valign', 'width', 'bgcolor'], tr: ['bgcolor', 'valign'],
      col: ['span', 'width'], font: ['color', 'size', 'face'], ol: ['start', 'type'], li: ['value'],
    },
    allowedStyles: { '*': STYLES },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['data'] },
    allowedSchemesAppliedToAttributes: ['href', 'src'],
    allowProtocolRelative: false,
    nestingLimit: 100,
    parseStyleAttributes: true,
    transformTags: {
      // What is hidden goes with its text, as a template's does. Asked before styles are judged.
      '*': (tagName, attribs) => (tagName !== 'img' && tagName !== 'br' && tagName !== 'hr' && HIDDEN.test(attribs['style'] ?? '') ? { tagName: 'template', attribs: {} } : { tagName, attribs }),
      a: (_tag, attributes) => ({ tagName: 'a', attribs: attributes['data-host'] !== undefined && attributes['href'] === undefined ? {} : linked(attributes) }),
      img: (_tag, attributes) => {
        const again = attributes['data-src'] ?? (attributes['data-cid'] === undefined ? undefined : `cid:${attributes['data-cid']}`);
        return { tagName: 'img', attribs: pictured(again === undefined ? attributes : { ...attributes, src: again }, () => void (remoteImages += 1)) };
      },
    },
    exclusiveFilter: ({ tag, attribs }) => (tag === 'img' && attribs['src'] === undefined && attribs['data-src'] === undefined && attribs['data-cid'] === undefined && (attribs['alt'] ?? '') === ''),
  });
  return { html, remoteImages };
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** The text of HTML that `cleanHtml` made: lines where blocks end, nothing of the tags. */
export function textOfHtml(clean: string): string {
  return clean
    .replace(/\s+/g, ' ')
    .replace(/<(?:br|hr)\b[^>]*>/g, '\n')
    .replace(/<li\b[^>]*>/g, '\n- ')
    .replace(/<\/(?:p|h[1-6]|blockquote|pre|table|ul|ol|dl)>/g, '\n\n')
    .replace(/<\/(?:div|tr|dt|dd|address|caption|center)>/g, '\n')
    .replace(/<\/t[dh]>/g, ' ')
    .replace(/<img\b[^>]*?\balt="([^"]+)"[^>]*>/g, '[$1]')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/[ \t]+/g, ' ').replace(/ *\n */g, '\n').replace(/\n{3,}/g, '\n\n').trim();
}

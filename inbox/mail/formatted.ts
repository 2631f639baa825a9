// The formatted version of a mail as a document of its own: what was sanitised when it came, once more, with its images held back until somebody asks.
import { cleanHtml } from '#inbox/mail/html.ts';

export interface FormattedParts {
  /** Images of others are fetched, by the browser of whoever asked. */
  readonly images: boolean;
  /** Bytes of the mail's own images, by Content-ID: `data:` addresses. */
  readonly inline: ReadonlyMap<string, string>;
}

const STYLE = `:root{color-scheme:light}html{background:#fff;color:#1c2321;font:15px/1.5 system-ui,sans-serif}body{margin:0;padding:12px;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}
a{color:#0b5c50}a[data-host]::after{content:" [" attr(data-host) "]";font-size:.85em;color:#5a6662}blockquote{margin-inline:0;padding-inline-start:10px;border-inline-start:3px solid #d8dedb;color:#4b5754}
.held{display:inline-block;padding:1px 6px;border:1px dashed #9aa5a1;border-radius:4px;font-size:.8em;color:#5a6662}`;

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];

/** What cleanHtml wrote is well formed: inside a tag every quote and angle bracket of a value is an entity. */
function pictures(html: string, { images, inline }: FormattedParts): string {
  return html.replace(/<img\b[^>]*>/g, (tag) => {
    const cid = attribute(tag, 'data-cid');
    const remote = attribute(tag, 'data-src');
    const alt = attribute(tag, 'alt') ?? '';
    const held = `<span class="held">${alt === '' ? 'image' : alt}</span>`;
    if (cid !== undefined) {
      const found = inline.get(cid.replaceAll('&amp;', '&'));
      return found === undefined ? held : tag.replace(` data-cid="${cid}"`, ` src="${found}"`);
    }
    if (remote === undefined) return tag;
    return images ? tag.replace(' data-src="', ' src="') : held;
  });
}

/** The document. Its policy of content is the server's to send with it. */
export function formattedDocument(html: string, parts: FormattedParts): string {
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Mail</title><style>${STYLE}</style></head><body dir="auto">${pictures(cleanHtml(html).html, parts)}</body></html>`;
}

/** No script, no form, no frame, no font, nothing fetched but images, and those only where they were asked for. `sandbox`: an origin of its own, whoever opens it. */
export const formattedPolicy = (images: boolean, ancestors: string): string =>
  `default-src 'none'; img-src data:${images ? ' https: http:' : ''}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors ${ancestors}; sandbox allow-popups allow-popups-to-escape-sandbox`;

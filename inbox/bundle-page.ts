// One conversation as a page that a person reads: plain HTML without a script, everything that somebody wrote as text.

export interface ShownMessage {
  readonly number: number;
  readonly kind: 'text' | 'note' | 'event';
  readonly from: 'customer' | 'agent' | 'system';
  readonly name: string;
  readonly at: string;
  readonly verified: boolean;
  /** null: it was removed. */
  readonly text: string | null;
  readonly removedAt: string | null;
  readonly files: readonly ShownFile[];
}

export interface ShownFile {
  readonly name: string;
  readonly state: string;
  readonly bytes: number | null;
  /** Where it stands in the bundle; null where it is not in it. */
  readonly path: string | null;
}

export interface ShownHead {
  readonly number: number;
  readonly status: string;
  readonly begunAt: string;
  readonly tags: readonly string[];
}

/** RFC 3339, UTC. */
export const instant = (at: number): string => new Date(at).toISOString();

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** What the parser takes for the beginning of something stands as itself (OWASP ASVS 1.2.1). */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);

const STYLE = 'body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}article{border-block-end:1px solid #ddd;padding-block:.75rem}p{margin:.25rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}header{color:#555;font-size:.875rem}';

/** Named, never linked: what is opened from here is opened by a person who knows what it is. */
const fileLine = ({ name, path, state }: ShownFile): string => (state === 'deleted' ? '<p><em>A file was removed.</em></p>' : `<p>File: <bdi>${escaped(name)}</bdi>${path === null ? ` (${escaped(state)})` : ` (<code>${escaped(path)}</code>)`}</p>`);

function article({ name, from, at, verified, text, removedAt, files }: ShownMessage): string {
  const said = text === null ? `<p><em>This message was removed (${escaped(removedAt ?? '')}).</em></p>` : `<p dir="auto">${escaped(text)}</p>`;
  return `<article><header><bdi>${escaped(name)}</bdi> (${from}${verified ? ', verified' : ''}) · <time datetime="${escaped(at)}">${escaped(at)}</time></header>${said}${files.map(fileLine).join('')}</article>`;
}

/** The whole page. A browser that opens it runs and loads nothing: the policy in its head says so, beside that there is nothing. */
export function conversationPage(brandName: string, head: ShownHead, messages: readonly ShownMessage[]): string {
  const tags = head.tags.length === 0 ? '' : ` · ${head.tags.map((tag) => `<bdi>${escaped(tag)}</bdi>`).join(', ')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<title>Conversation ${head.number}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Conversation ${head.number}</h1>
<p>With <bdi>${escaped(brandName)}</bdi> · ${escaped(head.status)} · begun ${escaped(head.begunAt)}${tags}</p>
${messages.map(article).join('\n')}
</body>
</html>
`;
}

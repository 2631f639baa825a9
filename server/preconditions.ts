// Conditional requests for what never changes and has a strong tag (RFC 9110 §13): If-Match, If-None-Match and If-Range, in the RFC's order.
import type { IncomingHttpHeaders } from 'node:http';

/** `go`: answer in full. `same`: 304, the asker has it. `failed`: 412. */
export type Precondition = 'go' | 'same' | 'failed';

const TAG = /^[ \t]*(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)/;

interface Tag {
  readonly weak: boolean;
  readonly tag: string;
}

/** The tags of a list; null when it is not one. */
function tagsOf(header: string): readonly Tag[] | null {
  const tags: Tag[] = [];
  let rest = header;
  while (rest.trim() !== '') {
    const found = TAG.exec(rest);
    if (found === null) return null;
    tags.push({ weak: found[1] !== undefined, tag: found[2] as string });
    rest = rest.slice(found[0].length);
  }
  return tags;
}

/**
 * RFC 9110 §13.2.2. There is no date to compare with, so the fields that carry one say nothing (§13.1.3, §13.1.4). A list that is not one
 * matches nothing: If-Match then fails, If-None-Match lets through.
 */
export function judgePreconditions(headers: Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>, etag: string): Precondition {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && match.trim() !== '*' && !(tagsOf(match) ?? []).some(({ weak, tag }) => !weak && tag === etag)) return 'failed';
  if (noneMatch !== undefined && (noneMatch.trim() === '*' || (tagsOf(noneMatch) ?? []).some(({ tag }) => tag === etag))) return 'same';
  return 'go';
}

/** May the Range be followed? Only when If-Range is not there, or names this very file by its strong tag (§13.1.5). */
export function mayFollowRange(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag;
}

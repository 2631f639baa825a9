// What a page of ours may say over its socket: read from text, or nothing.
import { isRecord } from '#policy/fault.ts';

export type Frame =
  /** The page was cut off, or begins: how far it has seen the feed, and what it looks at. */
  | { readonly type: 'resume'; readonly feed: number | null; readonly watching: string | null }
  /** It looks at a conversation, or at none any more. */
  | { readonly type: 'watch'; readonly conversation: string | null }
  /** Its person is typing there. */
  | { readonly type: 'typing'; readonly conversation: string };

const ID = /^[a-z]{1,8}_[0-9a-z]{1,40}$/;
const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);
const isIdOrNull = (value: unknown): value is string | null => value === null || isId(value);
const isFeed = (value: unknown): value is number | null => value === null || (Number.isSafeInteger(value) && (value as number) >= 0);

/** null for whatever no page of ours says. */
export function readFrame(text: string): Frame | null {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(said)) return null;
  const { type, feed, watching, conversation } = said;
  if (type === 'resume' && isFeed(feed) && isIdOrNull(watching)) return { type, feed, watching };
  if (type === 'watch' && isIdOrNull(conversation)) return { type, conversation };
  return type === 'typing' && isId(conversation) ? { type, conversation } : null;
}

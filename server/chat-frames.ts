// The frames of the chat's WebSocket: how a text is read, what is no frame of ours, and when somebody sends too many.
import { type DenialCode, denials } from '#policy/decision.ts';
import { textFaults } from '#inbox/message-writing.ts';
import { MOST_FILES } from '#media/attachments.ts';

/** Why the server closes a customer's socket (4000–4999 are an application's own, RFC 6455 7.4.2). The reason is the code of the denial. */
export const CHAT_CLOSE = { session: 4401, site: 4403, noHello: 4408, tooLarge: 4413, flood: 4429, unavailable: 4503, leaving: 1001 } as const;

/** Bytes. 8,000 characters of any script fit, with what JSON puts around them. */
export const LARGEST_FRAME = 32 * 1024;
const MINUTE = 60_000;
const MOST_REFUSED = 100;
const MOST_FRAMES = 600;
const CLIENT_ID = /^[A-Za-z0-9_-]{8,64}$/;

export type Frame =
  | { readonly type: 'hello'; readonly token: string; readonly since: number | null }
  | { readonly type: 'send'; readonly id: string; readonly text: string; readonly files: readonly string[] }
  | { readonly type: 'typing' };

/** A message that cannot be taken is told with the id it came with, so that the page knows which. */
export type ReadFrame = { readonly ok: true; readonly frame: Frame } | { readonly ok: false; readonly code: DenialCode; readonly id?: string };

const UNREADABLE: ReadFrame = Object.freeze({ ok: false, code: 'chat.frame_unreadable' });

export const isText = (text: unknown, files = 0): text is string => typeof text === 'string' && textFaults(text, 'text', files).length === 0;
const FILE_ID = /^fil_[0-9a-z]{26}$/;
const areFiles = (files: unknown): files is string[] => Array.isArray(files) && files.length <= MOST_FILES && files.every((id) => typeof id === 'string' && FILE_ID.test(id));
export const isClientId = (id: unknown): id is string => typeof id === 'string' && CLIENT_ID.test(id);

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function readFrame(text: string): ReadFrame {
  const said = parsed(text);
  if (said === null) return UNREADABLE;
  const { type, token, since, id } = said;
  if (type === 'typing') return { ok: true, frame: { type } };
  if (type === 'hello') {
    const place = since === null || since === undefined ? null : since;
    if (typeof token !== 'string' || (place !== null && !(Number.isSafeInteger(place) && (place as number) >= 0))) return UNREADABLE;
    return { ok: true, frame: { type, token, since: place as number | null } };
  }
  if (type !== 'send' || !isClientId(id)) return UNREADABLE;
  const files = said['files'] ?? [];
  if (!areFiles(files)) return UNREADABLE;
  return isText(said['text'], files.length) ? { ok: true, frame: { type, id, text: said['text'], files } } : { ok: false, code: 'chat.text_length', id };
}

/** What the store says of a text that no database keeps unchanged; over HTTP the same code has the same words. */
const UNSTORABLE = 'The text must not contain NUL characters or halves of surrogate pairs, which no database keeps unchanged.';

/** What the page is told where something was not taken. */
export function refusedFrame(code: DenialCode | 'text.unstorable', more: { readonly id?: string; readonly ref?: string; readonly retryAfter?: number } = {}): string {
  const detail = code === 'text.unstorable' ? UNSTORABLE : denials[code as DenialCode].sentence;
  return JSON.stringify({ type: 'refused', code, detail, ...more });
}

/** Counts by session, and by minute of uptime. */
export interface Floods {
  /** One more was refused; true once it was so many within a minute that this is no person. */
  refused(sessionId: string): boolean;
  stillOn(sessionId: string): boolean;
  sweep(): void;
}

export function openFloods(uptime: () => number): Floods {
  const known = new Map<string, { since: number; refused: number }>();
  const present = (id: string): { since: number; refused: number } | undefined => {
    const one = known.get(id);
    return one !== undefined && uptime() - one.since < MINUTE ? one : undefined;
  };
  return {
    refused(id) {
      const one = present(id) ?? { since: uptime(), refused: 0 };
      known.set(id, one);
      one.refused += 1;
      return one.refused >= MOST_REFUSED;
    },
    stillOn: (id) => (present(id)?.refused ?? 0) >= MOST_REFUSED,
    sweep() {
      for (const id of known.keys()) if (present(id) === undefined) known.delete(id);
    },
  };
}

/** How many frames of any kind one socket sent in this minute of uptime. */
export interface Counted {
  frames: number;
  framesSince: number;
}

/** One more frame; false when no page of ours sends so many. */
export function countFrame(one: Counted, at: number): boolean {
  if (at - one.framesSince >= MINUTE) {
    one.framesSince = at;
    one.frames = 0;
  }
  one.frames += 1;
  return one.frames <= MOST_FRAMES;
}

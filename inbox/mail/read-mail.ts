// What a mail that came in says, read once and bounded: the shapes that the thread which reads it gives to whoever keeps it.

export interface MailAddress {
  /** As the sender wrote it, one line; may be empty. */
  readonly name: string;
  /** As the sender wrote it: not checked, and not proven. */
  readonly address: string;
}

export interface ReadFile {
  readonly name: string;
  readonly type: string;
  /** Without its brackets; what `cid:` in the HTML names. */
  readonly contentId: string | null;
  readonly inline: boolean;
  readonly content: Uint8Array;
}

/** `person`: somebody wrote it. `answer`: a program answered for somebody (absence). `program`: a program or a list sent it. (RFC 3834) */
export type Written = 'person' | 'answer' | 'program';

/** What a report of delivery tells of one recipient (RFC 3464). */
export interface Undelivered {
  readonly address: string;
  readonly action: 'failed' | 'delayed' | 'other';
  /** RFC 3463, such as 5.1.1; empty when the report has none. */
  readonly status: string;
  readonly reason: string;
}

export interface Bounce {
  /** The Message-ID of the mail that came back; null when the report does not name it. */
  readonly of: string | null;
  readonly recipients: readonly Undelivered[];
}

export interface ReadMail {
  /** With its brackets; empty when there is none that can be used. */
  readonly messageId: string;
  /** Message-IDs that In-Reply-To and References name, the nearest first. */
  readonly refs: readonly string[];
  readonly from: MailAddress | null;
  /** Who else stands in From. */
  readonly alsoFrom: readonly MailAddress[];
  readonly replyTo: MailAddress | null;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  /** What servers on the way wrote down as the recipient. */
  readonly deliveredTo: readonly string[];
  readonly subject: string;
  /** The whole text. */
  readonly text: string;
  /** The text without what it quotes at its end. */
  readonly said: string;
  /** Sanitised; null when the mail has none. */
  readonly html: string | null;
  /** Images that would be fetched from elsewhere. */
  readonly remoteImages: number;
  /** The header as it came, cut at its bound. */
  readonly headers: string;
  readonly written: Written;
  readonly loops: readonly string[];
  readonly bounce: Bounce | null;
  /** What the last server that received it said of SPF, DKIM and DMARC; shown, never believed. */
  readonly authentication: string | null;
  readonly files: readonly ReadFile[];
  /** Files beyond the most that are taken. */
  readonly filesLeft: number;
}

/** Why a mail could not be read; a person is shown the sentence. */
export const UNREADABLE = {
  parts: 'It has more parts than are read (1,000).',
  depth: 'Its parts are nested deeper than are read (100).',
  header: 'Its header is larger than is read (256 KiB).',
  time: 'Reading it took too long, so it was given up.',
  memory: 'Reading it took too much memory, so it was given up.',
  broken: 'It could not be read.',
} as const;

export type UnreadableWhy = keyof typeof UNREADABLE;
export type Reading = { readonly ok: true; readonly mail: ReadMail } | { readonly ok: false; readonly why: UnreadableWhy };

// The parts the building is put together from, handed to every door and route.
import type { FastifyBaseLogger } from 'fastify';
import type { LiveKeys } from '#identity/live-keys.ts';
import type { Keyring } from '#identity/keyring.ts';
import type { BreachLookup } from '#identity/password-judge.ts';
import type { Sessions } from '#identity/sessions.ts';
import type { Folding } from '#audit/fold.ts';
import type { IntakeParts } from '#media/intake.ts';
import type { Openings } from '#media/openings.ts';
import type { Thumbnails } from '#media/thumbnails.ts';
import type { Mail } from '#outside/mail/mail.ts';
import type { Webhooks } from '#outside/webhooks/webhooks.ts';
import type { Sms } from '#outside/sms/sms.ts';
import type { Store } from '#store/store.ts';
import type { Brands } from '#server/brands.ts';
import type { ChatLive } from '#server/chat-live.ts';
import type { Config } from '#server/config.ts';
import type { Explainers } from '#server/explainers.ts';
import type { Transfers } from '#server/file-transfer.ts';
import type { Feed } from '#server/feed.ts';
import type { InboxLive } from '#server/inbox-live.ts';
import type { Journal } from '#server/journal.ts';
import type { Live } from '#server/live.ts';
import type { MailIn } from '#server/mail-in.ts';
import type { KeyRates } from '#server/key-rates.ts';
import type { Murmurs } from '#server/murmurs.ts';
import type { Notices } from '#server/notices.ts';
import type { Presence } from '#server/presence.ts';
import type { Problems } from '#server/problems.ts';
import type { FileRate } from '#server/doors/upload.ts';
import type { Rate } from '#server/rate.ts';

export type { Rate };

export interface Parts {
  readonly config: Config;
  readonly version: string;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly sms: Sms | null;
  readonly mail: Mail;
  readonly breach: BreachLookup;
  /** Calls the receivers of webhooks. */
  readonly webhooks: Webhooks;
  /** How files come in, and where they lie. */
  readonly media: IntakeParts;
  /** Files that are being handed out. */
  readonly transfers: Transfers;
  /** Who opened which file. */
  readonly openings: Openings;
  /** Small pictures of files. */
  readonly thumbnails: Thumbnails;
  readonly brands: Brands;
  readonly sessions: Sessions;
  /** The API keys in memory. */
  readonly apiKeys: LiveKeys;
  /** What each key may still do, over all nodes. */
  readonly keyRates: KeyRates;
  readonly folding: Folding;
  readonly problems: Problems;
  /** What the doors decided, and from which facts. */
  readonly journal: Journal;
  /** Explains decisions, in a thread of its own. */
  readonly explainers: Explainers;
  readonly notices: Notices;
  readonly live: Live;
  /** What changes in the inbox. */
  readonly feed: Feed;
  /** The open sockets of customers. */
  readonly chat: ChatLive;
  /** What passes: typing, looking. */
  readonly murmurs: Murmurs;
  /** Which agents are here, and whether one is available. */
  readonly presence: Presence;
  /** What pages are told of the inbox. */
  readonly inboxLive: InboxLive;
  /** Mail that comes in, and how it is filed. */
  readonly mailIn: MailIn;
  /** What one session may ask. */
  readonly rate: Rate;
  /** What one network may knock at the entrance. */
  readonly entranceRate: Rate;
  /** How many files one person, and one network, may send. */
  readonly fileRate: FileRate;
  readonly log: FastifyBaseLogger;
  /** The clock, ms since 1970 UTC; tests pass their own. */
  readonly now: () => number;
  /** Milliseconds since some moment, never set back: for spans that a change of the clock must not stretch. */
  readonly uptime: () => number;
}

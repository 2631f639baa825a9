// Opens everything the server is made of, in order, and closes it in the other.
import { join } from 'node:path';
import pino from 'pino';
import type { FastifyBaseLogger } from 'fastify';
import { openFolding } from '#audit/fold.ts';
import { yieldToAnswers } from '#identity/hash-threads.ts';
import { sessionRow } from '#identity/chat-sessions.ts';
import { openLiveKeys } from '#identity/live-keys.ts';
import { openSessions } from '#identity/sessions.ts';
import { type Examiners, openExaminers } from '#media/examiners.ts';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { newId } from '#identity/tokens.ts';
import { openWebhooks, type WebhooksParts } from '#outside/webhooks/webhooks.ts';
import { openConverters } from '#media/converter.ts';
import { openOpenings } from '#media/openings.ts';
import { openThumbnails } from '#media/thumbnails.ts';
import { openOutside, type Outside } from '#server/outside.ts';
import { type App, buildApp } from '#server/app.ts';
import { openBrands } from '#server/brands.ts';
import { openChatLive } from '#server/chat-live.ts';
import { CHAT_NETWORK_RATE, type ChatNetworkRate } from '#server/chat-networks.ts';
import type { Config } from '#server/config.ts';
import { type Data, openData } from '#server/data.ts';
import { FILE_RATE, type FileRate } from '#server/doors/upload.ts';
import { judgeSession } from '#server/doors/workspace.ts';
import { openFeed } from '#server/feed.ts';
import { openInboxLive } from '#server/inbox-live.ts';
import { uploadJournal } from '#server/file-journal.ts';
import { type Journal, openJournal } from '#server/journal.ts';
import { openLive } from '#server/live.ts';
import { openExplainers } from '#server/explainers.ts';
import { openMailIn, openMailListener } from '#server/mail-in.ts';
import { openKeyRates } from '#server/key-rates.ts';
import { openMurmurs } from '#server/murmurs.ts';
import { openTransfers } from '#server/file-transfer.ts';
import { openNotices } from '#server/notices.ts';
import type { Parts, Rate } from '#server/parts.ts';
import { openPresence } from '#server/presence.ts';
import { openProblems } from '#server/problems.ts';
import { socketServers } from '#server/raw-answer.ts';
import { endIfOver } from '#server/session-end.ts';
import { appendFolded, startRounds } from '#server/workers/rounds.ts';
import { VERSION } from '#server/version.ts';
import { signHeads } from '#server/workers/heads.ts';

/** How long a stop waits for requests under way. */
const STOP_GRACE_MS = 3_000;

export interface Building {
  readonly parts: Parts;
  readonly app: App;
  /** The port that mail comes in by; null where none is asked for. */
  readonly mailPort: number | null;
  /** In order, once: a second call waits for the first. */
  close(): Promise<void>;
}

export interface Options {
  /** Opened already by whoever starts the server. */
  readonly outside?: Outside;
  readonly data?: Data;
  /** Another in the place of the brand's own. */
  readonly journal?: Journal;
  readonly now?: () => number;
  readonly uptime?: () => number;
  readonly rate?: Rate;
  readonly entranceRate?: Rate;
  readonly chatNetworkRate?: ChatNetworkRate;
  readonly fileRate?: FileRate;
  /** What looks through the files of a folder. */
  readonly examiners?: (folder: string) => Examiners;
  /** How long who asks for a small picture waits until it is made, ms. */
  readonly pictureWaitMs?: number;
  readonly log?: FastifyBaseLogger;
  readonly terminal?: (line: string) => void;
  /** A resolver and certificates of a test's own. */
  readonly webhooks?: Omit<WebhooksParts, 'allowed'>;
  /** False in tests that make the rounds themselves. */
  readonly rounds?: boolean;
}

/** Secrets never reach a log, whoever logs an object that carries them. */
const REDACTED = ['req.headers.cookie', 'req.headers.authorization', 'password', 'token', 'code', 'secret', '*.password', '*.token', '*.code', '*.secret'];

/** Opens the store, the keys and the server around them. Throws StoreFault, KeyFault or ConfigFault with a sentence for the operator. */
export async function openBuilding(config: Config, options: Options = {}): Promise<Building> {
  const now = options.now ?? Date.now;
  const uptime = options.uptime ?? (() => performance.now());
  const log = options.log ?? (pino({ level: config.logLevel, redact: REDACTED }) as FastifyBaseLogger);
  const outside = options.outside ?? openOutside(config, { terminal: options.terminal ?? ((line) => process.stdout.write(`${line}\n`)) });
  const { store, keyring } = options.data ?? await openData(config, now());

  const brands = openBrands(store, uptime);
  const sessions = openSessions(store, { now, uptime });
  const apiKeys = openLiveKeys(store);
  const rate = options.rate ?? { perSecond: 50, burst: 200 };
  const folding = openFolding(() => newId('ref'));
  const problems = openProblems({ store, folding, now });
  const journal = options.journal ?? openJournal({ store, now, brandOf: brands.peek });
  const notices = openNotices({ store, config, warnings: keyring.warnings, now, warn: (text) => log.warn(text) });
  const feed = openFeed({ store, brands, onFault: (error) => log.error({ err: error }, 'what changed in the inbox could not be read; it is read with the next change') });
  const murmurs = openMurmurs(store);
  const presence = openPresence({ store, murmurs, now, uptime, onFault: (error) => log.error({ err: error }, 'who is here could not be written down') });
  const inboxLive = openInboxLive({ store, feed, murmurs, presence, now, uptime, onFault: (error) => log.error({ err: error }, 'pages could not be told of the inbox') });
  const secure = config.publicUrl.protocol === 'https:';
  const sockets = socketServers(secure);
  const live = openLive({
    secure,
    sockets,
    brands,
    sessions,
    judge: (brand, session, client) => judgeSession(brand, session, client, now(), uptime()),
    onRefused: ({ session, brand, client }, decision) => {
      if (decision.allowed) return;
      const door = { door: 'workspace', brand, actor: { kind: 'agent', id: session.person.id } } as const;
      problems.recordSocket(client, decision, door).catch((error: unknown) => log.error({ err: error }, 'the row of a closed socket could not be written'));
      endIfOver(parts, session).catch((error: unknown) => log.error({ err: error }, 'a session could not be ended'));
    },
    attend: inboxLive.attend,
    onPeople: inboxLive.sightsChanged,
    uptime,
  });
  brands.onPeople((brandId) => {
    sessions.forget(brandId);
    apiKeys.forget(brandId);
  });
  brands.onPolicy(({ id }) => sessions.forgetFramed(id));

  // A busy office behind one address signs in at nine; a script does not stop.
  const entranceRate = options.entranceRate ?? { perSecond: 3, burst: 60 };
  const chat = openChatLive({
    sockets, store, brands, problems, feed, murmurs, presence, now, uptime, openRate: entranceRate, networkRate: options.chatNetworkRate ?? CHAT_NETWORK_RATE,
    onFault: (error, what) => log.error({ err: error }, what),
    send: (brandId, says) => sendAsCustomer({ store, commit: brands.commit }, brandId, { ...says, session: sessionRow(says.session) }, now()),
  });

  const spoolFolder = join(config.dataDir, 'incoming');
  const examiners = (options.examiners ?? openExaminers)(spoolFolder);
  const media = { store, commit: brands.commit, keyring, blobs: outside.blobs, antivirus: outside.antivirus, examiners, spoolFolder, now, judged: uploadJournal(journal) };
  const explainers = openExplainers();
  const mailIn = openMailIn({ store, brands, keyring, now, uptime, log, config, media });
  const converters = openConverters();
  const transfers = openTransfers({ uptime, onFault: (error) => log.error({ err: error }, 'a file could not be handed out to its end') });

  const parts: Parts = {
    config,
    version: VERSION,
    store,
    keyring,
    sms: outside.sms,
    mail: outside.mail,
    breach: outside.breach,
    webhooks: openWebhooks({ allowed: config.webhookAllow, ...options.webhooks }),
    media,
    transfers,
    openings: openOpenings({ commit: brands.commit, now, uptime }),
    thumbnails: openThumbnails({ blobs: outside.blobs, converters, now, waitMs: options.pictureWaitMs }),
    brands,
    sessions,
    apiKeys,
    keyRates: openKeyRates(store, rate, uptime),
    folding,
    problems,
    journal,
    notices,
    live,
    feed,
    murmurs,
    presence,
    inboxLive,
    chat,
    mailIn,
    explainers,
    rate,
    entranceRate,
    fileRate: options.fileRate ?? FILE_RATE,
    log,
    now,
    uptime,
  };
  await yieldToAnswers();
  const app = buildApp(parts);
  // A turn later: an own commit first takes over what it changed itself, and is not taken for another node's.
  const stopNotify = store.onNotify(() => void setImmediate(() => brands.confirm().catch((error: unknown) => log.error({ err: error }, 'a change could not be taken over at once'))));
  const listener = await openMailListener(parts, mailIn);
  const stopRounds = options.rounds === false ? async () => undefined : startRounds(parts);

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    stopNotify();
    // A mail that is being filed is let go, before anything is waited for: one with files that take long would hold the stop up. Whoever comes next files it.
    mailIn.stop();
    // Mail under way is kept first, or its sender is told to try again.
    await listener?.close();
    await stopRounds();
    await mailIn.close();
    await explainers.close();
    await live.close();
    await chat.close();
    transfers.close();
    converters.close();
    await parts.thumbnails.close();
    await presence.close();
    // Requests under way are answered; one that does not come to its end is cut.
    const cut = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE_MS);
    await app.close();
    clearTimeout(cut);
    examiners.close();
    // No request is left that could send a text message.
    await parts.sms?.close?.();
    parts.mail.close();
    try {
      await journal.flush();
      await appendFolded(parts, true);
      await signHeads({ store, key: keyring.auditKey, dataDir: config.dataDir, now });
    } finally {
      await store.close();
    }
  }

  return {
    parts,
    app,
    mailPort: listener?.port ?? null,
    close: () => (closing ??= close()),
  };
}

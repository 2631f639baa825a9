// Mail that comes in, put together: what filing a mail needs from the building, and the listener where the configuration asks for one.
import { readFileSync } from 'node:fs';
import { parseAddress } from '#policy/address.ts';
import { networkOf } from '#policy/network.ts';
import type { MailInParts } from '#inbox/mail/filing.ts';
import { openReaders, type Readers } from '#inbox/mail/readers.ts';
import { dedupeOf, destinationOf, keeping } from '#inbox/mail/receiving.ts';
import { refusalNote } from '#inbox/mail/refusal-note.ts';
import type { Listener, Received } from '#outside/mail-in/listener.ts';
import type { BrandId, Statement } from '#store/store.ts';
import { takeMailFile, type Together } from '#server/mail-files-in.ts';
import type { Parts } from '#server/parts.ts';
import { openRates } from '#server/rate.ts';

export interface MailIn {
  readonly filing: Omit<MailInParts, 'takeFile'>;
  takeFile(...given: [...Parameters<MailInParts['takeFile']>, Together]): ReturnType<MailInParts['takeFile']>;
  /** The server stops: what is under way is let go. */
  readonly stopping: AbortSignal;
  stop(): void;
  /** Brands that have something waiting, as far as this node knows; asked once, it is forgotten. */
  rung(): BrandId[];
  ring(brandId: BrandId): void;
  close(): Promise<void>;
}

type Needed = Pick<Parts, 'store' | 'brands' | 'keyring' | 'media' | 'now' | 'uptime' | 'log' | 'config'>;

export function openMailIn(parts: Needed, readers: Readers = openReaders()): MailIn {
  const { store, brands, now } = parts;
  const waiting = new Set<BrandId>();
  const stopping = new AbortController();
  const filing: MailIn['filing'] = {
    store, commit: brands.commit, readers, now,
    refusalNote: (brandId, note, at) => refusalNote(parts, brandId, note, at),
  };
  return {
    filing,
    takeFile: (brandId, owner, file, together) => takeMailFile(parts, brandId, owner, file, together),
    stopping: stopping.signal,
    stop: () => stopping.abort(),
    ring: (brandId) => void waiting.add(brandId),
    rung() {
      const all = [...waiting];
      waiting.clear();
      return all;
    },
    close: () => readers.close(),
  };
}

/** One relay may stand for a whole company, so these are far above what a person sends. */
const CONNECTIONS = 50;
const SENDS = Object.freeze({ perSecond: 200, burst: 2_000 });
const MISSES = Object.freeze({ perSecond: 0.5, burst: 30 });

function networks(uptime: () => number) {
  const of = (address: string): string => networkOf(parseAddress(address) ?? null);
  const sends = openRates(SENDS, uptime);
  const misses = openRates(MISSES, uptime);
  const open = new Map<string, number>();
  return {
    connect(address: string): boolean {
      const network = of(address);
      const present = open.get(network) ?? 0;
      open.set(network, present + 1);
      return present < CONNECTIONS;
    },
    closed(address: string): void {
      const network = of(address);
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    },
    send: (address: string) => sends.take(of(address)),
    miss: (address: string) => misses.take(of(address)),
  };
}

/** One row a channel that the mail is for, all of a brand in one unit. */
export async function keepReceived({ store, now }: Pick<Parts, 'store' | 'now'>, mailIn: Pick<MailIn, 'ring'>, { envelopeFrom, recipients, raw, begins }: Received): Promise<void> {
  const dedupe = dedupeOf(raw.subarray(begins));
  const statements = new Map<BrandId, Map<string, Statement>>();
  for (const recipient of recipients) {
    const to = await destinationOf(store, recipient);
    // Switched off between the two commands: who was promised a place gets one no more, and hears so.
    if (to === null) throw new Error('A recipient that was taken is not there any more.');
    const ofBrand = statements.get(to.brandId) ?? new Map<string, Statement>();
    ofBrand.set(to.channelId, keeping(store.brand(to.brandId), { channelId: to.channelId, door: 'smtp', recipient, envelopeFrom, raw, dedupe }, now()));
    statements.set(to.brandId, ofBrand);
  }
  await Promise.all([...statements].map(([brandId, ofBrand]) => store.brand(brandId).note([...ofBrand.values()])));
  for (const brandId of statements.keys()) mailIn.ring(brandId);
}

/** Null where SMTP_LISTEN is not set. */
export async function openMailListener(parts: Needed, mailIn: MailIn): Promise<Listener | null> {
  const { smtpListen } = parts.config;
  if (smtpListen === undefined) return null;
  const { openListener } = await import('#outside/mail-in/listener.ts');
  return openListener({
    host: smtpListen.host, port: smtpListen.port, name: parts.config.publicUrl.hostname, maxBytes: smtpListen.maxBytes, network: networks(parts.uptime), now: parts.now,
    tls: smtpListen.tls === undefined ? null : { cert: readFileSync(smtpListen.tls.cert, 'utf8'), key: readFileSync(smtpListen.tls.key, 'utf8') },
    recipient: async (address) => ((await destinationOf(parts.store, address)) === null ? 'unknown' : 'taken'),
    keep: (received) => keepReceived(parts, mailIn, received),
    onFault: (error, what) => parts.log.error({ err: error }, what),
  });
}

// The listener that mail comes in by (SMTP, RFC 5321): no relay, no answer to strangers later on, and "250" only for what is kept.
import type { AddressInfo } from 'node:net';
import { type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerSession, SMTPServer } from 'smtp-server';
import { watchLines } from '#outside/mail-in/lines.ts';

export interface Received {
  /** Empty: the null sender of reports. */
  readonly envelopeFrom: string;
  readonly recipients: readonly string[];
  readonly remoteAddress: string;
  /** As it came, behind what a server that takes it writes above it (RFC 5321 §4.4). */
  readonly raw: Uint8Array;
  /** Where the message itself begins in it. */
  readonly begins: number;
}

/** `unknown`: nobody here receives at it. `later`: nobody could tell just now. */
export type RecipientWord = 'taken' | 'unknown' | 'later';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** The name it greets with. */
  readonly name: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly maxBytes: number;
  /** May this network open a connection, send a message, name a stranger? Each takes a turn. */
  readonly network: { connect(address: string): boolean; send(address: string): boolean; miss(address: string): boolean; closed(address: string): void };
  readonly recipient: (address: string) => Promise<RecipientWord>;
  /** Resolves once it is durable. Throws when it is not. */
  readonly keep: (received: Received) => Promise<void>;
  readonly now: () => number;
  readonly onFault: (error: unknown, what: string) => void;
  /** Bytes of messages under way at once; beyond it, "later". */
  readonly mostBytesUnderWay?: number;
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

const MOST_UNDER_WAY = 256 * 1024 * 1024;
const MOST_RECIPIENTS = 100;
const MOST_CONNECTIONS = 500;
const IDLE_MS = 60_000;
const LONGEST_COMMAND = 2_048;
/** Forwarders add some; more than this is a circle (RFC 5321 §6.3). */
const MOST_HOPS = 50;

class Refusal extends Error {
  readonly responseCode: number;
  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

const LATER = (): Refusal => new Refusal(451, '4.3.0 This server cannot take it just now; try again later');
const printable = (text: string, most: number): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, most);

/** Hops that the header counts: asked of its beginning alone. */
function hops(raw: Buffer): number {
  const end = raw.indexOf('\r\n\r\n');
  return raw.toString('latin1', 0, end === -1 ? raw.length : end).match(/^received:/gim)?.length ?? 0;
}

export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { maxBytes, network, recipient, keep, onFault } = options;
  const mostUnderWay = options.mostBytesUnderWay ?? MOST_UNDER_WAY;
  let underWay = 0;
  /** Addresses of connections by their id. One that is gone before it is greeted was never counted, and its session has no address. */
  const counted = new Map<string, string>();

  function trace(session: SMTPServerSession, envelopeFrom: string): Buffer {
    const { hostNameAppearsAs: said, remoteAddress, id, transmissionType } = session;
    const date = new Date(options.now()).toUTCString().replace('GMT', '+0000');
    return Buffer.from(`Return-Path: <${printable(envelopeFrom, 320)}>\r\nReceived: from ${printable(said === '' ? 'unknown' : String(said), 200)} ([${printable(remoteAddress, 50)}])\r\n by ${options.name} with ${transmissionType} id ${printable(id, 40)};\r\n ${date}\r\n`, 'latin1');
  }

  /** `work` is given the whole of it; until it has ended, its bytes count as under way. */
  async function collect(stream: SMTPServerDataStream, work: (message: Buffer) => Promise<void>): Promise<void> {
    const pieces: Buffer[] = [];
    const lines = watchLines();
    let bytes = 0;
    let full = false;
    try {
      for await (const piece of stream as AsyncIterable<Buffer>) {
        lines.see(piece);
        // What is refused is read to its end and forgotten: the other side hears why only then.
        if (full || stream.sizeExceeded || lines.fault() !== null) continue;
        if (underWay + piece.length > mostUnderWay) full = true;
        else {
          pieces.push(piece);
          bytes += piece.length;
          underWay += piece.length;
        }
      }
      lines.end();
      if (stream.sizeExceeded) throw new Refusal(552, `5.3.4 A message may have at most ${maxBytes} bytes`);
      if (lines.fault() === 'bare') throw new Refusal(550, '5.6.0 A line must end with CR LF: this message has a CR or LF that stands alone');
      if (lines.fault() === 'long') throw new Refusal(550, '5.6.0 A line of this message is too long');
      if (full) throw new Refusal(452, '4.3.1 Too much mail at once; try again later');
      await work(Buffer.concat(pieces, bytes));
    } finally {
      underWay -= bytes;
    }
  }

  const server = new SMTPServer({
    name: options.name,
    banner: 'Portcullis',
    size: maxBytes,
    secure: false,
    ...(options.tls === null ? {} : { cert: options.tls.cert, key: options.tls.key, minVersion: 'TLSv1.2' as const }),
    disabledCommands: options.tls === null ? ['AUTH', 'STARTTLS'] : ['AUTH'],
    authOptional: true,
    disableReverseLookup: true,
    maxClients: MOST_CONNECTIONS,
    maxRecipients: MOST_RECIPIENTS,
    maxCommandLength: LONGEST_COMMAND,
    maxAllowedUnauthenticatedCommands: false,
    hideENHANCEDSTATUSCODES: true,
    socketTimeout: IDLE_MS,
    closeTimeout: 3_000,
    logger: false,
    onConnect({ id, remoteAddress }, answer) {
      counted.set(id, remoteAddress);
      answer(network.connect(remoteAddress) ? null : new Refusal(421, '4.7.0 Too many connections from your network; try again later'));
    },
    onClose({ id }) {
      const address = counted.get(id);
      if (!counted.delete(id) || address === undefined) return;
      network.closed(address);
    },
    onMailFrom(_address: SMTPServerAddress, { remoteAddress }, answer) {
      answer(network.send(remoteAddress) ? null : new Refusal(450, '4.7.1 Too many messages from your network; try again later'));
    },
    onRcptTo({ address }, { remoteAddress }, answer) {
      recipient(address).then(
        (word) => {
          if (word === 'taken') return answer();
          if (word === 'later') return answer(LATER());
          // Whoever guesses addresses is made to wait.
          answer(network.miss(remoteAddress) ? new Refusal(550, '5.1.1 Nobody receives mail at this address here') : new Refusal(450, '4.7.1 Too many unknown addresses from your network; try again later'));
        },
        (error: unknown) => {
          onFault(error, 'a recipient could not be judged');
          answer(LATER());
        },
      );
    },
    onData(stream, session, answer) {
      const { mailFrom, rcptTo } = session.envelope;
      const envelopeFrom = mailFrom === false ? '' : mailFrom.address;
      collect(stream, async (message) => {
        if (hops(message) > MOST_HOPS) throw new Refusal(554, '5.4.6 This message has gone through too many servers: it runs in a circle');
        const above = trace(session, envelopeFrom);
        await keep({ envelopeFrom, recipients: rcptTo.map(({ address }) => address), remoteAddress: session.remoteAddress, raw: Buffer.concat([above, message]), begins: above.length });
      }).then(() => answer(null, '2.0.0 Kept'), (error: unknown) => {
        if (error instanceof Refusal) return answer(error);
        onFault(error, 'a mail that came in could not be kept; the other side was told to try again');
        answer(LATER());
      });
    },
  });
  // A client that hangs up in the middle is no fault of ours.
  server.on('error', (error) => {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') onFault(error, 'the mail listener failed');
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

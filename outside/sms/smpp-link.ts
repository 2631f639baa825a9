// One bound connection to an SMPP server: kept alive, answered, and given up as soon as the other side stops being one.
import { isIP } from 'node:net';
import type { Pdu, Session } from 'smpp';
import type { SmppServer } from '#outside/sms/smpp-config.ts';

/** Times in ms. Shorter in tests only. */
export interface Pace {
  /** A connection with its bind, and each message, has this long. */
  readonly limitMs: number;
  /** A link at rest is asked whether it still stands this often (enquire_link, SMPP 3.4 §4.11). */
  readonly enquireMs: number;
  /** One that heard nothing for this long is asked before a message is trusted to it. */
  readonly restMs: number;
}

/** How one request ended. `gone` says nothing of whether it arrived. */
export type Answer =
  | { readonly kind: 'answered'; readonly pdu: Pdu }
  | { readonly kind: 'slow' }
  | { readonly kind: 'gone'; readonly fault: unknown };

export interface Link {
  /** Whether it stands; one that lay at rest is asked first, because a connection may end without a word. */
  proven(): Promise<boolean>;
  /** Never rejects. After a request without an answer the link takes no other, and ends when nobody waits on it any more. */
  ask(command: string, fields?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Ends it at once: whoever waits is told this answer. */
  end(how: Answer): void;
  /** Unbinds politely for up to a second, then closes. */
  close(): Promise<void>;
}

/** A link that is bound, or how the attempt ended. */
export type Opening = { readonly link: Link } | { readonly link: null; readonly refused: Answer };

const UNBIND_MS = 1_000;
/** The answer to an enquiry costs a server nothing, so a link that needs longer for it is as good as gone. */
const PROOF_MS = 2_000;
const SMPP_3_4 = 0x34;

/** Connects and binds. Resolves within `pace.limitMs`, however it ends. */
export async function openLink(server: SmppServer, pace: Pace, ca?: string): Promise<Opening> {
  // Loaded at the first message: most installations never send one this way.
  const { default: smpp } = await import('smpp');
  const { host, port, tls } = server;
  const secure = { tls: true, minVersion: 'TLSv1.2', ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca }) };
  const session = smpp.connect({ host, port, ...(tls ? secure : {}) });
  const link = linkOver(session, smpp.PDU, pace);
  const deadline = setTimeout(() => link.end({ kind: 'slow' }), pace.limitMs);
  // Nothing is said before the certificate was judged.
  await new Promise<void>((go) => void session.once(tls ? 'secureConnect' : 'connect', go).once('error', () => go()).once('close', go));
  const bound = await link.ask(`bind_${server.bind}`, { system_id: server.systemId, password: server.password, system_type: server.systemType, interface_version: SMPP_3_4 });
  clearTimeout(deadline);
  if (bound.kind === 'answered' && bound.pdu.command_status === 0) return { link };
  link.end(GONE);
  return { link: null, refused: bound };
}

const GONE = Object.freeze({ kind: 'gone', fault: undefined } as const);

function linkOver(session: Session, PduOf: new (command: string, fields?: Readonly<Record<string, unknown>>) => Pdu, pace: Pace): Link {
  const waiting = new Set<(answer: Answer) => void>();
  let ended: Answer | null = null;
  let retired = false;
  let heardAt = performance.now();

  function end(how: Answer): void {
    clearInterval(keepAlive);
    ended ??= how;
    session.destroy();
    for (const tell of [...waiting]) tell(how);
  }

  /** Takes no new request; ends as soon as the last one that waits has its answer. */
  function retire(): void {
    retired = true;
    if (waiting.size === 0) end(GONE);
  }

  function ask(command: string, fields: Readonly<Record<string, unknown>> = {}, limitMs: number = pace.limitMs): Promise<Answer> {
    if (ended !== null) return Promise.resolve(ended);
    return new Promise((resolve) => {
      const tell = (answer: Answer): void => {
        if (!waiting.delete(tell)) return;
        clearTimeout(timer);
        resolve(answer);
        if (answer.kind === 'slow' || retired) retire();
      };
      const timer = setTimeout(() => tell({ kind: 'slow' }), limitMs);
      waiting.add(tell);
      const taken = session.send(new PduOf(command, fields), (pdu) => {
        // A server that answers something else under our number is not to be believed.
        if (pdu.command === `${command}_resp` || (pdu.command === 'generic_nack' && pdu.command_status !== 0)) tell({ kind: 'answered', pdu });
        else end(GONE);
      });
      if (!taken) end(GONE);
    });
  }

  const keepAlive = setInterval(() => {
    if (waiting.size === 0) void ask('enquire_link');
  }, pace.enquireMs).unref();

  // An error may come before a close or late: each is heard, and the first counts.
  session.on('error', (fault) => end({ kind: 'gone', fault }));
  session.on('close', () => end(GONE));
  session.on('pdu', (pdu: Pdu) => {
    heardAt = performance.now();
    if (pdu.isResponse()) return;
    session.send(pdu.response());
    if (pdu.command === 'unbind') retire();
  });

  return {
    async proven() {
      if (ended !== null || retired) return false;
      if (performance.now() - heardAt < pace.restMs) return true;
      return (await ask('enquire_link', {}, Math.min(PROOF_MS, pace.limitMs / 4))).kind === 'answered';
    },
    ask,
    end,
    async close() {
      const force = setTimeout(() => end(GONE), UNBIND_MS);
      await ask('unbind');
      clearTimeout(force);
      end(GONE);
    },
  };
}

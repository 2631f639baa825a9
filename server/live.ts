// The open WebSockets of signed-in pages: each is judged when the policy, the people or the clock change, and closed when it may not stay.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Decision } from '#policy/decision.ts';
import type { LiveSession, Sessions } from '#identity/sessions.ts';
import type { Brand, Brands } from '#server/brands.ts';
import type { Client } from '#server/client.ts';

/** Why the server closes a socket (4000–4999 are an application's own, RFC 6455 7.4.2). */
export const CLOSE = { session: 4401, address: 4403, secondFactor: 4423, unavailable: 4503, leaving: 1001 } as const;
/** More than this from one page is no page of ours. */
const MAX_FRAME = 4_096;
const MAX_SOCKETS_A_SESSION = 20;
const CUT_AFTER_MS = 500;
const TELL_PEOPLE_MS = 250;

interface Open {
  readonly socket: WebSocket;
  /** Another object in its place once another node gave the session a new token. */
  session: LiveSession;
  readonly brand: Brand;
  readonly client: Client;
}

export type Judge = (brand: Brand, session: LiveSession, client: Client) => Decision;

export interface Live {
  /** Takes over an upgrade that the door has allowed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, opened: Omit<Open, 'socket'>): void;
  /** Judges every open socket now (a tick, a revocation). */
  judgeAll(): void;
  judgeBrand(brandId: string): void;
  /** People of the brand were changed on this node: its pages are told, soon and once for many changes. */
  tellPeople(brandId: string): void;
  /** Tells the pages of a brand. */
  tell(brandId: string, message: Readonly<Record<string, unknown>>): void;
  size(): number;
  close(): Promise<void>;
}

function closeCode(code: string): number {
  if (code === 'second_factor.required') return CLOSE.secondFactor;
  if (code.startsWith('network.')) return CLOSE.address;
  if (code.startsWith('policy.')) return CLOSE.unavailable;
  return CLOSE.session;
}

export function openLive(parts: { brands: Brands; sessions: Sessions; judge: Judge; onRefused: (open: Omit<Open, 'socket'>, decision: Decision) => void }): Live {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, clientTracking: false, perMessageDeflate: false });
  const open = new Set<Open>();

  function judgeOne(one: Open): void {
    const decision = parts.judge(one.brand, one.session, one.client);
    if (decision.allowed) return;
    cut(one, closeCode(decision.code), decision.code);
    parts.onRefused(one, decision);
  }

  /** A page that does not answer the close is cut: a socket may not outlive its right by waiting. */
  function cut(one: Open, code: number, reason: string): void {
    open.delete(one);
    one.socket.close(code, reason);
    setTimeout(() => one.socket.terminate(), CUT_AFTER_MS).unref();
  }

  parts.brands.onPolicy((brand) => {
    for (const one of open) if (one.brand === brand) judgeOne(one);
    for (const one of open) if (one.brand === brand) send(one.socket, { type: 'policy', version: brand.policy.version });
  });
  parts.brands.onPeople((brandId) => {
    for (const one of open) {
      if (one.brand.id !== brandId) continue;
      // What cannot be read again cannot be trusted: the page connects anew, and is judged then.
      parts.sessions.refresh(one.session).then(
        (session) => {
          one.session = session;
          judgeOne(one);
        },
        () => cut(one, CLOSE.unavailable, 'policy.unconfirmed'),
      );
    }
    tellPeople(brandId);
  });

  /** Pages that count people ask again. At most once in a while: people change in crowds (an import, a Monday morning). */
  const telling = new Set<string>();
  function tellPeople(brandId: string): void {
    if (telling.has(brandId)) return;
    telling.add(brandId);
    setTimeout(() => {
      telling.delete(brandId);
      for (const one of open) if (one.brand.id === brandId) send(one.socket, { type: 'people' });
    }, TELL_PEOPLE_MS).unref();
  }

  function send(socket: WebSocket, message: unknown): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  return {
    size: () => open.size,
    accept(request, duplex, head, opened) {
      let same = 0;
      for (const one of open) if (one.session === opened.session) same += 1;
      if (same >= MAX_SOCKETS_A_SESSION) return void duplex.end('HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      server.handleUpgrade(request, duplex, head, (socket) => {
        const one: Open = { socket, ...opened };
        open.add(one);
        socket.on('close', () => open.delete(one));
        socket.on('error', () => open.delete(one));
        // Pages have nothing to say yet; what they send is not read, so that it can neither cost nor count as input.
        socket.on('message', () => undefined);
        send(socket, { type: 'hello', version: opened.brand.policy.version });
      });
    },
    judgeAll() {
      for (const one of open) judgeOne(one);
    },
    judgeBrand(brandId) {
      for (const one of open) if (one.brand.id === brandId) judgeOne(one);
    },
    tellPeople,
    tell(brandId, message) {
      for (const one of open) if (one.brand.id === brandId) send(one.socket, message);
    },
    async close() {
      const sockets = [...open].map(({ socket }) => socket);
      open.clear();
      for (const socket of sockets) {
        socket.close(CLOSE.leaving, 'server.leaving');
        // A page that does not answer must not hold the stop up.
        setTimeout(() => socket.terminate(), CUT_AFTER_MS).unref();
      }
      server.close();
    },
  };
}

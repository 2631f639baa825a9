// The open WebSockets of signed-in pages: each is judged when the policy, the people or the clock change, and closed when it may not stay.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Decision } from '#policy/decision.ts';
import type { Person } from '#identity/person.ts';
import type { LiveSession, Sessions } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import type { Brand, Brands } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import { sendShared, sendText, type SharedFrame } from '#server/shared-frame.ts';
import { type Frame, readFrame } from '#server/live-frames.ts';
import { problemOf } from '#server/problems.ts';
import { type Busy, type Rate, takeToken } from '#server/rate.ts';
import { endWithProblem, type SocketServers } from '#server/raw-answer.ts';

/** Why the server closes a socket (4000–4999 are an application's own, RFC 6455 7.4.2). */
export const CLOSE = { frame: 4400, session: 4401, address: 4403, behind: 4408, secondFactor: 4423, unavailable: 4503, leaving: 1001 } as const;
/** More than this from one page is no page of ours. */
const MAX_FRAME = 4_096;
/** A page says where it looks and that somebody types: more than this is no person's doing. */
const FRAMES: Rate = { perSecond: 10, burst: 40 };
/** Bytes that may wait for a page that does not read: it is cut, and asks for what it missed when it comes back. */
const MAX_BEHIND = 1_048_576;
const MAX_SOCKETS_A_SESSION = 20;
const CUT_AFTER_MS = 500;
const TELL_PEOPLE_MS = 250;

/** What a socket is to whoever tells it things. */
export interface Seat {
  readonly brand: Brand;
  /** As the session stands now. */
  person(): Person;
  /** A text frame; bytes are UTF-8, made once for many. */
  send(frame: string | SharedFrame): void;
  cut(code: number, reason: string): void;
}

/** Who follows what a page says, and is told when it is gone. */
export interface Guest {
  heard(frame: Frame): void;
  left(): void;
}

interface Open extends Busy {
  readonly socket: WebSocket;
  /** Taken in, and not gone or cut since: asked at every push, where a set of all sockets would cost as much as the rest. */
  here: boolean;
  /** Another object in its place once another node gave the session a new token. */
  session: LiveSession;
  readonly brand: Brand;
  readonly client: Client;
  guest?: Guest;
}

type Opened = Pick<Open, 'session' | 'brand' | 'client'>;
export type Judge = (brand: Brand, session: LiveSession, client: Client) => Decision;

export interface Live {
  /** Takes over an upgrade that the door has allowed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, opened: Opened): void;
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

export interface LiveParts {
  readonly brands: Brands;
  readonly sessions: Sessions;
  readonly judge: Judge;
  readonly onRefused: (open: Opened, decision: Decision) => void;
  /** Takes the page in, and greets it. */
  readonly attend: (seat: Seat) => Guest;
  /** People, their rights or their teams may have changed. */
  readonly onPeople: (brandId: string) => void;
  readonly uptime: () => number;
  readonly sockets: SocketServers;
  /** TLS is in front. */
  readonly secure: boolean;
}

export function openLive(parts: LiveParts): Live {
  const server = parts.sockets(MAX_FRAME);
  const open = new Set<Open>();

  function judgeOne(one: Open): void {
    const decision = parts.judge(one.brand, one.session, one.client);
    if (decision.allowed) return;
    cut(one, closeCode(decision.code), decision.code);
    parts.onRefused(one, decision);
  }

  /** A page that does not answer the close is cut: a socket may not outlive its right by waiting. */
  function cut(one: Open, code: number, reason: string): void {
    if (!gone(one)) return;
    one.socket.close(code, reason);
    setTimeout(() => one.socket.terminate(), CUT_AFTER_MS).unref();
  }

  function gone(one: Open): boolean {
    if (!open.delete(one)) return false;
    one.here = false;
    one.guest?.left();
    return true;
  }

  /** What a page says is never input of its person: it keeps no session alive. */
  function hear(one: Open, data: unknown, binary: boolean): void {
    if (!open.has(one)) return;
    judgeOne(one);
    if (!open.has(one)) return;
    if (!takeToken(one, FRAMES, parts.uptime())) return cut(one, CLOSE.frame, 'socket.flood');
    const frame = binary ? null : readFrame(String(data));
    if (frame === null) return cut(one, CLOSE.frame, 'socket.malformed');
    one.guest?.heard(frame);
  }

  function seatOf(one: Open): Seat {
    return {
      brand: one.brand,
      person: () => one.session.person,
      send(frame) {
        const { socket } = one;
        if (!one.here || one.session.endedBy !== null || socket.readyState !== WebSocket.OPEN) return;
        const behind = typeof frame === 'string' ? sendText(socket, frame) : sendShared(socket, frame);
        if (behind > MAX_BEHIND) cut(one, CLOSE.behind, 'socket.behind');
      },
      cut: (code, reason) => cut(one, code, reason),
    };
  }

  parts.brands.onPolicy((brand) => {
    for (const one of open) if (one.brand === brand) judgeOne(one);
    for (const one of open) if (one.brand === brand) send(one.socket, { type: 'policy', version: brand.policy.version });
  });
  parts.brands.onPeople((brandId) => {
    const refreshing = [...open].filter((one) => one.brand.id === brandId).map((one) =>
      // What cannot be read again cannot be trusted: the page connects anew, and is judged then.
      parts.sessions.refresh(one.session).then(
        (session) => {
          one.session = session;
          judgeOne(one);
        },
        () => cut(one, CLOSE.unavailable, 'policy.unconfirmed'),
      ));
    void Promise.all(refreshing).then(() => parts.onPeople(brandId));
    tellPages(brandId);
  });

  /** Pages that count people ask again. At most once in a while: people change in crowds (an import, a Monday morning). */
  const telling = new Set<string>();
  function tellPages(brandId: string): void {
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
      if (same >= MAX_SOCKETS_A_SESSION) return endWithProblem(duplex, problemOf(429, 'request.rate_limited', `${MAX_SOCKETS_A_SESSION} pages of this session are open already. Close one and load this one again.`, newId('req')), parts.secure);
      server.handleUpgrade(request, duplex, head, (socket) => {
        const one: Open = { socket, ...opened, here: true, busyUntil: 0 };
        open.add(one);
        socket.on('close', () => gone(one));
        socket.on('error', () => gone(one));
        socket.on('message', (data, binary) => hear(one, data, binary));
        one.guest = parts.attend(seatOf(one));
      });
    },
    judgeAll() {
      for (const one of open) judgeOne(one);
    },
    judgeBrand(brandId) {
      for (const one of open) if (one.brand.id === brandId) judgeOne(one);
    },
    tellPeople(brandId) {
      parts.onPeople(brandId);
      tellPages(brandId);
    },
    tell(brandId, message) {
      for (const one of open) if (one.brand.id === brandId) send(one.socket, message);
    },
    async close() {
      const sockets = [...open].map(({ socket }) => socket);
      for (const one of open) gone(one);
      for (const socket of sockets) {
        socket.close(CLOSE.leaving, 'server.leaving');
        // A page that does not answer must not hold the stop up.
        setTimeout(() => socket.terminate(), CUT_AFTER_MS).unref();
      }
      server.close();
    },
  };
}

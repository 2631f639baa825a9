// The open WebSockets of customers: each says who it is, is judged at every frame, push and change of the policy, and is given what its own chat holds.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Denial, deny } from '#policy/decision.ts';
import { Conflict, StoreFault } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { CHAT_CLOSE, countFrame, type Floods, type Frame, LARGEST_FRAME, openFloods, readFrame, refusedFrame } from '#server/chat-frames.ts';
import { openGreeting } from '#server/chat-greeting.ts';
import { type ChatHouse, openChatHouses } from '#server/chat-houses.ts';
import { chatNetworkOf, type ChatNetworks, openChatNetworks } from '#server/chat-networks.ts';
import type { ChatLiveParts } from '#server/chat-parts.ts';
import { closeCode, newOpen, NOBODY, type Open } from '#server/chat-socket.ts';
import type { Client } from '#server/client.ts';
import { openRates, type Rate, type Rates } from '#server/rate.ts';

export const CHAT_PATH = '/api/v1/chat/live';
const HELLO_WITHIN_MS = 5_000;
const PING_EVERY_MS = 30_000;
const CUT_AFTER_MS = 500;
const TYPING_EVERY_MS = 2_000;
const MOST_BUFFERED = 256 * 1024;
const MOST_UNKNOWN_A_NETWORK = 50;
/** Messages of one socket that wait for the one before them. */
const MOST_QUEUED = 40;
/** Messages a session may send. */
const SENDS: Rate = Object.freeze({ perSecond: 2, burst: 20 });
/** A frame beyond this is not even read; beyond LARGEST_FRAME it is refused in words. */
const MOST_PAYLOAD = 2 * LARGEST_FRAME;

export interface ChatLive {
  /** May this network open another socket? */
  admits(client: Client): boolean;
  /** Takes over an upgrade to `CHAT_PATH` that comes from a page of our own. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, client: Client): void;
  /** Messages that sessions send, by whichever way, by session id. */
  readonly sends: Rates;
  /** What whole networks do, by whichever way. */
  readonly networks: ChatNetworks;
  /** Made every second: hellos that did not come, sessions that are over, sockets that are dead. */
  round(): void;
  size(): number;
  close(): Promise<void>;
}

export function openChatLive(parts: ChatLiveParts): ChatLive {
  const { murmurs, uptime } = parts;
  const server = parts.sockets(MOST_PAYLOAD);
  const open = new Set<Open>();
  /** Closed by us, and since when: one that does not answer is cut. */
  const closing = new Map<WebSocket, number>();
  /** Sockets that did not say yet who they are, by network. */
  const unknown = new Map<string, number>();
  const opens = openRates(parts.openRate, uptime);
  const sends = openRates(SENDS, uptime);
  const networks = openChatNetworks(parts.networkRate, uptime);
  const floods: Floods = openFloods(uptime);
  const houses = openChatHouses<Open>({ ...parts, give, turnAway });
  let pingedAt = uptime();
  let left = false;

  function write(one: Open, frame: string | Buffer): void {
    if (one.socket.readyState !== one.socket.OPEN) return;
    // It reads too slowly, and asks for what it missed when it comes back.
    if (one.socket.bufferedAmount > MOST_BUFFERED) return one.socket.terminate();
    one.socket.send(frame, { binary: false });
  }
  const tell = (one: Open, message: Readonly<Record<string, unknown>>): void => write(one, JSON.stringify(message));

  /** A push, judged for its receiver. */
  function give(one: Open, frame: string | Buffer): boolean {
    const denial = one.house?.judge(one.session) ?? null;
    if (denial !== null) {
      turnAway(one, denial);
      return false;
    }
    write(one, frame);
    return true;
  }

  function known(one: Open): void {
    if (one.stage === 'in') return;
    const network = chatNetworkOf(one.client);
    const others = (unknown.get(network) ?? 1) - 1;
    if (others > 0) unknown.set(network, others);
    else unknown.delete(network);
  }

  function forget(one: Open): void {
    if (!open.delete(one)) return;
    known(one);
    networks.closed(chatNetworkOf(one.client));
    if (one.house !== null) houses.leave(one.house, one);
  }

  /** A page that does not answer the close is cut: a socket may not outlive its right by waiting. */
  function shut(one: Open, code: number, reason: string): void {
    forget(one);
    one.socket.close(code, reason);
    closing.set(one.socket, uptime());
  }

  /** Closes it with the denial's code, and writes the row. */
  function turnAway(one: Open, denial: Denial, code = closeCode(denial.code)): void {
    if (!open.has(one)) return;
    const { house, session, client } = one;
    if (house !== null && session !== NOBODY && denial.code === 'chat.session_over') houses.over(house, session);
    shut(one, code, denial.code);
    const actor = session === NOBODY ? ({ kind: 'anonymous', id: null } as const) : ({ kind: 'customer', id: session.customerId } as const);
    const named = session === NOBODY ? denial : deny(denial.code, denial.setting, { ...denial.facts, session: session.id, customer: session.customerId });
    parts.problems.recordSocket(client, named, { door: 'chat', brand: house?.brand ?? null, actor }).catch((error: unknown) => parts.onFault(error, 'the row of a closed chat could not be written'));
  }

  /** Something was not taken. So many within a minute that no person can have sent them: the socket goes. */
  function refuse(one: Open, code: Parameters<typeof refusedFrame>[0], more: Parameters<typeof refusedFrame>[1] = {}): void {
    if (floods.refused(one.session.id)) return turnAway(one, deny('chat.too_fast', null, {}), CHAT_CLOSE.flood);
    write(one, refusedFrame(code, more));
  }

  const greet = openGreeting({
    ...parts, houses, floods, turnAway, tell,
    isOpen: (one) => open.has(one),
    welcomed(one) {
      known(one);
      one.stage = 'in';
    },
  });

  async function say(one: Open, { id, text, files }: Extract<Frame, { type: 'send' }>): Promise<void> {
    const { house, session } = one;
    if (!open.has(one) || house === null) return;
    const denial = house.judge(session);
    if (denial !== null) return turnAway(one, denial);
    const network = chatNetworkOf(one.client);
    const [full, who] = !sends.take(session.id) ? [sends, session.id] : networks.sends.take(network) ? [null, network] : [networks.sends, network];
    if (full !== null) return refuse(one, 'chat.too_fast', { id, retryAfter: Math.ceil(full.wait(who) / 1000) });
    try {
      await parts.send(house.brand.id, { session, clientId: id, text, files });
      tell(one, { type: 'ack', id });
    } catch (error) {
      if (error instanceof Conflict && error.code === 'chat.session_ended') return turnAway(one, deny('chat.session_ended', null, {}));
      if (error instanceof Conflict && error.code === 'text.unstorable') return refuse(one, 'text.unstorable', { id });
      if (error instanceof Conflict && error.code === 'file.not_attachable') return refuse(one, 'file.not_attachable', { id });
      const ref = newId('flt');
      if (!(error instanceof StoreFault)) parts.onFault(error, `a customer's message could not be kept (${ref})`);
      refuse(one, 'chat.not_kept', { id, ref });
    }
  }

  /** One after another: what a page sends first stands first. */
  function queue(one: Open, work: () => Promise<void>): void {
    one.queued += 1;
    const mine = (one.busy ?? Promise.resolve()).then(work).catch((error: unknown) => {
      parts.onFault(error, 'a chat broke');
      if (open.has(one)) shut(one, CHAT_CLOSE.unavailable, 'fault');
    }).then(() => {
      one.queued -= 1;
      if (one.busy === mine) one.busy = null;
    });
    one.busy = mine;
  }

  function typing(one: Open): void {
    const { house, session } = one;
    const at = uptime();
    if (house === null || one.stage !== 'in' || at - one.typedAt < TYPING_EVERY_MS) return;
    one.typedAt = at;
    const conversation = house.groups.currentOf(session);
    if (conversation !== null && house.judge(session) === null) murmurs.say(house.brand.id, { type: 'typing', conversation, by: { kind: 'customer', id: session.customerId, name: session.name } });
  }

  function act(one: Open, frame: Frame): void {
    if (frame.type === 'hello') {
      if (one.stage !== 'new') return refuse(one, 'chat.out_of_order');
      one.stage = 'greeting';
      return queue(one, () => greet(one, frame.token, frame.since));
    }
    if (frame.type === 'typing') return typing(one);
    if (one.queued >= MOST_QUEUED) return refuse(one, 'chat.too_fast', { id: frame.id, retryAfter: 1 });
    queue(one, () => say(one, frame));
  }

  function heard(one: Open, data: Buffer, binary: boolean): void {
    if (!open.has(one)) return;
    if (!countFrame(one, uptime())) return turnAway(one, deny('chat.too_fast', null, {}));
    if (data.length > LARGEST_FRAME) return turnAway(one, deny('chat.frame_too_large', null, { bytes: data.length }), CHAT_CLOSE.tooLarge);
    const read = binary ? ({ ok: false, code: 'chat.frame_unreadable' } as const) : readFrame(data.toString('utf8'));
    // Who is not known yet may say hello, and nothing else.
    if (one.stage === 'new' && !(read.ok && read.frame.type === 'hello')) return turnAway(one, deny(read.ok ? 'chat.out_of_order' : read.code, null, {}), CHAT_CLOSE.noHello);
    if (read.ok) act(one, read.frame);
    else refuse(one, read.code, read.id === undefined ? {} : { id: read.id });
  }

  return {
    sends,
    networks,
    size: () => open.size,
    admits(client) {
      const network = chatNetworkOf(client);
      return (unknown.get(network) ?? 0) < MOST_UNKNOWN_A_NETWORK && networks.hasRoom(network) && opens.take(network);
    },
    accept(request, duplex, head, client) {
      if (left) return void duplex.destroy();
      server.handleUpgrade(request, duplex, head, (socket) => {
        const one = newOpen(socket, client, uptime());
        open.add(one);
        const network = chatNetworkOf(client);
        networks.opened(network);
        unknown.set(network, (unknown.get(network) ?? 0) + 1);
        const gone = (): void => {
          forget(one);
          closing.delete(socket);
        };
        socket.on('close', gone);
        socket.on('error', gone);
        socket.on('pong', () => void (one.alive = true));
        socket.on('message', (data, binary) => heard(one, data as Buffer, binary));
      });
    },
    round() {
      const at = uptime();
      for (const [socket, since] of closing) if (at - since >= CUT_AFTER_MS) socket.terminate();
      for (const one of open) {
        if (one.stage !== 'in' && at - one.openedAt >= HELLO_WITHIN_MS) turnAway(one, deny('chat.out_of_order', null, {}), CHAT_CLOSE.noHello);
        else if (one.stage === 'in') houses.judgeOne(one.house as ChatHouse<Open>, one);
      }
      for (const rates of [opens, sends, floods, networks]) rates.sweep();
      if (at - pingedAt < PING_EVERY_MS) return;
      pingedAt = at;
      for (const one of open) {
        if (!one.alive) one.socket.terminate();
        one.alive = false;
        one.socket.ping();
      }
    },
    async close() {
      left = true;
      const busy: Promise<void>[] = [];
      for (const one of [...open]) {
        if (one.busy !== null) busy.push(one.busy);
        shut(one, CHAT_CLOSE.leaving, 'server.leaving');
        // A page that does not answer must not hold the stop up.
        setTimeout(() => one.socket.terminate(), CUT_AFTER_MS).unref();
      }
      // What was sent before is kept before the store closes; its page is told when it comes back.
      await Promise.all(busy);
      server.close();
    },
  };
}

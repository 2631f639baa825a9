// SMPP servers on this machine for tests: one of the library's own kind that does as told, and a bare socket that speaks bytes.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import smpp, { type Pdu, type Session } from 'smpp';

export interface SmppDoes {
  /** command_status of the answer to a bind; `null` for no answer. */
  readonly bind?: number | null;
  /** The same for a message. */
  readonly submit?: number | null;
}

export interface SmppProvider {
  readonly port: number;
  readonly binds: Pdu[];
  readonly submits: Pdu[];
  readonly enquiries: Pdu[];
  readonly unbinds: Pdu[];
  readonly sessions: Session[];
  /** What it does from now on. */
  does: SmppDoes;
}

async function listening(t: TestContext, server: Server, sockets: Set<Socket>): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', () => ready()));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server made of the same library, which knows the protocol. */
export async function smppProvider(t: TestContext, does: SmppDoes = {}, tls: { key: string; cert: string } | undefined = undefined): Promise<SmppProvider> {
  const sockets = new Set<Socket>();
  const server = smpp.createServer(tls ?? {}, (session) => {
    sockets.add(session.socket);
    provider.sessions.push(session);
    session.on('error', () => undefined);
    const answer = (kept: Pdu[], status: () => number | null | undefined, fields: Record<string, unknown>) => (pdu: Pdu) => {
      kept.push(pdu);
      const command_status = status() === undefined ? 0 : status();
      if (command_status !== null) session.send(pdu.response({ ...fields, command_status }));
    };
    for (const kind of ['bind_transmitter', 'bind_transceiver']) session.on(kind, answer(provider.binds, () => provider.does.bind, { system_id: 'there' }));
    session.on('submit_sm', (pdu: Pdu) => answer(provider.submits, () => provider.does.submit, { message_id: `m${provider.submits.length + 1}` })(pdu));
    session.on('enquire_link', answer(provider.enquiries, () => 0, {}));
    session.on('unbind', (pdu: Pdu) => {
      answer(provider.unbinds, () => 0, {})(pdu);
      session.close();
    });
  });
  const provider: SmppProvider = { port: 0, binds: [], submits: [], enquiries: [], unbinds: [], sessions: [], does };
  server.on('tlsClientError', () => undefined);
  return Object.assign(provider, { port: await listening(t, server, sockets) });
}

export interface Frame {
  /** command_id. */
  readonly id: number;
  readonly sequence: number;
}

/** A bare socket: each whole frame that arrives is given to `heard`, which writes what it likes. `met` is called at the connection. */
export async function rawSocket(t: TestContext, { met, heard }: { met?: (socket: Socket) => void; heard?: (socket: Socket, frame: Frame) => void }): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined).on('data', (piece: Buffer) => {
      pending = Buffer.concat([pending, piece]);
      while (heard !== undefined && pending.length >= 16 && pending.length >= pending.readUInt32BE(0)) {
        const frame = { id: pending.readUInt32BE(4), sequence: pending.readUInt32BE(12) };
        pending = pending.subarray(pending.readUInt32BE(0));
        heard(socket, frame);
      }
    });
    met?.(socket);
  });
  return listening(t, server, sockets);
}

/** The bytes of an answer. `length` may lie. */
export function answerTo({ id, sequence }: Frame, { status = 0, body = Buffer.from('there\0'), as = (id | 0x80000000) >>> 0, length = 16 + body.length }: { status?: number; body?: Buffer; as?: number; length?: number } = {}): Buffer {
  const head = Buffer.alloc(16);
  [length, as, status, sequence].forEach((value, at) => head.writeUInt32BE(value, at * 4));
  return Buffer.concat([head, body]);
}

export const BIND_TRANSMITTER = 0x02;
export const SUBMIT_SM = 0x04;

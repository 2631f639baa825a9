// The parts of the library `smpp` that are used here; it brings no types of its own.
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  /** A message of SMPP 3.4 §3.2: its header, and the fields of its command. */
  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    response(fields?: Readonly<Record<string, unknown>>): Pdu;
    isResponse(): boolean;
  }

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    /** False when the socket takes nothing any more: then the answer never comes. */
    send(pdu: Pdu, answered?: (answer: Pdu) => void): boolean;
    destroy(): void;
    close(): void;
  }

  interface Library {
    PDU: new (command: string, fields?: Readonly<Record<string, unknown>>) => Pdu;
    connect(options: Readonly<Record<string, unknown>>): Session;
    createServer(options: Readonly<Record<string, unknown>>, listener: (session: Session) => void): NetServer;
    encodings: { ASCII: { match(text: string): boolean; encode(text: string): Buffer } };
  }

  const library: Library;
  export default library;
}

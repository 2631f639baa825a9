// A WebSocket frame made once for many receivers: its bytes go to each socket as they are (RFC 6455 5.2; servers do not mask).
import type { Socket } from 'node:net';
import * as ws from 'ws';
import type { WebSocket } from 'ws';

/** Text with its frame around it. */
export interface SharedFrame {
  readonly bytes: Buffer;
}

/** `ws` exports it; its types do not know. */
const { Sender } = ws as unknown as { readonly Sender: { frame(data: Buffer, options: { fin: boolean; opcode: number; mask: boolean; readOnly: boolean; rsv1: boolean }): Buffer[] } };

const TEXT = 0x1;

export function sharedFrame(text: string): SharedFrame {
  return { bytes: Buffer.concat(Sender.frame(Buffer.from(text), { fin: true, opcode: TEXT, mask: false, readOnly: true, rsv1: false })) };
}

/**
 * Writes the bytes in their turn: without compression `ws` keeps no queue of its own, so what was sent before stands in the same stream.
 * Measured: one write of one buffer costs less than `send`, which makes header and payload anew for each receiver.
 * @returns bytes that the receiver has not taken yet
 */
export function sendShared(socket: WebSocket, { bytes }: SharedFrame): number {
  const stream = (socket as unknown as { readonly _socket: Socket })._socket;
  stream.write(bytes);
  return stream.writableLength;
}

/** The same for a text of its own. */
export function sendText(socket: WebSocket, text: string): number {
  socket.send(text);
  return socket.bufferedAmount;
}

// A clamd for tests: takes a file by INSTREAM and finds what holds a certain text; what it was given is kept for whoever asks.
import { createServer, type Socket } from 'node:net';

/** What it takes for a virus. */
export const HARMFUL = 'harmful for this test';

export interface ClamdStandIn {
  readonly port: number;
  close(): void;
}

/** The whole file of a conversation of INSTREAM; null while its end has not come. */
function fileOf(sent: Buffer): Buffer | null {
  const pieces: Buffer[] = [];
  for (let at = 'zINSTREAM\0'.length; at + 4 <= sent.length; ) {
    const length = sent.readUInt32BE(at);
    if (length === 0) return Buffer.concat(pieces);
    if (at + 4 + length > sent.length) return null;
    pieces.push(sent.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

export async function openClamd(): Promise<ClamdStandIn> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const sent: Buffer[] = [];
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (piece: Buffer) => {
      sent.push(piece);
      const file = fileOf(Buffer.concat(sent));
      if (file !== null) socket.end(file.includes(HARMFUL) ? 'stream: Portcullis.Test FOUND\0' : 'stream: OK\0');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

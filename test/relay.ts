// A small TCP relay that calls on from another address of this machine, so that a server sees a second real client address.
import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
  /** How many connections were relayed so far: a journey can show that it really came this way. */
  readonly count: () => number;
  /** Ends the relay and every connection through it. */
  readonly close: () => Promise<void>;
}

export interface Route {
  /** The address the target sees, such as 127.0.0.2; it must belong to this machine (on Linux all of 127.0.0.0/8 does). */
  from: string;
  /** Where the relay listens. The same port on another loopback address keeps a page's origin the same: see openBrowser({ from }). */
  listenHost: string;
  listenPort: number;
  /** Where it calls on to. */
  targetHost?: string;
  targetPort: number;
}

/**
 * Starts the relay. It passes bytes on and adds none: no header tells the target of it.
 * @throws when the listening address is taken or does not belong to this machine
 */
export async function relay({ from, listenHost, listenPort, targetHost = '127.0.0.1', targetPort }: Route): Promise<Relay> {
  const sockets = new Set<Socket>();
  let count = 0;
  const keep = (socket: Socket, other: () => Socket) => {
    sockets.add(socket);
    socket.on('error', () => other().destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      other().destroy();
    });
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    count += 1;
    const far = connect({ host: targetHost, port: targetPort, localAddress: from, allowHalfOpen: true });
    keep(near, () => far);
    keep(far, () => near);
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(listenPort, listenHost, listening);
  });
  return {
    count: () => count,
    close: () => new Promise((closed) => {
      server.close(() => closed());
      for (const socket of sockets) socket.destroy();
    }),
  };
}

// How a server of the bench says where it is, and how it ends.
import type { AddressInfo, Server } from 'node:net';

/** Prints one line of JSON: the port, and what else the bench must know. */
export function sayReady(server: Server, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, ...more })}\n`);
}

export function onStop(stop: () => Promise<void> | void): void {
  process.once('SIGTERM', () => {
    Promise.resolve(stop()).then(() => process.exit(0), (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    });
  });
}

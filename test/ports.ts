// A free port for a test, from numbers that the system gives to nobody by itself: what is free when it is asked is free when it is used.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux, macOS and Windows give to outgoing connections, above those that need rights. */
const FIRST = 10_240;
const LAST = 32_000;

/** Processes that run side by side begin at different places. */
let next = randomInt(FIRST, LAST);

async function free(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    probe.close();
    await once(probe, 'close');
    return true;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = next === LAST ? FIRST : next + 1;
    if (await free(port)) return port;
  }
}

// The real server with the real doors, and a trivial route behind the workspace door and one behind the API door. `--no-headers` sends no security headers.
import { ServerResponse } from 'node:http';
import type { App } from '#server/app.ts';
import { openGuarded } from './guarded.ts';
import { onStop, sayReady } from './ready.ts';

/** The response class is a private member of Node's server; only so can the guard be weighed without its headers. */
function withoutHeaders(app: App): void {
  const member = Object.getOwnPropertySymbols(app.server).find((symbol) => symbol.description === 'ServerResponse');
  if (member === undefined) throw new Error('This Node keeps the response class elsewhere, so the headers cannot be left out.');
  (app.server as unknown as Record<symbol, unknown>)[member] = ServerResponse;
}

const { app, said, close } = await openGuarded({}, process.argv.includes('--no-headers') ? withoutHeaders : undefined);
onStop(close);
sayReady(app.server, said);

// The real server with the real doors, and a trivial route behind the workspace door and one behind the API door. `--no-headers` sends no security headers, `--no-journal` notes no decision.
import { ServerResponse } from 'node:http';
import { Type } from 'typebox';
import { noJournal } from '#server/journal.ts';
import { gather } from '../gathering.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import { onStop, sayReady } from './ready.ts';
import { TRIVIAL, TRIVIAL_API_PATH, TRIVIAL_PATH } from './trivial.ts';

// The public address holds the port, so a free one is found before anything is opened.
const port = await freePort();
const house = await openHouse(port, {}, process.argv.includes('--no-journal') ? { journal: noJournal } : {});
const { app } = house.building;
app.get(TRIVIAL_PATH, { config: { door: 'workspace' } }, (_request, reply) => {
  void reply.send(TRIVIAL);
});
const Trivial = Type.Object({ ok: Type.Boolean(), text: Type.String() }, { additionalProperties: false });
app.get(TRIVIAL_API_PATH, { config: { door: 'api', scope: 'users:read' }, schema: { answers: { 200: Trivial } } }, (_request, reply) => {
  void reply.send(TRIVIAL);
});

if (process.argv.includes('--no-headers')) {
  // The response class is a private member of Node's server; only so can the guard be weighed without its headers.
  const member = Object.getOwnPropertySymbols(app.server).find((symbol) => symbol.description === 'ServerResponse');
  if (member === undefined) throw new Error('This Node keeps the response class elsewhere, so the headers cannot be left out.');
  (app.server as unknown as Record<symbol, unknown>)[member] = ServerResponse;
}

const [customer] = (await gather(house.building, { customers: 1, agents: 0 })).customers;

await app.listen({ port, host: '127.0.0.1' });
onStop(() => house.close());
sayReady(app.server, { cookie: house.cookie, key: house.key, chat: customer!.token, host: house.host });

// The real server with the real doors on a port of its own: a trivial route behind the workspace door and one behind the API door, and one customer who writes.
import { Type } from 'typebox';
import type { Options } from '#server/building.ts';
import type { App } from '#server/app.ts';
import { gather } from '../gathering.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import { TRIVIAL, TRIVIAL_API_PATH, TRIVIAL_PATH } from './trivial.ts';

export interface Guarded {
  readonly app: App;
  /** Where it listens, and what opens its doors. */
  readonly said: { readonly port: number; readonly cookie: string; readonly key: string; readonly chat: string; readonly host: string };
  close(): Promise<void>;
}

const Trivial = Type.Object({ ok: Type.Boolean(), text: Type.String() }, { additionalProperties: false });

/** `before`: what is done with the server before it listens. */
export async function openGuarded(options: Options = {}, before: (app: App) => void = () => undefined): Promise<Guarded> {
  // The public address holds the port, so a free one is found before anything is opened.
  const port = await freePort();
  const house = await openHouse(port, {}, options);
  const { app } = house.building;
  app.get(TRIVIAL_PATH, { config: { door: 'workspace' } }, (_request, reply) => {
    void reply.send(TRIVIAL);
  });
  app.get(TRIVIAL_API_PATH, { config: { door: 'api', scope: 'users:read' }, schema: { answers: { 200: Trivial } } }, (_request, reply) => {
    void reply.send(TRIVIAL);
  });
  before(app);
  const [customer] = (await gather(house.building, { customers: 1, agents: 0 })).customers;
  await app.listen({ port, host: '127.0.0.1' });
  return { app, said: { port, cookie: house.cookie, key: house.key, chat: customer!.token, host: house.host }, close: () => house.close() };
}

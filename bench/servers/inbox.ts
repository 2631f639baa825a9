// The real server with an archive of conversations in it: `inbox HOW_MANY [DATABASE_URL]`.
import { fillArchive } from '../archive.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import { onStop, sayReady } from './ready.ts';

const [conversations, databaseUrl] = process.argv.slice(2);
const port = await freePort();
const house = await openHouse(port, databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl });
await fillArchive(house.building, Number(conversations));
await house.building.app.listen({ port, host: '127.0.0.1' });
onStop(() => house.close());
sayReady(house.building.app.server, { cookie: house.cookie, host: house.host });

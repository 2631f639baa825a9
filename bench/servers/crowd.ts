// The real server with everybody of the crowd in its brand, and no limit on how often one network may knock.
import { gatherCrowd } from '../crowd.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import { onStop, sayReady } from './ready.ts';

const port = await freePort();
const house = await openHouse(port);
await gatherCrowd(house.building);
await house.building.app.listen({ port, host: '127.0.0.1' });
onStop(() => house.close());
sayReady(house.building.app.server, { cookie: house.cookie, host: house.host });

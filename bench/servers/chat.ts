// The real server with a gathering in it: `chat CUSTOMERS AGENTS`. SIGUSR2 collects garbage, so that memory can be told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gather } from '../gathering.ts';
import { openHouse } from '../house.ts';
import { freePort } from '../program.ts';
import { onStop, sayReady } from './ready.ts';

const [customers, agents] = process.argv.slice(2).map(Number) as [number, number];
const port = await freePort();
const house = await openHouse(port);
const gathering = await gather(house.building, { customers, agents });
const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
const file = join(folder, 'gathering.json');
writeFileSync(file, JSON.stringify({ port, host: house.host, ...gathering }));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
process.on('SIGUSR2', () => collect());

const { app, parts } = house.building;
await app.listen({ port, host: '127.0.0.1', backlog: 8_192 });
onStop(async () => {
  rmSync(folder, { recursive: true, force: true });
  await house.close();
});
sayReady(app.server, { file, dataDir: parts.config.dataDir });

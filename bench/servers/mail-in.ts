// The real server with a channel of mail and its listener, as the bench delivers to it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#identity/tokens.ts';
import { openBuilding } from '#server/building.ts';
import { readConfig } from '#server/config.ts';
import * as brandRows from '#store/brands.ts';
import * as channelRows from '#store/channels.ts';
import * as mailChannels from '#store/mail-channels.ts';
import { freePort } from '../program.ts';
import { onStop, sayReady } from './ready.ts';

const port = await freePort();
const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
const building = await openBuilding(readConfig({ PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'error', SMTP_LISTEN: '127.0.0.1:0' }, folder));
const { store } = building.parts;
const id = 'b0000000mail1';
const entry = () => ({ id: newId('evt'), at: Date.now(), actor: { kind: 'system', id: null }, event: 'brand.created', entity: { kind: 'brand', id }, facts: { slug: 'mail' } }) as const;
await store.system.commit({ statements: [brandRows.insert(store.system, { id, slug: 'mail', name: 'Mail', created_at: 1 })], entries: [entry()] });
const brand = store.brand(id);
const channel = newId('chn');
await store.commit([
  brand.part({
    statements: [
      channelRows.insert(brand, { id: channel, kind: 'email', name: 'Mail', title: 'Mail', greeting: '', away_text: '', colour: '#0b6456', created_at: 1, created_by: null, disabled_at: null }),
      mailChannels.insert(brand, channel, { addresses: '["bench@acme.example"]', sender_name: 'Bench', sender_address: 'bench@acme.example', takes_smtp: 1, imap: null, imap_password: null }),
    ],
    entries: [entry()],
  }),
  store.system.part({ statements: mailChannels.addressStatements(store.system, id, channel, ['bench@acme.example']), entries: [entry()] }),
]);
await building.app.listen({ port, host: '127.0.0.1' });
onStop(async () => {
  await building.close();
  rmSync(folder, { recursive: true, force: true });
});
sayReady(building.app.server, { mailPort: building.mailPort, dataDir: folder });

// What antivirus held back and no message carries waits a month for somebody to decide over it, and goes then with its row in the trail.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { folderBlobs } from '#outside/blobs/folder.ts';
import { HELD_KEPT_MS, sweepMedia } from '#media/sweeping.ts';
import { search } from '#audit/search.ts';
import * as blobRows from '#store/blobs.ts';
import * as fileRows from '#store/files.ts';
import { DAY, ensureAgent, openCase, START } from '#test/customer-case.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-held-'));
after(() => rmSync(root, { recursive: true, force: true }));

eachStore('what was held back and sent with no message goes after thirty days; what a message carries stays', async (store) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const { channelId, customerId, conversation, write } = await openCase(store, brand.id, 'agt_1');
  const at = START + 40 * DAY;
  const held = { channel_id: channelId, conversation_id: null, name: 'a.txt', declared_type: null, type_id: 'txt', bytes: 5, sha256: null, state: 'quarantined', denial: 'upload.virus_found', side: 'customer', author_kind: 'customer', author_id: customerId, door: 'chat', receipt: '{}', stripped: 0, link_salt: new Uint8Array(16) } as const;
  const insert = (id: string, createdAt: number) => {
    const key = `${brand.id}/zz/${id.slice(4).padEnd(24, '0')}`;
    return [blobRows.insert(brand, { key, digest: id, bytes: 5, created_at: createdAt }), fileRows.insert(brand, { ...held, id, blob_key: key, created_at: createdAt })];
  };
  const messageId = await write('Here it is');
  const { id: conversationId } = await conversation();
  await brand.note([
    ...insert('fil_old', at - HELD_KEPT_MS - 1), ...insert('fil_new', at - HELD_KEPT_MS), ...insert('fil_sent', at - HELD_KEPT_MS - 1),
    fileRows.attach(brand, 'fil_sent', { messageId, conversationId, channelId, author: { kind: 'customer', id: customerId }, position: 0, at }),
  ]);
  const parts = { store, blobs: folderBlobs(join(root, brand.id)), spoolFolder: join(root, 'incoming'), now: () => at };
  for (let round = 0; round < 2; round += 1) await sweepMedia(parts);
  const left = await Promise.all(['fil_old', 'fil_new', 'fil_sent'].map((id) => fileRows.byId(brand, id)));
  assert.deepEqual(left.map((row) => row?.state), [undefined, 'quarantined', 'quarantined']);
  const { rows } = await search(brand, { event: 'file.destroyed' }, 10);
  assert.deepEqual(rows.map((row) => [row.actor_kind, row.entity_id]), [['system', 'fil_old']]);
});

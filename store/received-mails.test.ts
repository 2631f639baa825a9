// Mail that waits: whoever took one up and holds it no more changes nothing of it; one that is late waits with the late ones, the oldest first.
import assert from 'node:assert/strict';
import * as receivedMails from '#store/received-mails.ts';
import type { Due } from '#store/received-mails.ts';
import type { BrandStore } from '#store/store.ts';
import { addMailChannel } from '#test/mail-stage.ts';
import { eachStore, newBrand } from '#test/stores.ts';

async function waiting(brand: BrandStore, channel: string, ...ids: string[]): Promise<void> {
  for (const [at, id] of ids.entries()) await brand.note([receivedMails.insert(brand, { id, channel_id: channel, dedupe: id, door: 'smtp', recipient: '', envelope_from: '', raw: new Uint8Array(at + 1), bytes: at + 1, received_at: at })]);
}
const idsOf = (due: readonly Due[]): string[] => due.map(({ id }) => id);

eachStore('a node that lost a mail to another sets nothing of it, whatever it does then', async (store) => {
  const brand = await newBrand(store);
  await waiting(brand, await addMailChannel(store, brand), 'rcv_1');
  const [mine] = await receivedMails.due(brand, 0, 10);
  await brand.note([receivedMails.claim(brand, mine!, 100)]);
  const [theirs] = await receivedMails.due(brand, 100, 10);
  await brand.note([receivedMails.claim(brand, theirs!, 200)]);
  const stands = async () => receivedMails.byId(brand, 'rcv_1').then((row) => [row!.due_at, row!.tries, row!.reason]);
  await brand.note([receivedMails.again(brand, mine!, 150, 'fault')]);
  await brand.note([receivedMails.renew(brand, mine!, 150)]);
  await brand.note([receivedMails.letGo(brand, mine!, 150)]);
  assert.deepEqual(await stands(), [200, 2, null]);
  await brand.note([receivedMails.again(brand, theirs!, 250, 'fault')]);
  assert.deepEqual(await stands(), [250, 2, 'fault']);
});

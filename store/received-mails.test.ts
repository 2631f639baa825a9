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

eachStore('a mail that is put off costs no try, and waits with the late ones in the place it had by its age', async (store) => {
  const brand = await newBrand(store);
  await waiting(brand, await addMailChannel(store, brand), 'rcv_c', 'rcv_b', 'rcv_a');
  const all = await receivedMails.due(brand, 10, 10);
  assert.deepEqual(all.map(({ id, bytes }) => [id, bytes]), [['rcv_c', 1], ['rcv_b', 2], ['rcv_a', 3]]);
  for (const one of all) await brand.note([receivedMails.claim(brand, one, 100)]);
  for (const at of [1, 0]) await brand.note([receivedMails.putOff(brand, all[at]!)]);
  const late = await receivedMails.lateDue(brand, 10, 10);
  assert.deepEqual([late, await receivedMails.due(brand, 10, 10)], [all.slice(0, 2), []]);
  assert.deepEqual(idsOf(await receivedMails.lateDue(brand, 10, 1)), ['rcv_c']);
  // Taken up again and failed: a mail like others, which waits for its next try.
  await brand.note([receivedMails.claim(brand, late[0]!, 100)]);
  await brand.note([receivedMails.again(brand, late[0]!, 20, 'fault')]);
  assert.deepEqual([idsOf(await receivedMails.due(brand, 20, 10)), idsOf(await receivedMails.lateDue(brand, 20, 10))], [['rcv_c'], ['rcv_b']]);
});

// Channels by their kind: the chat door and tickets find chats alone.
import assert from 'node:assert/strict';
import * as channels from '#store/channels.ts';
import { eachStore, newBrand } from '#test/stores.ts';

eachStore('a channel of mail or API is no chat: the chat door and tickets do not find it', async (store) => {
  const brand = await newBrand(store);
  const row = (id: string, kind: 'chat' | 'email' | 'api') => channels.insert(brand, { id, kind, name: id, title: '', greeting: '', away_text: '', colour: '', created_at: 1, created_by: null, disabled_at: null });
  await brand.note([row('chn_1', 'chat'), row('chn_2', 'email'), row('chn_3', 'api')]);
  assert.deepEqual((await channels.all(brand)).map(({ id, kind }) => [id, kind]), [['chn_1', 'chat'], ['chn_2', 'email'], ['chn_3', 'api']]);
  assert.equal((await channels.chatById(brand, 'chn_1'))?.id, 'chn_1');
  for (const other of ['chn_2', 'chn_3']) assert.equal(await channels.chatById(brand, other), undefined);
});

// Openings: the first is durable before anything is handed out, what follows is the same one, and one that could not be written is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Opening, openOpenings, SAME_OPENING_MS } from '#media/openings.ts';
import { search } from '#audit/search.ts';
import type { Part } from '#store/store.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const opening: Opening = { actor: { kind: 'agent', id: 'agt_1' }, viewer: 'ses_1', fileId: 'fil_1', conversationId: 'con_1', what: 'file', by: 'session', address: '192.0.2.1' };

eachStore('a row for the first of each viewer, file and kind, and again after ten minutes', async (store) => {
  const brand = await newBrand(store);
  let uptime = 0;
  const openings = openOpenings({ commit: (parts: Part[]) => store.commit(parts), now: () => 1_700_000_000_000 + uptime, uptime: () => uptime });
  const count = async (): Promise<number> => (await search(brand, { event: 'file.opened' }, 100)).rows.length;
  await Promise.all(Array.from({ length: 20 }, () => openings.note(brand, opening)));
  assert.equal(await count(), 1, 'twenty parts asked for at once are one opening');
  await openings.note(brand, { ...opening, what: 'thumbnail' });
  await openings.note(brand, { ...opening, viewer: 'ses_2' });
  await openings.note(brand, { ...opening, fileId: 'fil_2' });
  assert.equal(await count(), 4);
  uptime = SAME_OPENING_MS - 1;
  assert.equal(openings.note(brand, opening), undefined, 'nothing is written, and nothing waits');
  uptime = SAME_OPENING_MS;
  await openings.note(brand, opening);
  assert.equal(await count(), 5);
});

test('one that could not be written opens nothing, nor does what came with it; the next try is written anew', async () => {
  let broken = true;
  let tries = 0;
  const openings = openOpenings({
    commit: async () => {
      tries += 1;
      if (broken) throw new Error('the disk is full');
    },
    now: () => 0, uptime: () => 0,
  });
  const brand = { id: 'b000000000000', part: (fields: unknown) => fields } as never;
  const both = await Promise.allSettled([openings.note(brand, opening), openings.note(brand, opening)]);
  assert.deepEqual(both.map(({ status }) => status), ['rejected', 'rejected']);
  broken = false;
  await openings.note(brand, opening);
  assert.equal(tries, 2);
});

// The counters behind the locks, on both engines: exact at their edges, honest with a clock set back, apart from each other.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openKeyring } from '#identity/keyring.ts';
import { attempt, clear, clearPerson, codeLane, failures, LOCK_AT, LOCK_MS, signInLane, waitAfter } from '#identity/locks.ts';
import { eachStore, newBrand } from '#test/stores.ts';

const NOW = 1_800_000_000_000;
const NETWORK = '192.0.2.0/24';
const folder = mkdtempSync(join(tmpdir(), 'portcullis-keys-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const keyring = openKeyring({ folder: join(folder, 'keys'), env: undefined, create: true, now: NOW });

test('the wait doubles from the fifth failure and is half an hour from the tenth', () => {
  const waits = Array.from({ length: 13 }, (_, n) => waitAfter(n));
  assert.deepEqual(waits, [0, 0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, LOCK_MS, LOCK_MS, LOCK_MS]);
});

eachStore('a lane is slowed, locked and lifted to the millisecond', async (store) => {
  const brand = await newBrand(store);
  const lane = signInLane(keyring, brand, 'ada@example.com', NETWORK);
  let now = NOW;
  for (let count = 1; count <= LOCK_AT; count += 1) {
    assert.equal(await attempt(lane, now), null, `try ${count}`);
    assert.equal(await failures(lane), count);
    const wait = waitAfter(count);
    if (wait === 0) continue;
    const slowed = await attempt(lane, now + wait - 1);
    assert.equal(slowed?.code, 'sign_in.locked');
    assert.equal(slowed?.facts['retryAfterSeconds'], 1);
    assert.equal(await failures(lane), count, 'a try that was not looked at is not counted');
    now += wait;
  }
  assert.equal(await attempt(lane, now), null, 'lifted');
  assert.equal(await failures(lane), 1, 'and begun anew');
});

eachStore('failures half an hour apart are not in a row', async (store) => {
  const lane = signInLane(keyring, await newBrand(store), 'ada@example.com', NETWORK);
  await attempt(lane, NOW);
  await attempt(lane, NOW + LOCK_MS - 1);
  assert.equal(await failures(lane), 2);
  await attempt(lane, NOW + 2 * LOCK_MS - 1);
  assert.equal(await failures(lane), 1);
});

eachStore('a clock set back lengthens no lock', async (store) => {
  const lane = codeLane(keyring, await newBrand(store), 'agt_a');
  for (let now = NOW; (await failures(lane)) < LOCK_AT; now += 20_000) await attempt(lane, now);
  const denial = await attempt(lane, NOW - 365 * 86_400_000);
  assert.equal(denial?.facts['retryAfterSeconds'], LOCK_MS / 1_000);
});

eachStore('of many tries at once none is lost and none is free', async (store) => {
  const lane = signInLane(keyring, await newBrand(store), 'ada@example.com', NETWORK);
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => attempt(lane, NOW)));
  const looked = outcomes.filter((outcome) => outcome === null).length;
  assert.ok(looked >= 1 && looked <= 5, `${looked} were looked at`);
  assert.equal(await failures(lane), looked);
});

eachStore('lanes are apart by person, network, brand and kind; a person is cleared of all of theirs', async (store) => {
  const [one, two] = [await newBrand(store), await newBrand(store)];
  const system = { system: store.system, slug: 'nowhere' };
  const mine = [signInLane(keyring, one, 'ada', NETWORK), signInLane(keyring, one, 'ada', '198.51.100.0/24'), codeLane(keyring, one, 'agt_a')];
  const others = [signInLane(keyring, one, 'bob', NETWORK), signInLane(keyring, two, 'ada', NETWORK), codeLane(keyring, one, 'agt_b'), signInLane(keyring, system, 'ada', NETWORK), signInLane(keyring, { ...system, slug: 'elsewhere' }, 'ada', NETWORK)];
  for (const lane of [...mine, ...others]) await attempt(lane, NOW);
  for (const lane of [...mine, ...others]) assert.equal(await failures(lane), 1);
  await one.note(clearPerson(keyring, one, 'ada', 'agt_a'));
  for (const lane of mine) assert.equal(await failures(lane), 0);
  for (const lane of others) assert.equal(await failures(lane), 1);
  await one.note(clear(others[0]!));
  assert.equal(await failures(others[0]!), 0);
});

eachStore('the table names nobody', async (store) => {
  const brand = await newBrand(store);
  const { key } = signInLane(keyring, brand, 'ada@example.com', NETWORK);
  assert.doesNotMatch(JSON.stringify(key), /ada@|example\./);
});

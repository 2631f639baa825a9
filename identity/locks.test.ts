// The counters behind the locks, on both engines: exact at their edges, honest with a clock set back, apart from each other.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openKeyring } from '#identity/keyring.ts';
import { attempt, attemptCode, attemptSignIn, clear, clearPerson, codeLane, failures, type Lane, LOCK_AT, LOCK_MS, locksOf, signInLane, STRANGERS_A_DAY, waitAfter, WRONG_CODES_A_DAY } from '#identity/locks.ts';
import * as failureRows from '#store/failures.ts';
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
  const lane = codeLane(keyring, await newBrand(store), 'agt_a', 'totp');
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
  const mine = [signInLane(keyring, one, 'ada', NETWORK), signInLane(keyring, one, 'ada', '198.51.100.0/24'), codeLane(keyring, one, 'agt_a', 'totp'), codeLane(keyring, one, 'agt_a', 'recovery')];
  const others = [signInLane(keyring, one, 'bob', NETWORK), signInLane(keyring, two, 'ada', NETWORK), codeLane(keyring, one, 'agt_b', 'totp'), signInLane(keyring, system, 'ada', NETWORK), signInLane(keyring, { ...system, slug: 'elsewhere' }, 'ada', NETWORK)];
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

/** The denial's seconds, or the count of the lane. */
async function tried(lane: Lane, now: number): Promise<string> {
  const step = await attemptSignIn(lane, now);
  return 'allowed' in step ? `wait ${String(step.facts['retryAfterSeconds'])}` : `count ${step.count}`;
}

eachStore('a device has its own lane, which counts for no day', async (store) => {
  const brand = await newBrand(store);
  const stranger = signInLane(keyring, brand, 'ada', NETWORK);
  const device = signInLane(keyring, brand, 'ada', NETWORK, 'dev_a');
  let now = NOW;
  for (let count = 1; count <= LOCK_AT; count += 1) {
    assert.equal(await tried(stranger, now), `count ${count}`);
    now += waitAfter(count) < LOCK_MS ? waitAfter(count) : 0;
  }
  assert.equal(await tried(stranger, now), 'wait 1800');
  assert.equal(await tried(device, now), 'count 1');
  assert.equal(await tried(signInLane(keyring, brand, 'ada', NETWORK, 'dev_b'), now), 'count 1', 'each device its own');
  await brand.note(clear(device));
  assert.equal(await tried(stranger, now), 'wait 1800', 'a sign-in at a device lifts no lock of strangers');
});

eachStore('the hundredth failure of a day is the last, to the exact try and millisecond, from however many networks at once', async (store) => {
  const brand = await newBrand(store);
  const lane = (n: number) => signInLane(keyring, brand, 'ada', `10.0.${n}.0/24`);
  const counted = async (from: number, to: number, now: number) => {
    const outcomes = [];
    // A lane each, ten at once: they meet only in the counter of the day.
    for (let n = from; n < to; n += 10) outcomes.push(...(await Promise.all(Array.from({ length: Math.min(10, to - n) }, (_, at) => tried(lane(n + at), now)))));
    return outcomes.filter((outcome) => outcome === 'count 1').length;
  };
  assert.ok((await counted(0, 60, NOW)) >= 50, 'tries of different networks hardly hinder each other');
  await counted(60, 200, NOW + 1);
  const { subject } = lane(0).key;
  assert.equal((await failureRows.byKey(brand, { kind: 'sign_in_day', subject, network: '' }))?.count, STRANGERS_A_DAY);
  let looked = 0;
  for (let n = 0; n < 200; n += 1) looked += await failures(lane(n));
  assert.equal(looked, STRANGERS_A_DAY, 'none was counted in one place alone');
  assert.equal(await tried(lane(300), NOW + 86_400_000 - 1), 'wait 1');
  assert.equal(await tried(lane(300), NOW - 3 * 3_600_000), 'wait 86400', 'a clock set back makes it no longer than a day, and does not lift it');
  assert.equal(await tried(signInLane(keyring, brand, 'ada', NETWORK, 'dev_a'), NOW + 1), 'count 1', 'a known device is let through');
  assert.equal(await tried(signInLane(keyring, brand, 'bob', NETWORK), NOW + 1), 'count 1');
  assert.equal(await tried(lane(300), NOW + 86_400_000), 'count 1');
});

eachStore('locks outlive a restart, and hold at every node', async (store, stage) => {
  const brand = await newBrand(store);
  const here = signInLane(keyring, brand, 'ada', NETWORK);
  for (let n = 0; n < 4; n += 1) await tried(here, NOW);
  const other = await stage.again();
  const there = signInLane(keyring, other.brand(brand.id), 'ada', NETWORK);
  assert.equal(await tried(there, NOW), 'count 5');
  assert.equal(await tried(here, NOW), 'wait 1');
  await store.close();
  const restarted = await stage.again();
  assert.equal(await tried(signInLane(keyring, restarted.brand(brand.id), 'ada', NETWORK), NOW), 'wait 1');
  await other.brand(brand.id).note(clearPerson(keyring, other.brand(brand.id), 'ada', 'agt_a'));
  assert.equal(await tried(signInLane(keyring, restarted.brand(brand.id), 'ada', NETWORK), NOW), 'count 1', 'lifted at one, lifted at all');
});

eachStore('the locks that stand are listed by person, in every lane', async (store) => {
  const brand = await newBrand(store);
  const people = [{ id: 'agt_a', email_key: 'ada' }, { id: 'agt_b', email_key: 'bob' }];
  const until = async (lane: Lane) => {
    let now = NOW;
    for (let count = 1; count <= LOCK_AT; count += 1) {
      await (lane.key.kind === 'code' ? attempt(lane, now) : attemptSignIn(lane, now));
      now += count < LOCK_AT ? waitAfter(count) : 0;
    }
    return now + LOCK_MS;
  };
  const end = await until(signInLane(keyring, brand, 'ada', NETWORK));
  await until(signInLane(keyring, brand, 'ada', NETWORK, 'dev_a'));
  await until(codeLane(keyring, brand, 'agt_a', 'sms'));
  await until(signInLane(keyring, brand, 'nobody', NETWORK));
  await tried(signInLane(keyring, brand, 'bob', NETWORK), NOW);
  const found = await locksOf(keyring, brand, people, end - 1);
  assert.deepEqual([...found.keys()], ['agt_a']);
  assert.deepEqual(found.get('agt_a')!.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)), [
    { kind: 'codes', network: null, method: 'sms', failures: 10, until: end },
    { kind: 'device', network: null, method: null, failures: 10, until: end },
    { kind: 'network', network: NETWORK, method: null, failures: 10, until: end },
  ]);
  assert.equal((await locksOf(keyring, brand, people, end)).size, 0);
  await brand.note(clearPerson(keyring, brand, 'ada', 'agt_a'));
  assert.equal((await locksOf(keyring, brand, people, end - 1)).size, 0);
});

eachStore('thirty wrong codes of one factor in a day stop it alone, which is listed and lifted', async (store) => {
  const brand = await newBrand(store);
  const lane = (method: 'totp' | 'sms' | 'recovery' | 'passkey') => codeLane(keyring, brand, 'agt_a', method);
  let now = NOW;
  for (let count = 0; count < WRONG_CODES_A_DAY; count += 1, now += LOCK_MS) assert.equal(await attemptCode(lane('recovery'), now), null, `try ${count + 1}`);
  assert.equal((await attemptCode(lane('recovery'), now))?.code, 'sign_in.locked');
  for (const method of ['totp', 'sms'] as const) assert.equal(await attemptCode(lane(method), now), null, method);
  for (let count = 0; count < 2 * WRONG_CODES_A_DAY; count += 1) assert.equal(await attemptCode(lane('passkey'), now), null, 'a passkey is no guess');
  const listed = async () => (await locksOf(keyring, brand, [{ id: 'agt_a', email_key: 'ada' }], now)).get('agt_a');
  assert.deepEqual(await listed(), [{ kind: 'codes_day', network: null, method: 'recovery', failures: WRONG_CODES_A_DAY, until: NOW + 86_400_000 }]);
  await brand.note(clearPerson(keyring, brand, 'ada', 'agt_a'));
  assert.equal(await listed(), undefined);
  assert.equal(await attemptCode(lane('recovery'), now), null);
});

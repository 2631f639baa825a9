// The demo: made once, signed in to with what is printed, and a history that could have happened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as auditRows from '#store/audit-rows.ts';
import { fillDemo } from '#server/demo.ts';
import { openHouse } from '#test/house.ts';
import { portcullis } from '#test/program.ts';

test('what is printed signs in and saves; a second start makes nothing', async (context) => {
  const house = await openHouse();
  context.after(() => house.close());
  const { parts } = house.building;
  const printed = await fillDemo(parts);
  const field = (name: string): string => new RegExp(`${name}\\s+(\\S+)`).exec(printed)?.[1] ?? assert.fail(printed);
  const admin = { email: field('email'), secret: field('authenticator'), recoveryCodes: [], slug: 'northwind' };
  const signedIn = await house.call('POST', '/api/v1/sign-in', { body: { brand: admin.slug, email: admin.email, password: field('password') } });
  assert.deepEqual(signedIn.body, { next: 'workspace' });
  const cookie = signedIn.cookies.find((one) => one.startsWith('__Host-session='))!;
  const policy = (await house.call('GET', '/api/v1/policy', { cookie })).body;
  const { value } = policy.settings['management.allowlist'];
  assert.equal(value.state, 'any');
  const saved = await house.save(admin, cookie, { 'management.allowlist': { ...value, state: 'only' } });
  assert.equal(saved.status, 200, saved.text);

  const rows = (await auditRows.last(parts.store.system))?.seq;
  assert.match(await fillDemo(parts), /^\n {2}The demo brand is there already/);
  assert.equal((await auditRows.last(parts.store.system))?.seq, rows);
  assert.equal((await portcullis({ DATA_DIR: house.dataDir }, ['audit', 'verify'])).code, 0);
});

test('its history is in order of time, each session ends once and after it began, and nothing lies ahead', async (context) => {
  const house = await openHouse();
  context.after(() => house.close());
  const { store, brands, now } = house.building.parts;
  await fillDemo(house.building.parts);
  const brand = store.brand((await brands.bySlug('northwind'))!.id);
  const rows = (await auditRows.page(brand, { limit: 10_000 })).reverse();
  assert.ok(rows.length > 150);
  assert.ok(rows.every((row, at) => row.at <= now() && (at === 0 || row.at >= rows[at - 1]!.at)));
  const begun = new Map(rows.filter((row) => row.event === 'sign_in.succeeded').map((row) => [row.entity_id, row.at]));
  const ended = rows.filter((row) => row.event === 'session.ended');
  assert.equal(new Set(ended.map((row) => row.entity_id)).size, ended.length);
  assert.ok(ended.every((row) => row.at > (begun.get(row.entity_id) ?? Infinity)));
});

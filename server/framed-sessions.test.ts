// Framed sessions and the policy file: a site that a file takes off the list, pinned or not, ends its sessions for good, also those that asked nothing meanwhile.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { after, before, it } from 'node:test';
import { WebSocket } from 'ws';
import { planFile, readPolicyFile } from '#policy/policy-file.ts';
import { openData } from '#server/data.ts';
import { applyPlan, presentOf } from '#server/policy-file-apply.ts';
import type { Store } from '#store/store.ts';
import { type Admin, openHouse, presentCookie, type TestHouse } from '#test/house.ts';
import { only } from '#test/people.ts';

const KEY = 'frame.allowed_origins';
const [CRM, PORTAL] = ['https://crm.example', 'https://portal.example'] as const;
const VERIFIER = 'a-verifier-that-only-the-frame-holds-0123456789';
let house: TestHouse;
let admin: Admin;
let cookie: string;
/** Of another process. */
let store: Store;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  ({ store } = await openData(house.building.parts.config, house.clock.now));
});
after(async () => {
  await store.close();
  await house.close();
});

/** The cookie of a session that stands in the frame of this site. */
async function cookieIn(site: string): Promise<string> {
  const { body } = await house.call('POST', '/api/v1/frame/code', { cookie, body: { challenge: createHash('sha256').update(VERIFIER).digest('base64url'), framedBy: [site] } });
  const { cookies } = await house.call('POST', '/api/v1/frame/session', { body: { code: body.code, verifier: VERIFIER, framedBy: [site] } });
  return cookies.find((one) => one.startsWith('__Host-frame='))!;
}

/** Asks by such a session. */
async function framed(site: string): Promise<() => Promise<{ status: number; code: string | undefined }>> {
  const own = await cookieIn(site);
  return async () => {
    const answer = await house.call('GET', '/api/v1/session', { cookie: own, headers: { 'portcullis-frame': '1' } });
    return { status: answer.status, code: answer.body.code };
  };
}

/** As another process does: this node hears of it when it looks. `later`: versions it has not heard of yet. */
async function apply(settings: Readonly<Record<string, unknown>>, pinned: readonly string[], later = 0): Promise<void> {
  const { brands } = house.building.parts;
  const { id, policy } = (await brands.bySlug(admin.slug))!;
  const read = readPolicyFile({ portcullis: 1, settings, pinned });
  const made = read.ok ? planFile(read.file, await presentOf(store.brand(id)), house.clock.now) : read;
  assert.ok(made.ok);
  assert.equal(await applyPlan({ store, brandId: id, baseVersion: policy.version + later, plan: made.plan, file: 'acme.yaml', reason: undefined, pastSecondPerson: false, at: house.clock.now }), undefined);
}
const hear = () => house.building.parts.brands.confirm();

it('a policy file that takes a site off the list ends its sessions, and listing it again revives none', async () => {
  assert.equal((await house.save(admin, cookie, { [KEY]: only(CRM, PORTAL) })).status, 200);
  const [inCrm, unseen, inPortal] = [await framed(CRM), await framed(CRM), await framed(PORTAL)];
  await apply({ [KEY]: only(PORTAL) }, [KEY]);
  await hear();
  assert.deepEqual([(await inCrm()).code, (await inPortal()).status], ['frame.origin_not_allowed', 200]);
  await apply({ [KEY]: only(CRM, PORTAL) }, []);
  await hear();
  assert.deepEqual([(await inCrm()).status, (await unseen()).status, (await inPortal()).status], [401, 401, 200]);
});

it('an open page in a frame is cut, also where the site is off the list and on it again between two looks of the node', { timeout: 20_000 }, async () => {
  assert.equal((await house.save(admin, cookie, { [KEY]: only(CRM, PORTAL) })).status, 200);
  const own = await cookieIn(CRM);
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/v1/live/frame`, { origin: `http://localhost:${house.port}`, headers: { cookie: presentCookie(own), host: `localhost:${house.port}` } });
  await once(socket, 'message');
  const closed = once(socket, 'close');
  await apply({ [KEY]: only(PORTAL) }, []);
  await apply({ [KEY]: only(CRM, PORTAL) }, [], 1);
  await hear();
  await closed;
});

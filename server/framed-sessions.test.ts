// Framed sessions and the policy file: a site that a file takes off the list, pinned or not, ends its sessions for good, also those that asked nothing meanwhile.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, it } from 'node:test';
import { planFile, readPolicyFile } from '#policy/policy-file.ts';
import { applyPlan, presentOf } from '#server/policy-file-apply.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { only } from '#test/people.ts';

const KEY = 'frame.allowed_origins';
const [CRM, PORTAL] = ['https://crm.example', 'https://portal.example'] as const;
const VERIFIER = 'a-verifier-that-only-the-frame-holds-0123456789';
let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
});
after(() => house.close());

/** Asks by a session that stands in the frame of this site. */
async function framed(site: string): Promise<() => Promise<{ status: number; code: string | undefined }>> {
  const { body } = await house.call('POST', '/api/v1/frame/code', { cookie, body: { challenge: createHash('sha256').update(VERIFIER).digest('base64url'), framedBy: [site] } });
  const { cookies } = await house.call('POST', '/api/v1/frame/session', { body: { code: body.code, verifier: VERIFIER, framedBy: [site] } });
  const own = cookies.find((one) => one.startsWith('__Host-frame='))!;
  return async () => {
    const answer = await house.call('GET', '/api/v1/session', { cookie: own, headers: { 'portcullis-frame': '1' } });
    return { status: answer.status, code: answer.body.code };
  };
}

async function apply(settings: Readonly<Record<string, unknown>>, pinned: readonly string[]): Promise<void> {
  const { brands, store } = house.building.parts;
  const { id, policy } = (await brands.bySlug(admin.slug))!;
  const read = readPolicyFile({ portcullis: 1, settings, pinned });
  const made = read.ok ? planFile(read.file, await presentOf(store.brand(id)), house.clock.now) : read;
  assert.ok(made.ok);
  assert.equal(await applyPlan({ store, brandId: id, baseVersion: policy.version, plan: made.plan, file: 'acme.yaml', reason: undefined, pastSecondPerson: false, at: house.clock.now }), undefined);
  await brands.confirm();
}

it('a policy file that takes a site off the list ends its sessions, and listing it again revives none', async () => {
  assert.equal((await house.save(admin, cookie, { [KEY]: only(CRM, PORTAL) })).status, 200);
  const [inCrm, unseen, inPortal] = [await framed(CRM), await framed(CRM), await framed(PORTAL)];
  await apply({ [KEY]: only(PORTAL) }, [KEY]);
  assert.deepEqual([(await inCrm()).code, (await inPortal()).status], ['frame.origin_not_allowed', 200]);
  await apply({ [KEY]: only(CRM, PORTAL) }, []);
  assert.deepEqual([(await inCrm()).status, (await unseen()).status, (await inPortal()).status], [401, 401, 200]);
});

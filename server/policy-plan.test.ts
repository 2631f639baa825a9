// What is predicted is what holds, on both engines: a plan of any file is how the settings stand once it is applied, and a replay of any draft is how the doors decide then.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Key, settingOf } from '#policy/catalogue.ts';
import { effective, type Policy } from '#policy/effective.ts';
import { differences } from '#policy/history.ts';
import { planFile, readPolicyFile, sourcesOf } from '#policy/policy-file.ts';
import type { PolicyFor } from '#policy/replay.ts';
import { packed } from '#policy/questions.ts';
import type { BrandStore, Store } from '#store/store.ts';
import { openBrands } from '#server/brands.ts';
import { openJournal } from '#server/journal.ts';
import { applyPlan, presentOf } from '#server/policy-file-apply.ts';
import { type Replayed, replayJournal } from '#server/policy-replay.ts';
import { anyAsked, anySettings, type Asked, decided, NOW } from '#test/any-policy.ts';
import { eachStore, newBrand } from '#test/stores.ts';
import { addChannel } from '#test/tickets.ts';

const some = (settings: Readonly<Record<string, unknown>>) => fc.subarray(Object.keys(settings)).map((keys) => Object.fromEntries(keys.map((key) => [key, settings[key]])));
const ofChannel = (settings: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.entries(settings).filter(([key]) => settingOf(key as Key).scope === 'channel'));
const anyFile = fc.record({
  portcullis: fc.constant(1), settings: anySettings.chain(some),
  channels: fc.record({ Shop: anySettings.chain((settings) => some(ofChannel(settings))).chain((own) => fc.subarray(Object.keys(own)).map((dropped) => ({ ...own, ...Object.fromEntries(dropped.map((key) => [key, null])) }))) }, { requiredKeys: [] }),
  locked: fc.subarray(['ticket.lifetime_seconds', 'upload.max_bytes', 'media.enforce_access']), pinned: fc.subarray(['session.absolute_hours', 'upload.max_bytes', 'api.allowlist']),
}, { requiredKeys: ['portcullis', 'settings'] });

interface Case { readonly asked: Asked; readonly inShop: boolean }
const codeOf = (policy: Policy, asked: Asked): string | null => {
  const decision = decided(policy, asked);
  return decision.allowed ? null : decision.code;
};

async function replayed(brand: BrandStore, current: PolicyFor, draft: PolicyFor): Promise<Replayed> {
  for await (const step of replayJournal(brand, current, draft, NOW)) if (step.step === 'done') return step.result;
  throw new Error('no end');
}

async function holds(store: Store, files: readonly object[], cases: readonly Case[]): Promise<void> {
  const rows = await newBrand(store);
  const shop = await addChannel(rows, 'Shop');
  await addChannel(rows, 'Desk', 2);
  const brands = openBrands(store, () => 0);
  const brandId = rows.id;
  const brand = (await brands.byId(brandId))!;
  const placeOf = ({ inShop }: Case): string | null => (inShop ? shop : null);
  for (const document of files) {
    const read = readPolicyFile(document);
    assert.ok(read.ok, JSON.stringify(read));
    const made = planFile(read.file, await presentOf(rows), NOW);
    // A channel's value looser than a lock is a fault of its own.
    if (!made.ok) continue;
    const { plan } = made;
    const { module, channels, pinned } = sourcesOf(plan.next);
    const draft: PolicyFor = (id) => (id === null ? plan.policy : effective({ version: 0, module, channel: channels[id] ?? {}, pinned }));
    const before = brand.savedIn;
    await rows.note([rows.write(rows.q.deleteFrom('decisions'))]);
    const journal = openJournal({ store, now: () => NOW });
    for (const one of cases) {
      const policy = before(placeOf(one));
      journal.note(brandId, { question: one.asked.name, channel: placeOf(one), subject: { kind: 'agent', id: 'agt_1' }, facts: one.asked.asked as never, decision: decided(policy, one.asked), version: policy.version });
    }
    await journal.flush();
    const [same, predicted] = [await replayed(rows, before, before), await replayed(rows, before, draft)];
    assert.deepEqual([same.decisions, same.changed, same.unfaithful, same.unreadable], [cases.length, 0, 0, 0]);
    const codes = cases.map((one) => codeOf(before(placeOf(one)), one.asked));

    if (plan.changes.length === 0) {
      assert.equal(predicted.changed, 0);
      continue;
    }
    const fault = await applyPlan({ store, brandId, baseVersion: brand.policy.version, plan, file: 'policy.yaml', reason: undefined, pastSecondPerson: false, at: NOW });
    assert.equal(fault, undefined);
    await brands.confirm();
    assert.deepEqual(differences(plan.next, (await presentOf(rows)).state), []);
    for (const id of [null, shop]) assert.deepEqual(brand.savedIn(id).values, draft(id).values);
    const changed = cases.filter((one, n) => codeOf(brand.savedIn(placeOf(one)), one.asked) !== codes[n]);
    assert.equal(predicted.changed, changed.length, JSON.stringify(changed.map(({ asked: { name, asked } }) => [name, packed(asked)])));
    assert.equal(predicted.unfaithful, 0);
  }
}

eachStore('any two files applied one after the other, over decisions of every question', async (store) => {
  const cases = fc.array(fc.record({ asked: anyAsked, inShop: fc.boolean() }), { minLength: 30, maxLength: 40 });
  await fc.assert(fc.asyncProperty(fc.tuple(anyFile, anyFile), cases, (files, asked) => holds(store, files, asked)), { numRuns: 5 });
});

// Standards over HTTP: how settings stand to them, deviations that are recorded and go stale, the draft through the ordinary save, and evidence with its row and its golden file.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Check } from 'typebox/value';
import { presets } from '#policy/presets.ts';
import { evidenceOf } from '#server/preset-evidence.ts';
import { EvidenceReport } from '#server/api/preset-shapes.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, knock, trail } from '#test/people.ts';
import { readyEnv } from '#test/ready-places.ts';
import { addApiKey, addChannel, bearer } from '#test/tickets.ts';

const PCI = 'pci-dss-4.0.1';
const NIST = 'nist-800-63b-4-aal2';
const ASVS = 'owasp-asvs-5.0-l2';
const GOLDEN = new URL('../../test/golden/evidence.json', import.meta.url);

/** What differs from run to run, by the order it comes in: ids, hashes, signatures and times. */
function steady(text: string): string {
  const names = new Map<string, string>();
  const named = (kind: string) => (found: string): string => names.get(found) ?? (names.set(found, `<${kind} ${[...names.values()].filter((one) => one.startsWith(`<${kind} `)).length + 1}>`).get(found) as string);
  return text.replace(/\b(?:agt|chn|dev|key)_[a-z0-9]+/g, named('id')).replace(/(?<=")b[a-z0-9]{12}(?=")/g, named('brand')).replace(/\b[0-9a-f]{64}\b/g, named('hash')).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, named('time'))
    .replace(/"signed": (?:null|\{[^}]*\})/, '"signed": "<as it may be>"').replace(/"rows": \d+/g, '"rows": "<number>"').replace(/"version": "\d+\.\d+\.\d+"/, '"version": "<of the program>"');
}

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`standards (${engine})`, () => {
    let house: TestHouse;
    let admin: Admin;
    let cookie: string;
    let shop: string;
    before(async () => {
      house = await openHouse({ env: await readyEnv(engine) });
      admin = await house.setUp();
      cookie = await house.signIn(admin);
      await house.stepUp(admin, cookie);
      const { brands, store } = house.building.parts;
      shop = await addChannel(store.brand((await brands.bySlug(admin.slug))!.id));
    });
    after(() => house.close());

    const get = (path: string, shown = cookie): Promise<Answer> => house.call('GET', `/api/v1/presets${path}`, { cookie: shown });
    const post = (path: string, body: object, shown = cookie): Promise<Answer> => house.call('POST', `/api/v1/presets${path}`, { cookie: shown, body });
    const check = async (id: string, beside = ''): Promise<any> => {
      const answer = await get(`/${id}/check${beside === '' ? '' : `?beside=${beside}`}`);
      assert.equal(answer.status, 200, answer.text);
      return answer.body;
    };
    const rowOf = async (id: string, requirement: string): Promise<any> => (await check(id)).presets[0].requirements.find((one: { id: string }) => one.id === requirement);
    const fresh = () => house.stepUp(admin, cookie);

    it('are listed with how far they are met', async () => {
      const { body } = await get('');
      assert.deepEqual(body.presets.map((one: { id: string }) => one.id), presets.map(({ id }) => id));
      const [pci] = body.presets;
      assert.equal(Object.values(pci.summary as Record<string, number>).reduce((sum, many) => sum + many, 0), presets[0]?.requirements.length);
      assert.ok(pci.summary.not_met > 0 && pci.summary.met > 0);
    });

    it('who may not manage settings reads none of it', async () => {
      const agent = (await knock(house, admin.slug, await addAgent(house, admin, 'reader', ['see_audit']))).cookies[0]!;
      for (const path of ['', `/${PCI}/check`]) assert.equal((await get(path, agent)).body.code, 'capability.missing', path);
      for (const path of [`/${PCI}/evidence`, `/${PCI}/deviations`]) assert.equal((await post(path, { requirement: 'x', reason: 'x' }, agent)).body.code, 'capability.missing', path);
      // From here on everybody needs a second factor, and this one has none.
      const { id } = (await house.call('GET', '/api/v1/users', { cookie })).body.users.find((one: { name: string }) => one.name === 'reader');
      await fresh();
      assert.equal((await house.call('POST', `/api/v1/users/${id}/deactivate`, { cookie, body: {} })).status, 200);
    });

    it('a check tells setting, value, origin and proof; an unknown standard is told as one', async () => {
      const row = await rowOf(PCI, '8.2.8');
      assert.deepEqual([row.number, row.state, row.key, row.value, row.wanted, row.origin.from], ['8.2.8', 'not_met', 'session.idle_timeout_minutes', '30 minutes', 'from 1 minute to 15 minutes', 'default']);
      assert.match(row.proof[0].file, /workspace-session\.test\.ts$/);
      assert.equal((await get('/iso-27001/check')).body.code, 'preset.missing');
      assert.equal((await get(`/${PCI}/check?beside=iso-27001`)).status, 422);
    });

    it('the draft is saved like any other, and then asks for nothing more', async () => {
      const { draft, version } = await check(PCI);
      assert.deepEqual(draft.map((one: { key: string }) => one.key), ['two_factor.mode', 'session.idle_timeout_minutes']);
      const saved = await house.save(admin, cookie, Object.fromEntries(draft.map((one: { key: string; value: unknown }) => [one.key, one.value])));
      assert.equal(saved.status, 200, saved.text);
      const now = await check(PCI);
      assert.deepEqual([now.version, now.draft], [version + 1, []]);
      const idle = await rowOf(PCI, '8.2.8');
      assert.deepEqual([idle.state, idle.origin.setByName], ['met', 'Dana Levi']);
      assert.equal((await rowOf(PCI, '8.3.9')).state, 'not_applicable');
    });

    it('two that contradict each other say so, with both sides', async () => {
      const { conflicts } = await check(PCI, `${NIST},${ASVS}`);
      assert.deepEqual(conflicts.map((one: any) => [one.about, one.state, one.sides.map((side: { number: string }) => side.number)]), [
        ['Rules of composition', 'open', ['8.3.6', '3.1.1.2']], ['Maximum password age', 'avoided', ['8.3.9', '3.1.1.2']],
        ['Rules of composition', 'open', ['8.3.6', '6.2.5']], ['Maximum password age', 'avoided', ['8.3.9', '6.2.10']],
      ]);
    });

    it('a deviation is recorded once, with its reason and its row; it decides the conflict, and is taken back', async () => {
      await fresh();
      const body = { requirement: '8.3.6-composition', reason: ' Length stands in its place, as NIST asks. ' };
      const made = await post(`/${PCI}/deviations`, body);
      assert.equal(made.status, 201, made.text);
      assert.equal((await post(`/${PCI}/deviations`, body)).body.code, 'deviation.present');
      const row = await rowOf(PCI, '8.3.6-composition');
      assert.deepEqual([row.state, row.deviation.reason, row.deviation.byName, row.deviation.stale], ['deviation', 'Length stands in its place, as NIST asks.', 'Dana Levi', false]);
      assert.equal((await check(PCI, NIST)).conflicts[0].state, 'decided');
      const [written] = await trail(house, cookie, 'what=deviation.recorded');
      assert.deepEqual([written.facts.number, written.after.reason, written.sentence], ['8.3.6', row.deviation.reason, 'Dana Levi recorded a deviation from PCI DSS 4.0.1 8.3.6.']);
      const gone = (id: string) => house.call('DELETE', `/api/v1/presets/${id}/deviations/${made.body.id}`, { cookie });
      assert.equal((await gone(NIST)).body.code, 'deviation.missing');
      assert.equal((await gone(PCI)).status, 204);
      assert.equal((await gone(PCI)).body.code, 'deviation.missing');
      assert.equal((await rowOf(PCI, '8.3.6-composition')).state, 'not_met');
      assert.equal((await trail(house, cookie, 'what=deviation.removed')).length, 1);
    });

    it('one whose setting was changed since is stale, and a new one takes its place', async () => {
      assert.equal((await house.save(admin, cookie, { 'session.idle_timeout_minutes': 60 })).status, 200);
      const asked = { requirement: '8.2.8', reason: 'Shared screens are locked after five minutes.' };
      await fresh();
      const first = await post(`/${PCI}/deviations`, asked);
      assert.equal((await rowOf(PCI, '8.2.8')).state, 'deviation');
      assert.equal((await house.save(admin, cookie, { 'session.idle_timeout_minutes': 240 })).status, 200);
      const row = await rowOf(PCI, '8.2.8');
      assert.deepEqual([row.state, row.deviation.stale], ['not_met', true]);
      await fresh();
      const second = await post(`/${PCI}/deviations`, { ...asked, reason: 'The same, for the night shift.' });
      assert.equal(second.status, 201, second.text);
      assert.notEqual(second.body.id, first.body.id);
      assert.deepEqual([(await rowOf(PCI, '8.2.8')).state, (await rowOf(PCI, '8.2.8')).deviation.id], ['deviation', second.body.id]);
    });

    it('what is met, yours, unknown or without a reason is not deviated from; of two at once one is recorded', async () => {
      await fresh();
      const faults = async (requirement: string, reason = 'Because.') => (await post(`/${PCI}/deviations`, { requirement, reason })).body.faults.map((one: { code: string }) => one.code);
      assert.deepEqual(await faults('8.3.7'), ['requirement.not_needed']);
      assert.deepEqual(await faults('10.6.1'), ['requirement.not_needed']);
      assert.deepEqual(await faults('9.9.9', ' '), ['requirement.unknown', 'reason.length']);
      assert.deepEqual(await faults('8.3.6-composition', 'x'.repeat(1_001)), ['reason.length']);
      assert.deepEqual(await faults('8.3.6-composition', 'a\u0000b'), ['reason.unstorable']);
      const both = await Promise.all([1, 2].map(() => post(`/${PCI}/deviations`, { requirement: '8.3.4-everywhere', reason: 'Whoever guesses from many places must not lock people out.' })));
      assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
    });

    it('a channel that is looser stands beside the value of the module', async () => {
      await fresh();
      const { body } = await house.call('GET', '/api/v1/policy', { cookie });
      const patched = await house.call('PATCH', `/api/v1/channels/${shop}/policy`, { cookie, body: { settings: { 'media.enforce_access': false }, reason: 'Pictures of the shop.' }, headers: { 'if-match': `"v${body.version}"` } });
      assert.equal(patched.status, 200, patched.text);
      const row = await rowOf(ASVS, '8.2.2');
      assert.deepEqual([row.state, row.value, row.loose], ['not_met', 'On', [{ id: shop, name: 'Shop', value: 'Off' }]]);
    });

    it('evidence says since when, by whom and why, and its row is written', async () => {
      const answer = await post(`/${PCI}/evidence`, {});
      assert.equal(answer.status, 200, answer.text);
      assert.ok(Check(EvidenceReport, answer.body), 'as its schema says');
      assert.match(answer.headers['content-disposition'] ?? '', /^attachment; filename="evidence-pci-dss-4\.0\.1\.json"$/);
      const of = (id: string) => answer.body.requirements.find((one: { id: string }) => one.id === id);
      assert.equal(of('8.2.8').since.version, answer.body.settingsVersion - 1);
      assert.deepEqual([of('8.2.8').since.by.name, of('8.3.7').since.version, of('8.3.7').since.by], ['Dana Levi', null, null]);
      const [loose] = of('7.3.1').channels;
      assert.deepEqual([loose.name, loose.value, loose.since.by.name, loose.since.reason], ['Shop', 'Off', 'Dana Levi', 'Pictures of the shop.']);
      const [row] = await trail(house, cookie, 'what=evidence.exported');
      assert.deepEqual([row.facts.format, row.facts.notMet, row.seq], ['json', answer.body.summary.not_met, answer.body.trail.rows + 1]);
      const chained = (await trail(house, cookie)).find((one) => one.seq === answer.body.trail.rows);
      assert.equal(chained.hash, answer.body.trail.head);
    });

    it('a lock leaves a value as old as it is', async () => {
      await fresh();
      const { body } = await house.call('GET', '/api/v1/policy', { cookie });
      assert.equal((await house.call('PUT', '/api/v1/policy/locks', { cookie, body: { key: 'upload.max_bytes', locked: true }, headers: { 'if-match': `"v${body.version}"` } })).status, 200);
      const { requirements, settingsVersion } = (await post(`/${ASVS}/evidence`, {})).body;
      assert.equal(settingsVersion, body.version + 1);
      assert.equal(requirements.find((one: { id: string }) => one.id === '5.2.1').since.version, null);
    });

    it('evidence says that a change is on trial', async () => {
      assert.equal((await post(`/${NIST}/evidence`, {})).body.underWay, null);
      await fresh();
      const { body } = await house.call('GET', '/api/v1/policy', { cookie });
      assert.equal((await house.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { 'password.history': 6 }, trialMinutes: 5 }, headers: { 'if-match': `"v${body.version}"` } })).status, 200);
      assert.equal((await post(`/${NIST}/evidence`, {})).body.underWay.kind, 'trial');
      assert.match((await post(`/${NIST}/evidence`, { format: 'html' })).text, /<strong>A change is on trial: it goes back by itself unless somebody confirms it\.<\/strong>/);
      const { trial } = (await house.call('GET', '/api/v1/policy/trial', { cookie })).body;
      assert.equal((await house.call('POST', '/api/v1/policy/trial/undo', { cookie, body: { id: trial.id } })).status, 200);
    });

    it('evidence stands as its golden file has it', async () => {
      const text = `${steady(JSON.stringify((await post(`/${PCI}/evidence`, {})).body, null, 2))}\n`;
      if (process.env['GOLDEN'] === 'write') writeFileSync(GOLDEN, text);
      assert.equal(text, readFileSync(GOLDEN, 'utf8'), 'GOLDEN=write writes it anew');
    });

    it('as a page it is whole, loads nothing and runs nothing, whatever somebody wrote', async () => {
      await fresh();
      const reason = '<img src=x onerror=alert(1)>"\'';
      const removed = (await rowOf(PCI, '8.2.8')).deviation.id;
      assert.equal((await house.call('DELETE', `/api/v1/presets/${PCI}/deviations/${removed}`, { cookie })).status, 204);
      assert.equal((await post(`/${PCI}/deviations`, { requirement: '8.2.8', reason })).status, 201);
      const { status, headers, text } = await post(`/${PCI}/evidence`, { format: 'html' });
      assert.deepEqual([status, headers['content-type'], headers['content-disposition']], [200, 'text/html; charset=utf-8', 'attachment; filename="evidence-pci-dss-4.0.1.html"']);
      for (const { number } of presets[0]?.requirements ?? []) assert.ok(text.includes(`>${number}<`), number);
      assert.ok(text.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;'));
      assert.doesNotMatch(text, /<script|<img|https?:\/\/|onerror=alert\(1\)>/);
      assert.match(text, /content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'"/);
    });

    it('evidence of settings that were read a moment ago names no version since', async () => {
      const { brands, store } = house.building.parts;
      const brand = (await brands.bySlug(admin.slug))!;
      const { policy, policyIn } = { policy: brand.policy, policyIn: brand.policyIn };
      await fresh();
      const save = async (value: number): Promise<void> => {
        const answer = await house.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { 'password.history': value } }, headers: { 'if-match': `"v${brand.policy.version}"` } });
        assert.equal(answer.status, 200, answer.text);
      };
      await save(9);
      const told = await evidenceOf(store, { id: brand.id, slug: brand.slug, name: brand.name, createdAt: 0 }, presets[0]!, { policy, policyIn }, { by: { kind: 'host', id: null, name: 'host' }, at: house.clock.now, server: { antivirus: false, https: false } });
      assert.equal(told.settingsVersion, policy.version);
      assert.ok(told.requirements.every(({ since }) => since === null || since.version === null || since.version <= policy.version), 'of what is told, nothing is newer than its version');
      await save(5);
    });

    it('programs read with policy:read, and record nothing', async () => {
      const key = (await addApiKey(house, admin, cookie, ['policy:read'])).text;
      const asKey = (method: string, path: string, body?: object) => house.call(method, `/api/v1/presets${path}`, { headers: bearer(key), ...(body === undefined ? {} : { body }) });
      const checked = await asKey('GET', `/${PCI}/check`);
      assert.equal(checked.status, 200, checked.text);
      assert.match(checked.body.presets[0].requirements.find((one: { id: string }) => one.id === '8.2.8').deviation.at, /Z$/);
      const evidence = await asKey('POST', `/${PCI}/evidence`, {});
      assert.deepEqual([evidence.status, evidence.body.made.by.kind], [200, 'key']);
      assert.equal((await asKey('POST', `/${PCI}/deviations`, { requirement: '8.3.4-everywhere', reason: 'x' })).body.code, 'api.not_for_keys');
    });

    it('a deviation needs a fresh code', async () => {
      house.clock.now += 61 * 60_000;
      const again = await house.signIn(admin);
      const refused = await post(`/${PCI}/deviations`, { requirement: '8.3.6-composition', reason: 'x' }, again);
      assert.equal(refused.body.code, 'step_up.required');
      assert.equal((await house.call('DELETE', `/api/v1/presets/${PCI}/deviations/dev_x`, { cookie: again })).body.code, 'step_up.required');
    });
  });
}

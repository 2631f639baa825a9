// The thread that explains gives the very answer that is found without it, over whatever settings, drafts and history; and one that fails is begun anew.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { BrandStore } from '#store/store.ts';
import type { Gathered } from '#server/explain-gathering.ts';
import { type ExplainWork, explainedWork } from '#server/explain-work.ts';
import { openExplainers } from '#server/explainers.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const explainers = openExplainers();
after(() => explainers.close());

/** Nothing is read of it: the settings stand in the question, and nothing of before is asked for. */
const brand = {} as BrandStore;
const row = (key: string, value: unknown) => ({ channel_id: '', key, value: JSON.stringify(value), locked: 0, set_by: 'agt_dana', set_at: NOW });
const gathered = (settings: Readonly<Record<string, unknown>>): Gathered => ({ version: 3, rows: Object.entries(settings).map(([key, value]) => row(key, value)), channels: [{ id: 'chn_shop', name: 'Web shop' }], names: new Map([['agt_dana', 'Dana Levi']]) });
const none = { laterThan: () => async () => [], stageAt: async () => null };

const network = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(24, 28, 32)).map(([n, prefix]) => (prefix === 32 ? `203.0.113.${n}` : `203.0.${n}.0/${prefix}`));
const list = fc.uniqueArray(network, { minLength: 1, maxLength: 6 }).map((entries) => ({ state: 'only', entries: entries.map((value) => ({ value })) }));
const settings = fc.record({ 'management.allowlist': list, 'api.allowlist': list, 'two_factor.mode': fc.constantFrom('off', 'on', 'remote_only'), 'session.idle_timeout_minutes': fc.integer({ min: 1, max: 60 }) }, { requiredKeys: [] });
const asked = fc.record({
  question: fc.constantFrom('management-access', 'api-access', 'session', 'nothing'),
  facts: fc.record({ address: network.map((text) => text.split('/')[0]!), lastInputAt: fc.constantFrom('2m ago', '45m ago') }, { requiredKeys: [] }),
  draft: fc.record({ settings: fc.record({ 'api.allowlist': list, 'password.history': fc.constantFrom(5, 99) }, { requiredKeys: [] }), channel: fc.constantFrom('Web shop', 'chn_none') }, { requiredKeys: ['settings'] }),
}, { requiredKeys: ['question', 'facts'] });

test('what is asked is answered alike in the thread and without it', async () => {
  await fc.assert(fc.asyncProperty(settings, asked, async (stored, one) => {
    const work: ExplainWork = { gathered: gathered(stored), asked: one, at: NOW };
    assert.deepEqual(await explainers.explain('one', brand, async () => work), structuredClone(await explainedWork(work, none)));
  }), { numRuns: 60 });
});

test('a list of 20,000: the same ways out, the address found in it', async () => {
  const entries = Array.from({ length: 20_000 }, (_, n) => ({ value: `10.${n >> 15}.${(n >> 7) & 255}.${(n * 2) & 255}` }));
  const work: ExplainWork = { gathered: gathered({ 'api.allowlist': { state: 'only', entries } }), asked: { question: 'api-access', facts: { address: '10.0.7.20' } }, at: NOW };
  const answer = await explainers.explain('one', brand, async () => work);
  assert.deepEqual(answer, structuredClone(await explainedWork(work, none)));
  assert.ok(typeof answer === 'object' && 'explained' in answer);
  assert.deepEqual([answer.explained.allowed, answer.explained.whatWouldChange[0]?.steps[0]?.words], [true, 'Take 10.0.7.20 off the list']);
});

const plain: ExplainWork = { gathered: gathered({}), asked: { question: 'session' }, at: NOW };

test('more of one brand than may wait are told so before anything is read for them', async () => {
  let read = 0;
  const asking = Array.from({ length: 8 }, () => explainers.explain('one', brand, async () => {
    read += 1;
    return plain;
  }));
  const other = explainers.explain('two', brand, async () => plain);
  const answers = await Promise.all(asking);
  assert.deepEqual([answers.filter((answer) => answer === 'busy').length, read, typeof (await other)], [2, 6, 'object']);
});

test('one that takes too long is ended and said to have failed; the next is explained', async () => {
  const hasty = openExplainers({ limitMs: 0 });
  await assert.rejects(hasty.explain('one', brand, async () => plain), /ended/);
  await hasty.close();
  await assert.rejects(hasty.explain('one', brand, async () => plain), /nothing is explained any more/);
  const broken = { ...gathered({}), rows: [row('api.allowlist', 1), { ...row('session.absolute_hours', 1), value: '{' }] };
  await assert.rejects(explainers.explain('one', brand, async () => ({ ...plain, gathered: broken })));
  assert.ok(typeof (await explainers.explain('one', brand, async () => plain)) === 'object');
});

/** Dies of whoever asks about API access, and wants the stage of then for whoever asks about workspace access. */
const FRAGILE = new URL(`data:text/javascript,${encodeURIComponent(`
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ work }) => {
    if (work?.asked.question === 'api-access') throw new Error('boom');
    parentPort.postMessage(work?.asked.question === 'management-access' ? { wanted: { stageAt: 1 } } : { answer: 'explained' });
  });
`)}`);
const asking = (question: string) => async (): Promise<ExplainWork> => ({ ...plain, asked: { question } });

for (const [title, question] of [['a thread that dies', 'api-access'], ['a thread whose wish cannot be read', 'management-access']] as const) {
  test(`${title} fails nobody but whoever asked it: those who wait are explained`, async () => {
    const fragile = openExplainers({ thread: FRAGILE });
    const answers = [question, 'session', question, 'session'].map((one) => fragile.explain('one', brand, asking(one)).catch(() => 'failed'));
    assert.deepEqual(await Promise.all(answers), ['failed', 'explained', 'failed', 'explained']);
    await fragile.close();
  });
}

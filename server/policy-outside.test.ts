// Customers refused under a change on stage: whoever began it is told, once, by a mail that names settings and figures and no value; where their account is closed, every administrator.
import assert from 'node:assert/strict';
import { search } from '#audit/search.ts';
import type { Keyring } from '#identity/keyring.ts';
import { opened } from '#identity/post.ts';
import { openBrands } from '#server/brands.ts';
import { metOutside, tellOfOutside } from '#server/policy-outside.ts';
import * as agentRows from '#store/agents.ts';
import * as mailRows from '#store/mails.ts';
import * as countRows from '#store/policy-counts.ts';
import * as stageRows from '#store/policy-stages.ts';
import type { Store } from '#store/store.ts';
import { only } from '#test/people.ts';
import { agentOf, eachStore, newBrand } from '#test/stores.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const bytes = (of: Uint8Array | string) => Buffer.from(of as Uint8Array);
const keyring = { seal: bytes, open: bytes } as unknown as Keyring;
const SITE = 'https://shop.example';

/** A stage that began at noon, on which twenty requests of customers are refused within the first slot. */
async function staged(store: Store, { more = {}, refused = 20 }: { more?: object; refused?: number } = {}) {
  const rows = await newBrand(store);
  const clock = { now: NOON };
  const draft = JSON.stringify({ channel: null, settings: { 'channel.site_origins': only(SITE) } });
  const row = { id: 'stg_1', kind: 'share', share: 50, team_id: null, channel_id: null, draft, from_version: 1, limit_percent: null, limit_least: null, limit_minutes: null, began_at: NOON, began_by: 'agt_dana', phase_at: NOON, until: NOON + 1e9, reason: null, ...more } as const;
  const count = (was: string, becomes: string, within: number, many: number) => countRows.add(rows, { compared: 'stg_1', slot: countRows.slotOf(NOON), question: 'chat', was, becomes, within, count: many });
  await rows.note([
    ...['dana', 'noa', 'omer'].map((name) => agentRows.insert(rows, agentOf(`agt_${name}`, { email: `${name}@example.com`, email_key: `${name}@example.com`, role: name === 'omer' ? 'agent' : 'admin' }))),
    stageRows.insert(rows, row), count('', 'frame.origin_not_allowed', countRows.UNDER, refused), count('', '', countRows.UNDER, 30), count('', 'frame.origin_not_allowed', countRows.BESIDE, 900), count('', 'network.not_allowed', countRows.UNDER_OWN, 900),
  ]);
  const brands = openBrands(store, () => 0);
  const brand = (await brands.byId(rows.id))!;
  const tell = () => tellOfOutside({ store, brands, keyring, config: { publicUrl: new URL('https://desk.example') }, now: () => clock.now }, brand);
  const mails = async () => (await mailRows.due(rows, NOON * 2, 99)).map((mail) => opened(keyring, mail));
  const events = async () => (await search(rows, { event: 'policy.stage_refuses' }, 9)).rows;
  return { rows, clock, row, tell, mails, events };
}
const addressees = (mails: readonly { readonly to: readonly { readonly address: string }[] }[]) => mails.flatMap(({ to }) => to.map(({ address }) => address)).sort();

eachStore('whoever began it is told once, of what customers met and nobody else, without a value', async (store) => {
  const { rows, row, tell, mails, events } = await staged(store);
  assert.equal(await tell(), null);
  assert.equal(await tell(), null);
  const sent = await mails();
  assert.deepEqual([addressees(sent), sent[0]!.subject.startsWith('Customers are refused')], [['dana@example.com'], true]);
  assert.match(sent[0]!.text, /Sites of the chat channel[^]*: 20 of 50 requests, where none was refused before/);
  assert.ok(!sent[0]!.text.includes(SITE), 'no value');
  assert.deepEqual((await events()).map(({ actor_kind: kind, detail }) => [kind, JSON.parse(detail).facts.stage, JSON.parse(detail).facts.refused]), [['system', 'stg_1', 20]]);
  assert.deepEqual(await metOutside(rows, row), { decisions: 50, nowRefused: 20, times: null });
  assert.equal((await stageRows.running(rows))?.told_at, NOON);
});

eachStore('where their account is closed every administrator is', async (store) => {
  const { rows, tell, mails } = await staged(store);
  await rows.note([rows.write(rows.q.updateTable('agents').set({ deactivated_at: NOON }).where('id', '=', 'agt_dana'))]);
  await tell();
  assert.deepEqual(addressees(await mails()), ['noa@example.com']);
});

eachStore('nobody is below the rate, of a report, or of what was refused before it held for them; it is looked at again', async (store) => {
  const below = await staged(store, { refused: 3 });
  assert.ok((await below.tell())! > NOON);
  const before = await staged(store, { more: { phase_at: NOON + 10 * MINUTE } });
  before.clock.now = NOON + 11 * MINUTE;
  assert.ok((await before.tell())! > before.clock.now);
  const report = await staged(store, { more: { kind: 'report', share: null } });
  assert.equal(await report.tell(), null);
  for (const { mails, events } of [below, before, report]) assert.deepEqual([await mails(), await events()], [[], []]);
});

eachStore('of many settings five are named', async (store) => {
  const keys = ['channel.site_origins', 'ticket.lifetime_seconds', 'ticket.session_minutes', 'upload.customer.enabled', 'upload.customer.types', 'upload.max_bytes', 'media.enforce_access'];
  const { tell, mails } = await staged(store, { more: { draft: JSON.stringify({ channel: null, settings: Object.fromEntries(keys.map((key) => [key, null])) }) } });
  await tell();
  assert.match((await mails())[0]!.text, /File types customers may send; and 2 more/);
});

// The bundle: complete, readable, every digest right, nothing in it that a browser or a spreadsheet would run, removed texts as marks.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { bundle } from '#inbox/bundle.ts';
import { conversationPage, escaped } from '#inbox/bundle-page.ts';
import { redactMessage } from '#inbox/redaction.ts';
import * as customerRows from '#store/customers.ts';
import type { Part } from '#store/store.ts';
import { ensureAgent, fillCase, openCase, START, VALUES } from '#test/customer-case.ts';
import { eachStore, newBrand } from '#test/stores.ts';

/** No files here. */
const nothing = (): never => assert.fail('no bytes are asked for');

async function unpacked(chunks: AsyncIterable<Uint8Array>): Promise<Record<string, string>> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Object.fromEntries(Object.entries(unzipSync(Buffer.concat(all))).map(([path, bytes]) => [path, strFromU8(bytes)]));
}

eachStore('holds everything about a customer, and the manifest has the digest of every file', async (store) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1');
  await fillCase(store, brand.id, 'agt_1', one);
  await one.write('<script>alert(1)</script> =HYPERLINK("https://evil.example")');
  const removed = await one.write('the text that was removed');
  const parts = { store, now: () => START, commit: (units: Part[]) => store.commit(units) };
  assert.ok((await redactMessage(parts, brand.id, await one.conversation(), removed, 'agt_1')).ok);
  const customer = (await customerRows.byId(brand, one.customerId))!;
  const files = await unpacked(bundle({ brand, brandName: 'Acme <b>', customer, conversations: [await one.conversation()], leftOut: 2, now: START, scope: 'customer', bytesOf: nothing }));
  assert.deepEqual(Object.keys(files).toSorted(), ['README.txt', 'audit.json', 'conversations/1.html', 'conversations/1.json', 'customer.json', 'forwards.json', 'manifest.json', 'notes.json', 'sessions.json']);

  const manifest = JSON.parse(files['manifest.json']!) as { files: { path: string; bytes: number; sha256: string }[]; conversationsLeftOut: number };
  assert.equal(manifest.conversationsLeftOut, 2);
  assert.deepEqual(manifest.files.map(({ path }) => path).toSorted(), Object.keys(files).filter((path) => path !== 'manifest.json').toSorted());
  for (const { path, sha256, bytes } of manifest.files) {
    assert.equal(createHash('sha256').update(files[path]!).digest('hex'), sha256, path);
    assert.equal(Buffer.byteLength(files[path]!), bytes);
  }
  const known = JSON.parse(files['customer.json']!) as Record<string, unknown>;
  assert.deepEqual([known['name'], known['email'], known['externalId'], known['fields']], [VALUES.name, VALUES.email, VALUES.externalId, [{ name: 'Street', value: VALUES.field, personal: true }]]);
  assert.match(files['sessions.json']!, /198\.51\.100\.77/);
  assert.match(files['audit.json']!, /sentence/);
  assert.match(files['notes.json']!, /check before handing out/);
  assert.match(files['notes.json']!, /lives at Zauberstrasse/);
  assert.doesNotMatch(files['conversations/1.json']!, /lives at/, 'notes stand in their own file');
  assert.doesNotMatch(files['conversations/1.html']!, /lives at/);
  assert.match(files['conversations/1.html']!, /This message was removed/);
  for (const text of Object.values(files)) assert.doesNotMatch(text, /the text that was removed/);
  assert.match(files['conversations/1.html']!, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  assert.doesNotMatch(files['conversations/1.html']!, /<script|<b>|onerror=["']?[a-z]/i);
});

eachStore('of one conversation: without the sessions and the other conversations', async (store) => {
  const brand = await newBrand(store);
  await ensureAgent(brand, 'agt_1');
  const one = await openCase(store, brand.id, 'agt_1');
  await one.write('Only this');
  const customer = (await customerRows.byId(brand, one.customerId))!;
  const files = await unpacked(bundle({ brand, brandName: 'Acme', customer, conversations: [await one.conversation()], leftOut: 0, now: START, scope: 'conversation', bytesOf: nothing }));
  assert.equal(files['sessions.json'], undefined);
  assert.match(files['conversations/1.json']!, /Only this/);
});

test('hostile texts stand in the page as text', (t) => {
  const list = new URL('../../shared/corpora/injection/blns.json', import.meta.url);
  if (!existsSync(list)) return t.skip('the corpus injection/blns.json is not beside the project');
  for (const text of JSON.parse(readFileSync(list, 'utf8')) as string[]) {
    const page = conversationPage(text, { number: 1, status: text, begunAt: text, tags: [text] }, [{ number: 1, kind: 'text', from: 'customer', name: text, at: text, verified: false, text, removedAt: null, files: [] }]);
    const frame = conversationPage('', { number: 1, status: '', begunAt: '', tags: [''] }, [{ number: 1, kind: 'text', from: 'customer', name: '', at: '', verified: false, text: '', removedAt: null, files: [] }]);
    assert.equal(page.split('<').length, frame.split('<').length, 'no tag more than without it');
    assert.doesNotMatch(escaped(text), /[<>"']/);
  }
});

// Hostile names, tags and texts in the inbox: shown as they were written, and nothing of them runs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { addChannel, addConversation, addCustomer, type Ground, groundOf } from '#test/conversations.ts';

const BLNS = new URL('../../../shared/corpora/injection/blns.json', import.meta.url);
const PURIFY = new URL('../../../shared/corpora/injection/dompurify_expect.json', import.meta.url);
const missing = [BLNS, PURIFY].find((file) => !existsSync(file));

describe('hostile text in the inbox', { timeout: 120_000 }, () => {
  let at: Browsing;
  let ground: Ground;
  let page: Page;
  let channelId = '';

  before(async () => {
    at = await openBrowsing('hostile-inbox');
    at.house.clock.now = Date.now();
    ground = await groundOf(at.house);
    channelId = await addChannel(ground);
    page = await at.page();
    await page.goto(at.base);
    await at.typePassword(page, at.admin.email);
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  });
  after(async () => at?.close());

  it('shows hostile names, tags and texts as text, and nothing of them runs', { skip: missing ? `${missing.pathname} is not here` : false }, async () => {
    const hostile: string[] = [];
    page.on('dialog', (dialog) => { hostile.push(dialog.message()); void dialog.dismiss(); });
    const naughty = (JSON.parse(readFileSync(BLNS, 'utf8')) as string[]).filter((text) => text.trim() !== '' && !text.includes('\0'));
    const payloads = (JSON.parse(readFileSync(PURIFY, 'utf8')) as { payload: string }[]).map(({ payload }) => payload).filter((text) => text.trim() !== '');
    const scripts = naughty.filter((text) => /[<>]|script/i.test(text));
    const all = [...naughty, ...payloads].map((text) => text.slice(0, 7_000));
    for (let from = 0; from < all.length; from += 50) {
      const part = all.slice(from, from + 50);
      const name = scripts[(from / 50) % scripts.length]!.slice(0, 100);
      const customerId = await addCustomer(ground, { name, email: `x${from}@evil.example`, fields: JSON.stringify([{ name: scripts[from % scripts.length], value: scripts[(from + 1) % scripts.length], personal: false }]) });
      const id = await addConversation(ground, { channelId, customerId, at: at.house.clock.now, messages: part, tags: part.slice(0, 3).map((text) => text.slice(0, 40)) });
      await page.goto(`${at.base}/inbox/${id}`);
      await page.getByRole('log').waitFor();
      const shown = await page.locator('.said-text').evaluateAll((found) => found.map((one) => one.textContent));
      assert.deepEqual(shown, part, 'each as it was written');
      assert.equal(await page.locator('.said-text *, .talk-name *, .row-name *, .row-preview *, .tag-text *').count(), 0, 'text makes no elements');
    }
    assert.deepEqual(hostile, []);
    assert.equal(await page.evaluate(() => Object.keys(globalThis).some((key) => /^(xss|hacked|pwned|clobbered)/i.test(key))), false);
    await at.looksRight(page, 'all');
  });
});

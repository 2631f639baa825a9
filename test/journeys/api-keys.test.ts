// The story of an API key in a real browser: made with scopes and addresses, tried, rotated and revoked; and the page that says what the API can do.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { axeFaults } from '#test/axe.ts';
import { shot, tick } from '#test/browser.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { bearer } from '#test/tickets.ts';

describe('an API key in the browser', () => {
  let story: Browsing;
  let page: Page;
  let text: string;
  before(async () => {
    story = await openBrowsing('api-keys');
    page = await story.page();
    await page.goto(story.base);
    await story.typePassword(page, story.admin.email);
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
  });
  after(() => story.close());

  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  async function confirm(): Promise<void> {
    const asked = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await asked.getByRole('textbox').fill(story.house.code(story.admin));
    await asked.getByRole('button', { name: 'Confirm' }).click();
  }
  const ask = (key: string) => story.house.call('GET', '/api/v1/inbox', { headers: bearer(key) });

  it('is made with what it may do and from where, and shown once', async () => {
    await page.goto(`${story.base}/settings/api-keys`);
    await page.getByRole('heading', { name: 'No API key yet' }).waitFor();
    await story.looksRight(page, 'empty');
    await page.getByRole('button', { name: 'Make a key' }).click();
    const making = dialog('A new API key');
    await making.getByRole('button', { name: 'Make the key' }).click();
    await making.getByText(/Name must have 1 to 100 characters/).waitFor();
    await making.getByRole('textbox', { name: 'Name' }).fill('CRM');
    await tick(making.getByRole('checkbox', { name: /^Read conversations/ }));
    await tick(making.getByRole('checkbox', { name: /^Read customers/ }));
    await story.looksRight(page, 'make');
    await making.getByRole('button', { name: 'Make the key' }).click();
    await confirm();
    const shown = dialog('The new key');
    text = (await shown.locator('.key-shown bdi').first().textContent())!;
    assert.match(text, /^pck_b/);
    assert.equal((await ask(text)).status, 200);
    await story.looksRight(page, 'shown');
    await shown.getByRole('button', { name: 'Copied: test it' }).click();
    await page.getByText('It would get in.').waitFor();
    await story.looksRight(page, 'trial');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('never used').waitFor();
    await story.looksRight(page, 'list');
  });

  it('is rotated: the old secret works on for a week', async () => {
    await page.getByRole('button', { name: 'Rotate CRM' }).click();
    await dialog('A new secret for CRM').getByRole('button', { name: 'Rotate' }).click();
    await confirm();
    const next = (await dialog('The new secret of CRM').locator('.key-shown bdi').first().textContent())!;
    assert.notEqual(next, text);
    for (const key of [text, next]) assert.equal((await ask(key)).status, 200);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(/Two secrets until/).waitFor();
  });

  it('looks right in the dark, narrow and from right to left', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await story.looksRight(page, 'dark');
    await page.setViewportSize({ width: 360, height: 780 });
    await story.looksRight(page, 'narrow');
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await story.looksRight(page, 'narrow-rtl');
    await page.evaluate("document.documentElement.dir = 'ltr'");
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('is revoked, and refused at its next request', async () => {
    await page.getByRole('button', { name: 'Revoke CRM' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await confirm();
    await page.getByText(/^Revoked /).waitFor();
    assert.equal((await ask(text)).status, 401);
  });

  it('has a page that says what the API can do, without any script', async () => {
    const docs = await story.page();
    await docs.goto(`http://localhost:${story.house.port}/api/v1/docs`);
    await docs.getByRole('heading', { name: /Portcullis API/ }).waitFor();
    assert.equal(await docs.locator('script').count(), 0);
    await shot(docs, 'api-keys-docs');
    assert.deepEqual(await axeFaults(docs), []);
  });
});

// A customer asks to be forgotten: a message removed while a colleague looks on, a legal hold in the way, an export to hand out, and the erasure that keeps the case.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import * as agentRows from '#store/agents.ts';
import { type CustomerCase, fillCase, openCase } from '#test/customer-case.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';

describe('a customer asks to be forgotten', { timeout: 120_000 }, () => {
  let story: Browsing;
  let page: Page;
  let colleague: Page;
  let one: CustomerCase;

  before(async () => {
    story = await openBrowsing('privacy');
    const { store, brands } = story.house.building.parts;
    const brand = (await brands.bySlug('acme'))!;
    const agentId = (await agentRows.namesById(store.brand(brand.id))).keys().next().value as string;
    one = await openCase(store, brand.id, agentId, { now: story.house.clock.now });
    await fillCase(store, brand.id, agentId, one);
    await one.write('I did not mean to send plumblossom');
    page = await signedIn();
    colleague = await signedIn();
    const { id } = await one.conversation();
    for (const shown of [page, colleague]) {
      await shown.goto(`${story.base}/inbox/${id}`);
      await said(shown).getByText('plumblossom').waitFor();
    }
  });
  after(() => story?.close());

  async function signedIn(): Promise<Page> {
    const shown = await story.page();
    await shown.goto(story.base);
    await story.typePassword(shown, story.admin.email);
    await shown.getByRole('link', { name: 'Inbox' }).waitFor();
    return shown;
  }
  const said = (shown: Page) => shown.getByRole('article');
  async function choose(name: string): Promise<void> {
    await page.getByRole('button', { name: 'More about conversation 1' }).click();
    await page.getByRole('menuitem', { name }).click();
  }
  async function giveCode(): Promise<void> {
    await page.getByRole('textbox', { name: 'Code from your authenticator app' }).fill(story.house.code(story.admin));
    await page.keyboard.press('Enter');
  }

  it('a message is removed for good, on the colleague’s screen too', async () => {
    await said(page).filter({ hasText: 'plumblossom' }).last().hover();
    await said(page).filter({ hasText: 'plumblossom' }).last().getByRole('button', { name: /^More about the message/ }).click();
    await page.getByRole('menuitem', { name: 'Remove this message' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Remove this message?' });
    await dialog.waitFor();
    await story.looksRight(page, '1-remove');
    await dialog.getByRole('button', { name: 'Remove for good' }).click();
    for (const shown of [page, colleague]) {
      await shown.getByText('A message was removed by').waitFor();
      assert.equal(await shown.getByText('plumblossom').count(), 0);
    }
  });

  it('a legal hold stands in the way of the erasure, and says so', async () => {
    await choose('Place a legal hold');
    await page.getByLabel('Reason').fill('Case 12');
    await story.looksRight(page, '2-hold');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await choose('Erase the customer');
    await page.getByText('A legal hold keeps conversation #1').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Erase the customer' }).isDisabled(), true);
    await story.looksRight(page, '3-held');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await choose('Release the legal hold');
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  });

  it('everything about the customer is exported as a file, after a code', async () => {
    const file = page.waitForEvent('download');
    await choose('Export everything about the customer');
    await giveCode();
    const files = unzipSync(readFileSync(await (await file).path()));
    const read = (path: string): string => Buffer.from(files[path]!).toString('utf8');
    assert.match(read('customer.json'), /Wilhelmina Quintero/);
    assert.match(read('conversations/1.html'), /This message was removed/);
    assert.doesNotMatch(Object.keys(files).map(read).join(''), /plumblossom/);
  });

  it('the customer is erased after a word and a code, and the case stays', async () => {
    await choose('Erase the customer');
    await page.getByLabel(/^Type/).fill('erase');
    await story.looksRight(page, '4-erase');
    // Past the two minutes in which the code of the export would still count.
    story.house.clock.now += 121_000;
    await page.getByRole('button', { name: 'Erase the customer' }).click();
    await giveCode();
    await page.getByText('The customer was erased').first().waitFor();
    for (const shown of [page, colleague]) {
      await shown.getByText('Dear Ms ▇▇▇', { exact: false }).first().waitFor();
      await shown.reload();
      await shown.getByText('Dear Ms ▇▇▇', { exact: false }).first().waitFor();
      assert.doesNotMatch(await shown.locator('body').innerText(), /quintero|wilhelmina|zauberstrasse/i);
    }
    await story.looksRight(page, '5-erased');
  });
});

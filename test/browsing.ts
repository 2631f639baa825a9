// A story in a real browser on a server whose clock the test sets: pages that fail on any fault, looked at by axe, with a picture of each step.
import assert from 'node:assert/strict';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axeFaults } from '#test/axe.ts';
import { openBrowser, shot } from '#test/browser.ts';
import { type Admin, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { until } from '#test/program.ts';

export interface Browsing {
  readonly house: TestHouse;
  readonly admin: Admin;
  readonly browser: Browser;
  /** `http://localhost:PORT/b/acme` */
  readonly base: string;
  /** A page in a profile of its own (another browser, to the server), or in the one given. */
  page(context?: BrowserContext): Promise<Page>;
  looksRight(page: Page, name: string): Promise<void>;
  /** Types email and password at the sign-in page; does not wait for what follows. */
  typePassword(page: Page, email: string, password?: string): Promise<void>;
  close(): Promise<void>;
}

export async function openBrowsing(prefix: string, env: Record<string, string> = {}): Promise<Browsing> {
  const house = await openHouse({ rounds: true, env });
  const admin = await house.setUp();
  // A house left open would keep the process of tests from its end.
  const browser = await openBrowser().catch(async (fault: unknown) => {
    await house.close();
    throw fault;
  });
  const base = `http://localhost:${house.port}/b/${admin.slug}`;
  return {
    house,
    admin,
    browser,
    base,
    async page(context) {
      const own = context ?? (await browser.newContext({ viewport: { width: 1280, height: 860 } }));
      const made = await own.newPage();
      made.setDefaultTimeout(15_000);
      made.on('pageerror', (error) => assert.fail(`A fault in the page: ${error.message}`));
      made.on('console', (message) => assert.doesNotMatch(message.text(), /Content Security Policy|TrustedHTML/i));
      return made;
    },
    async looksRight(page, name) {
      await shot(page, `${prefix}-${name}`);
      assert.deepEqual(await axeFaults(page), [], `axe finds nothing at ${name}`);
    },
    async typePassword(page, email, password = PASSWORD) {
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    },
    async close() {
      await browser.close();
      await house.close();
    },
  };
}

/** The first picture there has come, which is drawn by a process that must begin first. */
export const drawn = (page: Page, where: string): Promise<true> => until(`a picture at ${where}`, async () => (await page.evaluate(`document.querySelector('${where}')?.naturalWidth > 0`)) === true);

// Nothing is asked of anybody else: each page is opened in a real browser that writes down every request, and every breach of its content policy.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { axeFaults } from '#test/axe.ts';
import { shot, tick } from '#test/browser.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { addChannel } from '#test/tickets.ts';

const PAGES = ['/inbox', '/settings', '/settings/privacy', '/settings/two-factor', '/settings/users', '/settings/channels', '/settings/teams', '/settings/api-keys', '/settings/webhooks', '/settings/accounts', '/audit', '/account'];

describe('every page', { timeout: 120_000 }, () => {
  let story: Browsing;
  before(async () => { story = await openBrowsing('own'); });
  after(() => story?.close());

  it('asks its own server alone, breaks no rule of its policy, and webhooks are made on theirs', async () => {
    const page = await story.page();
    const own = new URL(story.base).host;
    const foreign = new Set<string>();
    const broken: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.protocol !== 'blob:' && url.host !== own) foreign.add(request.url());
    });
    page.on('websocket', (socket) => { if (new URL(socket.url()).host !== own) foreign.add(socket.url()); });
    await page.exposeFunction('toldOfBreach', (what: string) => { broken.push(what); });
    await page.addInitScript("addEventListener('securitypolicyviolation', (event) => toldOfBreach(event.violatedDirective + ' ' + event.blockedURI + ' on ' + location.pathname))");
    await page.goto(story.base);
    await story.typePassword(page, story.admin.email);
    await page.getByRole('link', { name: 'Inbox' }).waitFor();
    for (const path of PAGES) {
      await page.goto(`${story.base}${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    }

    const { store, brands } = story.house.building.parts;
    await addChannel(store.brand((await brands.bySlug(story.admin.slug))!.id));
    await page.goto(`${story.base}/settings/webhooks`);
    await page.getByRole('button', { name: 'Make a webhook' }).click();
    await page.getByLabel('Name').fill('CRM');
    await page.getByLabel('Address').fill('https://10.0.0.7/in');
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    await page.getByRole('textbox', { name: 'Code from your authenticator app' }).fill(story.house.code(story.admin));
    await page.keyboard.press('Enter');
    await page.getByText('private, local and reserved addresses').waitFor();
    await shot(page, 'webhooks-1-refused');
    await page.getByLabel('Address').fill('https://hooks.invalid/in');
    await tick(page.getByRole('radio', { name: 'Some channels' }));
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    await page.getByText('Tick at least one channel').waitFor();
    await tick(page.getByRole('checkbox', { name: 'Shop' }));
    await shot(page, 'webhooks-1-channels');
    assert.deepEqual(await axeFaults(page), [], 'axe finds nothing in the dialog');
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    await page.getByText('whsec_').waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('Of 1 channel only: Shop').waitFor();
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await page.getByText('The test event was not delivered').waitFor();
    await page.getByRole('button', { name: 'Log' }).click();
    await page.getByText('webhook.test').first().waitFor();
    await shot(page, 'webhooks-2-log');
    assert.deepEqual(await axeFaults(page), [], 'axe finds nothing');
    await page.setViewportSize({ width: 360, height: 780 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot(page, 'webhooks-3-narrow');
    assert.deepEqual([[...foreign], broken], [[], []]);
  });
});

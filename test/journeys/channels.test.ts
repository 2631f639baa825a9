// The story of a channel in a real browser: it is made, put on a site, given a value of its own, and held back by a lock of the module.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { axeFaults } from '#test/axe.ts';
import { shot, tick } from '#test/browser.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { addAgent } from '#test/people.ts';
import { sideways } from '#test/sideways.ts';

const WINDOW = 'ticket.lifetime_seconds';
const SITES = 'channel.site_origins';

describe('a channel in the browser', () => {
  let story: Browsing;
  let page: Page;
  let id: string;
  let programs: string;
  before(async () => {
    story = await openBrowsing('channels');
    await addAgent(story.house, story.admin, 'adi');
    const context = await story.browser.newContext({ viewport: { width: 1280, height: 860 }, permissions: ['clipboard-read', 'clipboard-write'] });
    page = await story.page(context);
    await page.goto(story.base);
    await story.typePassword(page, story.admin.email);
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
  });
  after(() => story.close());

  const policyOf = async () => (await story.house.building.parts.brands.bySlug(story.admin.slug))!;
  const row = (key: string) => page.locator(`section.setting[id="${key}"]`);
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  async function confirm(): Promise<void> {
    const asked = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await asked.getByRole('textbox').fill(story.house.code(story.admin));
    await asked.getByRole('button', { name: 'Confirm' }).click();
  }
  async function saveReviewed(): Promise<void> {
    await page.getByRole('button', { name: 'Review and save' }).click();
    await dialog('Review before saving').getByRole('button', { name: 'Save', exact: true }).click();
    await dialog('Review before saving').waitFor({ state: 'detached' });
  }

  it('is made from the empty list, with a code; what is wrong stands at its line', async () => {
    await page.goto(`${story.base}/settings/channels`);
    await page.getByRole('heading', { name: 'No channel yet' }).waitFor();
    await story.looksRight(page, 'empty');
    await page.getByRole('button', { name: 'New channel' }).click();
    await page.getByLabel('Title', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Make the channel' }).click();
    await page.getByText('Name must not be empty.').waitFor();
    await page.getByText('Title must not be empty.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Web shop');
    await page.getByLabel('Title', { exact: true }).fill('Ask the shop');
    assert.equal(await page.locator('.chat-head').textContent(), 'Ask the shop', 'the preview shows what is typed');
    await page.getByRole('radio', { name: 'Blue', exact: true }).check();
    await story.looksRight(page, 'make');
    await page.getByRole('button', { name: 'Make the channel' }).click();
    await confirm();
    await page.getByRole('heading', { name: 'Web shop', level: 1 }).waitFor();
    id = new URL(page.url()).pathname.split('/').at(-1)!;
    await page.getByText('It opens on no site yet').waitFor();
  });

  it('gives the line to copy, with its address', async () => {
    const brand = await policyOf();
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    const copied: string = await page.evaluate('navigator.clipboard.readText()');
    assert.equal(copied, `<script src="${new URL(story.base).origin}/chat.js" data-channel="${brand.id}.${id}" async></script>`);
  });

  it('opens on a site that is added, and has a value of its own beside the module\'s', async () => {
    await row(SITES).getByText('Own value', { exact: true }).click();
    await tick(row(SITES).getByRole('radio', { name: /these sites only/ }));
    await row(SITES).getByLabel('origin', { exact: true }).fill('https://shop.example');
    await page.keyboard.press('Enter');
    await row(SITES).getByLabel('origin 1', { exact: true }).waitFor();
    await row(WINDOW).getByText('Own value', { exact: true }).click();
    await row(WINDOW).getByRole('textbox').fill('5');
    await row(WINDOW).getByText(/must be a whole number/).waitFor();
    await row(WINDOW).getByRole('textbox').fill('90');
    await row(WINDOW).getByText('Looser than Privacy & Security', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await dialog('Review before saving').getByText('Looser than Privacy & Security').first().waitFor();
    await story.looksRight(page, 'review');
    await dialog('Review before saving').getByRole('button', { name: 'Save', exact: true }).click();
    await dialog('Review before saving').waitFor({ state: 'detached' });
    await row(WINDOW).getByText(/this channel, set by Dana Levi on/).waitFor();
    await story.looksRight(page, 'channel');
    const policy = (await policyOf()).policyIn(id);
    assert.deepEqual([policy.values[WINDOW], policy.values[SITES].entries.map(({ value }) => value)], [90, ['https://shop.example']]);
  });

  it('is held back when the module locks the value: said before, seen after, and a looser draft is refused', async () => {
    await page.goto(`${story.base}/settings/privacy#${WINDOW}`);
    await row(WINDOW).getByRole('button', { name: /^Lock for channels: / }).click();
    const asked = dialog(/^Lock /);
    await asked.getByText('1 channel is held back:').waitFor();
    await asked.getByText('the default, 60 seconds, is saved with the lock').waitFor();
    await story.looksRight(page, 'lock');
    await asked.getByRole('button', { name: 'Lock', exact: true }).click();
    await row(WINDOW).getByText('Locked: a channel may only be tighter.').waitFor();
    await page.goto(`${story.base}/settings/channels/${id}`);
    await row(WINDOW).getByText('Held back by the lock').waitFor();
    await row(WINDOW).getByText('Locked in Privacy & Security', { exact: true }).waitFor();
    await row(WINDOW).scrollIntoViewIfNeeded();
    await story.looksRight(page, 'clamped');
    assert.equal((await policyOf()).policyIn(id).values[WINDOW], 60);
    await row(WINDOW).getByRole('textbox').fill('70');
    await row(WINDOW).getByText(/must be no looser than what the module locks/).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Review and save' }).isDisabled());
    await row(WINDOW).getByText('Inherit', { exact: false }).first().click();
    await saveReviewed();
    await row(WINDOW).getByText(/from Privacy & Security, set by Dana Levi/).waitFor();
    assert.equal((await policyOf()).policyIn(id).origins[WINDOW].clamped, false);
  });

  it('takes a pasted ticket key, refuses a private one, and revokes it', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    await page.getByRole('button', { name: 'Add a key' }).click();
    await page.getByLabel('Name', { exact: true }).last().fill('shop, 2026');
    await page.getByLabel('Public key').fill(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
    await dialog('Add a ticket key').getByRole('button', { name: 'Add the key' }).click();
    await page.getByText(/This is a private key/).waitFor();
    await story.looksRight(page, 'key');
    await page.getByLabel('Public key').fill(JSON.stringify(publicKey.export({ format: 'jwk' })));
    await dialog('Add a ticket key').getByRole('button', { name: 'Add the key' }).click();
    await page.getByRole('button', { name: 'Revoke shop, 2026' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('1 key was revoked before').waitFor();
  });

  it('is switched off and on again', async () => {
    await page.getByRole('button', { name: 'Switch off', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Switch off' }).click();
    await page.getByText(/^Switched off on/).waitFor();
    await page.getByRole('button', { name: 'Switch on again' }).click();
    await page.getByText(/^Switched off on/).waitFor({ state: 'detached' });
    await page.goto(`${story.base}/settings/channels`);
    await page.getByRole('link', { name: 'Web shop' }).waitFor();
    await story.looksRight(page, 'list');
  });

  it('teams are made with people ticked, closed in words, and deleted', async () => {
    await page.goto(`${story.base}/settings/teams`);
    await page.getByRole('button', { name: 'Make the first team' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Billing');
    await tick(page.getByRole('radio', { name: /^Closed/ }));
    await tick(page.getByRole('checkbox', { name: /adi/ }));
    await story.looksRight(page, 'team');
    await page.getByRole('button', { name: 'Make the team' }).click();
    await page.getByText('1 member: adi').waitFor();
    await page.getByText(/Only members see its conversations/).waitFor();
    await story.looksRight(page, 'teams');
  });

  it('a channel of the kind API is made with a name alone; its page says how a program begins a conversation', async () => {
    await page.goto(`${story.base}/settings/channels`);
    await page.getByRole('button', { name: 'New channel' }).click();
    await tick(page.getByRole('radio', { name: /^API/ }));
    await page.getByLabel('Name', { exact: true }).fill('Orders');
    await story.looksRight(page, 'api-make');
    await page.getByRole('button', { name: 'Make the channel' }).click();
    await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor();
    programs = new URL(page.url()).pathname.split('/').at(-1)!;
    await page.getByText(new RegExp(`"channel":"${programs}"`)).waitFor();
    await story.looksRight(page, 'api-channel');
  });

  it('every page holds at 360 pixels, in the dark and right to left, without a sideways scroll', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const path of ['settings/channels', `settings/channels/${id}`, `settings/channels/${programs}`, 'settings/teams', 'settings/api-keys', `settings/privacy#${WINDOW}`]) {
      await page.goto(`${story.base}/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (path.includes(id)) await row(WINDOW).waitFor();
      for (const dir of ['ltr', 'rtl']) {
        await page.evaluate(`document.documentElement.dir = '${dir}'`);
        assert.deepEqual(await sideways(page), [], `${path}, ${dir}`);
        await shot(page, `channels-narrow-${dir}-${path.replace(/\W+/g, '-').replace(id, 'one').replace(programs, 'api')}`);
        assert.deepEqual(await axeFaults(page), [], `axe finds nothing at ${path} in the dark, ${dir}`);
      }
    }
  });
});

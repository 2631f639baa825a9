// The story of mail that leaves, in a real browser: an agent chooses how to be told and is told; an administrator reads what was written, and sends again what could not be.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { outgoing, posting } from '#identity/post.ts';
import * as mailRows from '#store/mails.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { shot } from '#test/browser.ts';
import { mailsOf } from '#test/mails.ts';
import { addAgent } from '#test/people.ts';
import { type Desk, openDesk } from '#test/live-inbox.ts';

const TOKEN = 'Wq3vJk0pLmN8sT5xYz1aBc7dEf2gHi4j';

describe('mail that leaves, in the browser', () => {
  let story: Browsing;
  let page: Page;
  let desk: Desk;
  before(async () => {
    story = await openBrowsing('mail-out');
    await addAgent(story.house, story.admin, 'ben');
    page = await story.page();
    await page.goto(story.base);
    await story.typePassword(page, story.admin.email);
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
    desk = await openDesk(story.house);
  });
  after(() => story.close());

  it('a person chooses how to be told', async () => {
    await page.goto(`${story.base}/account`);
    const part = page.locator('#notifications-part');
    await part.getByLabel('A new conversation begins').selectOption('mail');
    await part.getByText('Quiet hours: no mail during these').click();
    await part.getByLabel('From').fill('03:00');
    await part.getByLabel('To', { exact: true }).fill('04:00');
    await story.looksRight(page, 'choices');
    await part.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. It holds from now on.').waitFor();
    await page.reload();
    assert.equal(await part.getByLabel('A new conversation begins').inputValue(), 'mail');
  });

  it('the bell says what happened, and a mail leaves', async () => {
    const says = await desk.customer('Noa Cohen');
    // The round begins with what happens after it first looked.
    story.house.clock.uptime += 60_000;
    const { conversationId } = await says('Hello, this is Noa Cohen');
    await page.goto(`${story.base}/inbox`);
    await page.getByRole('button', { name: /News/ }).waitFor();
    await page.getByText('1 not seen yet').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: /News/ }).click();
    await page.getByRole('dialog', { name: 'Notifications' }).waitFor();
    // Behind the open list lie the hidden buttons of the library that close it, outside of every landmark.
    await shot(page, 'mail-out-bell');
    await page.getByRole('button', { name: /New conversation #1 from Noa Cohen/ }).click();
    await page.waitForURL(new RegExp(conversationId));
    await page.getByText('1 not seen yet').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Internal note' }).waitFor();
  });

  it('a colleague is named in a note by @ and a few letters', async () => {
    await page.getByRole('button', { name: 'Internal note' }).click();
    await page.getByLabel('Internal note', { exact: true }).fill('Please look, ');
    await page.keyboard.press('End');
    await page.keyboard.type('@b');
    await page.getByRole('option', { name: 'ben' }).waitFor();
    await story.looksRight(page, 'mention');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByLabel('Internal note', { exact: true }).inputValue(), 'Please look, @ben ');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByText('Please look, @ben').last().waitFor();
  });

  it('a forward says that it is not sent, before and after', async () => {
    const choose = async (name: string) => {
      await page.getByRole('button', { name: 'More about conversation 1' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Forward…');
    const dialog = page.getByRole('dialog', { name: 'Forward conversation #1' });
    await dialog.getByLabel('To', { exact: true }).fill('claims@partner.example');
    await dialog.getByRole('button', { name: /^Preview/ }).click();
    await dialog.getByText('It will not be sent').waitFor();
    await dialog.getByRole('button', { name: 'Send this mail' }).click();
    await page.getByText('Not sent: no mail server is set, so the mail to claims@partner.example is written to a file on the server.').first().waitFor();
    await shot(page, 'mail-out-forward-kept');
    await mailsOf(story.house);
    await choose('What was forwarded');
    await page.getByRole('dialog', { name: 'Forwards of #1' }).getByText('Not sent: written to a file on the server').waitFor();
    await story.looksRight(page, 'forwards-kept');
    await page.keyboard.press('Escape');
  });

  it('so do links to enrol, and an invitation', async () => {
    await page.goto(`${story.base}/settings/two-factor`);
    await page.getByRole('button', { name: 'Send an enrolment link' }).click();
    const asked = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await asked.getByRole('textbox').fill(story.house.code(story.admin));
    await asked.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('1 link lies in a file on the server, because no mail server is set. Settings → Mail says where.').first().waitFor();
    await shot(page, 'mail-out-links-kept');
    await page.goto(`${story.base}/settings/users`);
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByText('No mail server is set: the mail to them is written to a file on the server.').waitFor();
    await story.looksRight(page, 'invite-kept');
  });

  it('an administrator reads what was written as a file, but no link of a letter', async () => {
    const { parts } = story.house.building;
    const brand = parts.store.brand(desk.brandId);
    const letter = { to: 'ada@acme.example', agentId: null, name: 'Ada', brandName: 'Acme', kind: 'invitation', facts: { by: 'Dana', link: `http://localhost/b/acme/invite#${TOKEN}`, until: 'tomorrow' } } as const;
    await brand.note([posting(parts.keyring, brand, letter, story.house.clock.now)]);
    parts.brands.ring(desk.brandId);
    await page.goto(`${story.base}/settings/mail`);
    await page.getByText('Mails are not sent').first().waitFor();
    await page.getByRole('heading', { name: 'No mail failed' }).waitFor();
    await story.looksRight(page, 'nothing-failed');
    await page.getByRole('button', { name: 'Show what was written instead' }).click();
    await page.getByRole('button', { name: 'Open New conversation #1' }).waitFor();
    await story.looksRight(page, 'files');
    await page.getByRole('button', { name: 'Open You are invited to Acme' }).click();
    const dialog = page.getByRole('dialog', { name: 'You are invited to Acme' });
    await dialog.getByText('only in the mail itself').waitFor();
    assert.ok(!(await page.content()).includes(TOKEN));
    await story.looksRight(page, 'letter');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Open New conversation #1' }).click();
    await page.getByText('> Hello, this is ▇▇▇').waitFor();
    await page.keyboard.press('Escape');
  });

  it('what could not be sent says why; it is sent again, or dropped', async () => {
    const { parts } = story.house.building;
    const brand = parts.store.brand(desk.brandId);
    const now = story.house.clock.now;
    for (const subject of ['Your order 4711', 'Your order 4712']) {
      const { id, statement } = outgoing(parts.keyring, brand, { kind: 'reply', from: { name: 'Acme', address: 'help@acme.example' }, to: [{ name: 'Noa', address: 'noa@example.com' }], subject, text: 'It is on its way.' }, now + 3_600_000_000);
      await brand.note([statement]);
      await brand.note([mailRows.giveUp(brand, { id, attempts: 0 }, { at: now, code: 'provider_refused', fault: 'The mail server refused this mail (550): check the address, or ask the operator to check MAIL_FROM.', outcomes: null })]);
    }
    await page.goto(`${story.base}/settings/mail`);
    await page.getByRole('button', { name: 'Open Your order 4711' }).waitFor();
    await story.looksRight(page, 'failed');
    await page.getByRole('button', { name: 'Open Your order 4711' }).click();
    await page.getByText('It is on its way.').waitFor();
    await story.looksRight(page, 'failed-mail');
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('The mail is sent again.').waitFor();
    await page.getByRole('button', { name: 'Open Your order 4712' }).click();
    await page.getByRole('button', { name: 'Drop it' }).click();
    await page.getByRole('heading', { name: 'No mail failed' }).waitFor();
    // What was sent again is written by a round; the page asks anew only every fifteen seconds.
    await mailsOf(story.house);
    await page.getByRole('button', { name: 'Files', exact: true }).click();
    await page.getByRole('button', { name: 'Open Your order 4711' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Open Your order 4712' }).count(), 0);
  });

  it('in the dark, on a phone, and from right to left', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await story.looksRight(page, 'files-dark');
    await page.setViewportSize({ width: 360, height: 780 });
    await story.looksRight(page, 'files-narrow');
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing stands out of a narrow page');
    await page.goto(`${story.base}/account`);
    await page.locator('#notifications-part').scrollIntoViewIfNeeded();
    await page.getByLabel('A new conversation begins').waitFor();
    await shot(page, 'mail-out-choices-narrow');
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1100, height: 800 });
    await page.goto(`${story.base}/settings/mail`);
    await page.evaluate("document.documentElement.setAttribute('dir', 'rtl')");
    await page.getByRole('button', { name: 'Files', exact: true }).click();
    await page.getByRole('button', { name: 'Open Your order 4711' }).waitFor();
    await shot(page, 'mail-out-rtl');
  });
});

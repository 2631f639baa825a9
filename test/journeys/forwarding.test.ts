// A whole forward in a browser: refused, asked for, allowed, previewed without a detail of the customer, read at the other end, answered, withdrawn.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { PNG, sendFile } from '#test/files.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { shot, tick } from '#test/browser.ts';
import { addChannel, addConversation, addCustomer, groundOf } from '#test/conversations.ts';
import { CUSTOMER, TRACES } from '#test/forward-stage.ts';
import { type MailSink, openMailSink } from '#test/mail-sink.ts';
import { addMailChannel, deliver } from '#test/mail-stage.ts';
import { addAgent } from '#test/people.ts';

describe('a conversation is forwarded to a claims desk', { timeout: 180_000 }, () => {
  let story: Browsing;
  let sink: MailSink;
  let page: Page;
  let dana: Page;
  let conversation: string;

  before(async () => {
    sink = await openMailSink();
    story = await openBrowsing('forwarding', { SMTP_URL: sink.url, MAIL_FROM: 'Acme <desk@acme.example>', SMTP_LISTEN: '127.0.0.1:0' });
    const ground = await groundOf(story.house);
    const channelId = await addChannel(ground, { created_at: story.house.clock.now });
    await addMailChannel(story.house.building.parts.store, ground.brand);
    const customerId = await addCustomer(ground, CUSTOMER);
    conversation = await addConversation(ground, {
      channelId, customerId, at: story.house.clock.now,
      messages: ['Hello, this is Wilhelmina Quintero. My phone is 0151 / 2345 6789.', { text: 'Dear Ms Quintero, is CUST-778812 your number?', from: 'agent' }, { text: 'She lives at Zauberstrasse 99.', note: true }, 'Yes. The tent arrived with a broken pole, and we leave on Friday. שלום'],
    });
    const cookie = await story.house.signIn(story.admin);
    await story.house.save(story.admin, cookie, { 'transfer.addresses': { state: 'only', entries: ['@known.example'] } });
    const noor = await addAgent(story.house, story.admin, 'noor', ['forward']);
    page = await signedIn(noor);
    dana = await signedIn(story.admin.email);
    const sent = await sendFile(story.house, `/api/v1/conversations/${conversation}/files`, PNG, { name: 'Pole of Wilhelmina Quintero.png', cookie });
    await story.house.call('POST', `/api/v1/conversations/${conversation}/messages`, { cookie, body: { id: 'a-picture-of-it', kind: 'text', text: 'A picture of it', files: [sent.body.file.id] } });
    await page.goto(`${story.base}/inbox/${conversation}`);
  });
  after(async () => {
    await story?.close();
    await sink?.close();
  });

  async function signedIn(email: string): Promise<Page> {
    const shown = await story.page();
    await shown.goto(story.base);
    await story.typePassword(shown, email);
    await shown.getByRole('link', { name: 'Inbox' }).waitFor();
    return shown;
  }
  async function choose(name: string): Promise<void> {
    await page.getByRole('button', { name: 'More about conversation 1' }).click();
    await page.getByRole('menuitem', { name }).click();
  }
  const dialog = () => page.getByRole('dialog', { name: 'Forward conversation #1' });

  it('an address off the list: the preview says so, and the agent asks for an exception', async () => {
    await choose('Forward…');
    await dialog().getByLabel('To', { exact: true }).fill('claims@partner.example');
    await dialog().getByLabel('Subject').fill('A broken tent of Ms Quintero');
    await dialog().getByLabel('Note to the recipient').fill('Wilhelmina needs a new pole by Friday.');
    assert.equal(await dialog().getByRole('checkbox', { name: /Include details of the customer/ }).isDisabled(), true);
    await dialog().getByText('The settings of this channel keep name').waitFor();
    await story.looksRight(page, '1-choice');
    await dialog().getByRole('button', { name: /^Preview/ }).click();
    await dialog().getByText('It may not leave like this').waitFor();
    assert.equal(await dialog().getByRole('button', { name: 'Send this mail' }).isDisabled(), true);
    await dialog().getByRole('button', { name: 'Ask for an exception' }).click();
    await dialog().getByLabel('Reason').fill('They handle what broke on the way.');
    await story.looksRight(page, '2-ask');
    await page.keyboard.press('Enter');
    await dialog().getByText('An administrator decides').waitFor();
    await page.keyboard.press('Escape');
  });

  it('an administrator is told on every page, and allows it with a fresh code', async () => {
    await dana.reload();
    await dana.getByText('A request to forward waits for you').waitFor();
    await dana.goto(`${story.base}/settings/exceptions`);
    await dana.getByText('They handle what broke on the way.').waitFor();
    await story.looksRight(dana, '3-requests');
    await dana.getByRole('button', { name: 'Allow claims@partner.example', exact: true }).click();
    const asking = dana.getByRole('dialog', { name: 'Allow claims@partner.example?' });
    await asking.getByLabel('Until the end of').waitFor();
    await asking.getByRole('button', { name: 'Allow', exact: true }).click();
    await dana.getByRole('textbox', { name: 'Code from your authenticator app' }).fill(story.house.code(story.admin));
    await dana.keyboard.press('Enter');
    await dana.getByRole('heading', { name: 'Allowed now' }).waitFor();
    await story.looksRight(dana, '4-allowed');
  });

  it('files leave as links by themselves, with an end', async () => {
    await choose('Forward…');
    await tick(dialog().getByRole('checkbox', { name: /Pole of/ }));
    assert.equal(await dialog().getByRole('radio', { name: /As links/ }).isChecked(), true);
    await dialog().getByLabel('To', { exact: true }).fill('claims@partner.example');
    await dialog().getByLabel('Days until the links end').fill('91');
    await dialog().getByText('Enter a whole number of days from 1 to 90.').waitFor();
    assert.equal(await dialog().getByRole('button', { name: /^Preview/ }).isDisabled(), true);
    await dialog().getByLabel('Days until the links end').fill('7');
    await dialog().getByLabel('Days until the links end').scrollIntoViewIfNeeded();
    await story.looksRight(page, '4b-links');
    await tick(dialog().getByRole('radio', { name: /Attached/ }));
    await dialog().getByLabel('Days until the links end').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
  });

  it('the preview shows the mail without a detail of the customer, also by keyboard, narrow, dark and from right to left', async () => {
    await choose('Forward…');
    await dialog().getByLabel('To', { exact: true }).fill('claims@partner.example');
    await dialog().getByLabel('Subject').fill('A broken tent of Ms Quintero');
    await dialog().getByLabel('Note to the recipient').fill('Wilhelmina needs a new pole by Friday.');
    await tick(dialog().getByRole('checkbox', { name: /Pole of/ }));
    await dialog().getByLabel('To', { exact: true }).press('Enter');
    await dialog().getByText('This is the mail exactly as it will leave.').waitFor();
    assert.doesNotMatch(await dialog().innerText(), TRACES);
    assert.ok((await dialog().locator('mark.mask').count()) >= 5);
    await story.looksRight(page, '5-preview');
    await page.emulateMedia({ colorScheme: 'dark' });
    await story.looksRight(page, '6-preview-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 360, height: 740 });
    await shot(page, 'forwarding-7-preview-narrow');
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is wider than the screen');
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await shot(page, 'forwarding-8-preview-rtl');
    await page.evaluate("document.documentElement.dir = 'ltr'");
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('it is sent, and what is read at the other end is what was shown', async () => {
    const shown = await dialog().getByRole('region', { name: 'Text of the mail' }).innerText();
    await dialog().getByRole('button', { name: 'Send this mail' }).click();
    await page.getByText('noor forwarded this conversation to claims@partner.example.').waitFor();
    while (sink.mails.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [mail] = sink.mails;
    assert.doesNotMatch(mail!.raw, TRACES);
    assert.match(mail!.mail.text ?? '', /broken pole[^]*שלום/);
    // A mask is read out as "left out".
    const plain = (text: string) => text.replaceAll('left out', '').replaceAll(/\s+/g, '');
    assert.match(shown, /file#••••••••/);
    assert.equal(plain((mail!.mail.text ?? '').replaceAll(/#rfl_[\w.-]+/g, '#••••••••')), plain(shown));
    assert.deepEqual(mail!.to, ['claims@partner.example']);
  });

  it('the answer comes back as a note with its mark; the forward is withdrawn', async () => {
    const to = sink.mails[0]!.mail.replyTo![0]!.address!;
    const answer = [`From: Claims <claims@partner.example>`, `To: ${to}`, 'Subject: Re: A broken tent', 'Message-ID: <answer@partner.example>', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', '', 'A new pole is on its way.'].join('\r\n');
    await deliver(story.house.building.mailPort as number, answer, { from: 'claims@partner.example', to: [to] });
    await page.getByRole('article', { name: /Note of Forward reply/ }).getByText('A new pole is on its way.').waitFor();
    await page.getByText(/Forward reply since/).waitFor();
    await story.looksRight(page, '9-reply');
    await choose('What was forwarded');
    const sent = page.getByRole('dialog', { name: 'Forwards of #1' });
    await sent.getByText('1 answer').waitFor();
    await sent.getByText('not opened yet').waitFor();
    await sent.getByRole('button', { name: 'Show the mail' }).click();
    await story.looksRight(page, '10-forwards');
    await sent.getByRole('button', { name: 'Withdraw' }).click();
    await sent.getByText('Withdrawn', { exact: true }).waitFor();
  });
});

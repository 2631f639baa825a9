// The chat on a shop's page, in a real browser on two origins: first words while nobody is here, a reload, the badge, and cuts in the middle of it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BrowserContext, Frame } from 'playwright-core';
import { shot } from '#test/browser.ts';
import { arrived, chat, clean, field, launch, looksRight, notBuilt, openShop, say, type Shop } from '#test/shop.ts';

describe('the chat on a shop', { timeout: 180_000, skip: notBuilt }, () => {
  let shop: Shop;
  let customer: BrowserContext;
  let conversation = '';
  before(async () => {
    shop = await openShop();
    customer = await shop.browser.newContext({ viewport: { width: 1280, height: 860 } });
  });
  after(() => shop?.close());

  const bubbles = (frame: Frame): Promise<string[]> => frame.locator('.message .bubble').allTextContents();
  const texts = async () => (await shop.messages(conversation)).map(({ text }) => text);

  it('nobody is here: a form takes the message and an address, and says where answers appear', async () => {
    customer = await shop.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const { page, said } = await shop.visit(shop.url, customer);
    const frame = await launch(page);
    await frame.getByText('We are back on Monday at nine.').waitFor();
    await frame.getByRole('button', { name: 'Send the message' }).click();
    await frame.getByText('Write your email as name@example.com.').waitFor();
    await looksRight(page, '01-away');
    await frame.getByLabel('Your name (optional)').fill('Ada');
    await frame.getByLabel('Your email').fill('ada@example.com');
    await frame.getByLabel('Your message', { exact: true }).fill('Is the lamp dimmable?');
    await frame.getByRole('button', { name: 'Send the message' }).click();
    await frame.getByText('Thank you. Answers appear here').waitFor();
    await arrived(frame, 'dimmable');
    const [made] = await shop.conversations();
    assert.deepEqual([made?.preview, made?.customer.name, made?.customer.verifiedBy], ['Is the lamp dimmable?', 'Ada', null]);
    conversation = made!.id;
    await looksRight(page, '02-away-sent');
    clean(said);
    await page.close();
  });

  it('somebody is here: the customer comes back after a reload, reads the answer and goes on, on one conversation', async () => {
    await shop.somebodyIsHere();
    const { page, said } = await shop.visit(shop.url, customer);
    let frame = await launch(page);
    await frame.getByText('We are here').waitFor();
    await frame.getByText('Is the lamp dimmable?').waitFor();
    await shop.answer(conversation, 'Yes: see https://example.com/lamp. The switch is brass.');
    const link = frame.getByRole('link', { name: /example\.com\/lamp/ });
    await link.waitFor();
    assert.deepEqual([await link.getAttribute('href'), await link.getAttribute('rel'), await link.getAttribute('target')], ['https://example.com/lamp', 'noopener noreferrer', '_blank']);
    await frame.getByText('Dana Levi').waitFor();
    await say(frame, 'Lovely.\nI take two.');
    await field(frame).fill('A draft that');
    await looksRight(page, '03-talk');
    await page.emulateMedia({ colorScheme: 'dark' });
    await looksRight(page, '04-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    frame = await chat(page);
    await frame.getByText('I take two.').waitFor();
    assert.equal(await field(frame).inputValue(), 'A draft that', 'the draft outlives the reload');
    await field(frame).fill('And a bowl.');
    await field(frame).press('Shift+Enter');
    await field(frame).pressSequentially('The large one.');
    await field(frame).press('Enter');
    await arrived(frame, 'The large one.');
    assert.deepEqual(await texts(), ['Is the lamp dimmable?', 'Yes: see https://example.com/lamp. The switch is brass.', 'Lovely.\nI take two.', 'And a bowl.\nThe large one.']);
    assert.equal((await shop.conversations()).length, 1);
    clean(said);
    await page.close();
  });

  it('closed, it counts what came on the launcher; Escape goes back to the launcher, opening goes into the field', async () => {
    const { page } = await shop.visit(shop.url, customer);
    let frame = await launch(page);
    await field(frame).focus();
    await page.keyboard.press('Escape');
    await page.waitForFunction("document.activeElement.localName === 'portcullis-chat'");
    await shop.answer(conversation, 'One more thing.');
    await frame.locator('.bubble', { hasText: 'One more thing.' }).waitFor({ state: 'attached' });
    await shot(page, 'widget-05-badge');
    await page.keyboard.press('Enter');
    frame = await chat(page);
    await frame.waitForFunction("document.activeElement.localName === 'textarea'");
    await page.close();
  });

  it('a cut in the middle: what was written meanwhile on both sides arrives, in order, once', async () => {
    const { page } = await shop.visit(shop.url, customer);
    const frame = await launch(page);
    await say(frame, 'before the cut');
    await arrived(frame, 'before the cut');
    const before = (await texts()).length;
    await shop.cut();
    await frame.getByText('No connection.').waitFor();
    for (const word of ['one', 'two', 'three']) await say(frame, `${word} in the dark`);
    await shop.answer(conversation, 'an answer in the dark');
    await frame.locator('.waiting').nth(2).waitFor();
    await shot(page, 'widget-06-cut');
    await shop.connect();
    await frame.getByText('an answer in the dark').waitFor({ timeout: 40_000 });
    await arrived(frame, 'three in the dark');
    const all = (await texts()).slice(before);
    assert.deepEqual(all, ['an answer in the dark', 'one in the dark', 'two in the dark', 'three in the dark']);
    const shown = (await bubbles(frame)).filter((text) => text.includes('in the dark'));
    assert.deepEqual(shown, all, 'the customer sees the same, each once');
    await page.close();
  });

  it('written while nothing is connected and reloaded: it is sent then', async () => {
    const { page } = await shop.visit(shop.url, customer);
    let frame = await launch(page);
    await frame.getByText('three in the dark').waitFor();
    await shop.cut();
    await frame.getByText('No connection.').waitFor();
    await say(frame, 'kept over a reload');
    await frame.locator('.waiting').waitFor();
    await shop.connect();
    await page.reload();
    frame = await chat(page);
    await arrived(frame, 'kept over a reload');
    assert.equal((await texts()).filter((text) => text === 'kept over a reload').length, 1);
    await page.close();
  });
});

// Two windows, one conversation: a customer on the shop's site and an agent in the workspace, through a cut, a note, a removal and a sign-out.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { shot } from '#test/browser.ts';
import { PASSWORD } from '#test/house.ts';
import { arrived, chat, clean, field, notBuilt, openShop, say, type Shop } from '#test/shop.ts';

describe('a customer and an agent, each in a window', { timeout: 240_000, skip: notBuilt }, () => {
  let shop: Shop;
  let customer: Page;
  let said: readonly string[];
  let frame: Frame;
  let agent: Page;
  const thread = () => agent.getByRole('log');
  const shown = (text: string) => thread().getByText(text, { exact: true });
  const here = (texts: readonly string[]): string[] => texts.map((text) => text.trim()).filter((text) => !/^(Hello! How can we help\?|)$/.test(text));
  const agentSees = async () => here(await agent.locator('.said-text').allInnerTexts());
  const customerSees = async () => here(await frame.locator('.message .bubble').allTextContents());
  async function answer(text: string, kind: 'Answer' | 'Internal note' = 'Answer'): Promise<void> {
    await agent.getByRole('button', { name: kind, exact: true }).click();
    await agent.getByRole('textbox', { name: kind, exact: true }).fill(text);
    await agent.keyboard.press('Control+Enter');
  }

  before(async () => {
    shop = await openShop();
    agent = await (await shop.browser.newContext({ viewport: { width: 1280, height: 860 } })).newPage();
    agent.setDefaultTimeout(20_000);
    agent.on('pageerror', (error) => assert.fail(`A fault in the workspace: ${error.message}`));
    await agent.goto(`http://localhost:${shop.house.port}/b/acme`);
    await agent.getByLabel('Email').fill('dana@acme.example');
    await agent.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await agent.getByRole('button', { name: 'Sign in', exact: true }).click();
    await agent.getByRole('heading', { name: 'Inbox' }).or(agent.getByText('Nothing is waiting')).first().waitFor();
  });
  after(() => shop?.close());

  it('who is signed in at the shop writes, and the agent has it at once, with the mark', async () => {
    const visit = await shop.signIn('maya@example.com', 'olive tree', 'Maya Cohen');
    customer = visit.page;
    said = visit.said;
    await customer.getByRole('button', { name: 'Ask us in the chat' }).click();
    frame = await chat(customer);
    await frame.getByText('Signed in as Maya Cohen').waitFor();
    // An agent has the inbox open: somebody is here.
    await frame.getByText('We are here').waitFor();
    await say(frame, 'Where is my lamp?');
    await agent.getByRole('link', { name: /Maya Cohen/ }).click();
    await shown('Where is my lamp?').waitFor();
    await thread().getByTitle(/signed in on your site/i).first().waitFor();
    await shot(agent, 'windows-1-agent');
  });

  it('they see each other write, and each answer in the other window', async () => {
    shop.house.clock.uptime += 3_000;
    // As slowly as people write: the chat says so at most every two seconds.
    await field(frame).pressSequentially('It was sent', { delay: 250 });
    await agent.getByText('writing…').waitFor();
    await answer('Good morning Maya, it left us yesterday.');
    await frame.getByText('Good morning Maya, it left us yesterday.').waitFor();
    await answer('She is a good customer: send a voucher.', 'Internal note');
    await shown('She is a good customer: send a voucher.').waitFor();
    await say(frame, 'Thank you!');
    await shown('Thank you!').waitFor();
    assert.deepEqual(await customerSees(), ['Where is my lamp?', 'Good morning Maya, it left us yesterday.', 'Thank you!'], 'a note never leaves the team');
  });

  it('the network is cut for both in the middle: what both wrote meanwhile is there afterwards, once, in one order', async () => {
    await shop.cut();
    await frame.getByText('No connection.').waitFor();
    await say(frame, 'customer in the dark, one');
    await say(frame, 'customer in the dark, two');
    await answer('agent in the dark');
    await agent.getByText('Reconnecting…').waitFor();
    await shot(agent, 'windows-2-cut');
    await shop.connect();
    await arrived(frame, 'customer in the dark, two');
    await shown('customer in the dark, two').waitFor({ timeout: 40_000 });
    const again = agent.getByRole('button', { name: 'Try again' });
    // It may have been given up while there was no line: the text is kept, and one press sends it.
    await again.or(agent.locator('[data-unsent]')).first().waitFor({ state: 'attached' }).catch(() => undefined);
    if ((await again.count()) > 0) await again.first().click();
    await frame.getByText('agent in the dark').waitFor({ timeout: 40_000 });
    await agent.locator('[data-unsent]').waitFor({ state: 'detached' });
    await agent.getByText('Reconnecting…').waitFor({ state: 'detached', timeout: 40_000 });
    const theirs = (await customerSees()).filter((text) => text.includes('in the dark'));
    const ours = (await agentSees()).filter((text) => text.includes('in the dark'));
    assert.deepEqual(theirs.toSorted(), ['agent in the dark', 'customer in the dark, one', 'customer in the dark, two']);
    assert.deepEqual(ours, theirs, 'both windows show the same, in the same order');
  });

  it('what is removed is gone from both windows', async () => {
    await say(frame, 'My card is 4111 1111 1111 1111');
    const line = agent.locator('article, li, [data-message]').filter({ has: agent.getByText('My card is 4111 1111 1111 1111', { exact: true }) }).last();
    await line.hover();
    await line.getByRole('button', { name: /^More about the message/ }).click();
    await agent.getByRole('menuitem', { name: 'Remove this message' }).click();
    await agent.getByRole('alertdialog').getByRole('button', { name: 'Remove for good' }).click();
    await frame.getByText('This message was removed').waitFor();
    await shown('My card is 4111 1111 1111 1111').waitFor({ state: 'detached' });
    assert.ok(!(await customerSees()).some((text) => text.includes('4111')));
    await shot(agent, 'windows-3-removed');
  });

  it('the customer signs out at the shop: the chat knows nobody, and the agent keeps the case', async () => {
    await customer.getByRole('button', { name: 'Sign out' }).click();
    await customer.getByRole('link', { name: 'Sign in' }).waitFor();
    const later = await chat(customer);
    await later.getByText('Hello! How can we help?').waitFor();
    assert.equal(await later.getByText('Where is my lamp?').count(), 0);
    assert.equal(await shown('Where is my lamp?').count(), 1);
    clean(said);
  });
});

// An agent's morning in the inbox: finding, answering, noting, assigning, tagging and solving by keyboard, live and through a cut; and drafts that survive.
// Size: one story, each part going on from where the one before left the page and the house.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { sendAsCustomer } from '#inbox/customer-message.ts';
import { axeFaults } from '#test/axe.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { addChannel, addChatSession, addConversation, addCustomer, addTeam, type Ground, groundOf } from '#test/conversations.ts';
import { addAgent, knock } from '#test/people.ts';

const MINUTE = 60_000;

describe('the inbox in the browser', { timeout: 240_000 }, () => {
  let at: Browsing;
  let ground: Ground;
  let channelId = '';
  let page: Page;
  const ids = { ann: '', long: '', lamp: '' };
  let annSession: Awaited<ReturnType<typeof addChatSession>>;

  before(async () => {
    at = await openBrowsing('inbox');
    const { house, admin } = at;
    house.clock.now = Date.now();
    ground = await groundOf(house);
    page = await at.page();
    await page.goto(at.base);
    await at.typePassword(page, admin.email);
    await page.getByText('Nothing is waiting').or(page.getByText('No chat on your site yet')).waitFor();
  });
  after(async () => at?.close());

  const row = (name: string | RegExp) => page.getByRole('region', { name: 'Conversations' }).getByRole('link', { name });
  const said = (text: string) => page.getByRole('log').getByText(text, { exact: true });
  const box = (name: 'Answer' | 'Internal note') => page.getByRole('textbox', { name, exact: true });
  const customerSays = (session: typeof annSession, text: string) =>
    sendAsCustomer({ store: ground.store, commit: ground.commit }, ground.brand.id, { session, clientId: crypto.randomUUID(), text }, (at.house.clock.now += 1_000));
  const texts = () => page.locator('.said-text').allInnerTexts();
  /** Away from every field, so that keys are shortcuts. */
  const leaveField = () => page.getByRole('log').focus();

  it('says what to do while nothing is there', async () => {
    await page.getByRole('link', { name: 'Put the chat on your site' }).waitFor();
    await at.looksRight(page, '1-nothing');
  });

  it('shows what was written, the newest first, with counts and what is unread', async () => {
    const now = at.house.clock.now;
    channelId = await addChannel(ground, { name: 'Website' });
    await addAgent(at.house, at.admin, 'noa');
    await addTeam(ground, 'Billing');
    const person = (name: string | null, more = {}) => addCustomer(ground, { name, created_at: now - 90 * MINUTE, last_seen_at: now, ...more });
    const ann = await person('Ann Brook', { email: 'ann@brook.example', external_id: 'u-4711', verified_by: 'external_id' });
    annSession = await addChatSession(ground, { channelId, customerId: ann, at: now, verifiedBy: 'external_id' });
    ids.lamp = await addConversation(ground, { channelId, customerId: await person('Olga Petrova'), at: now - 400 * MINUTE, messages: ['The lamp flickers at night', { text: 'We will send another.', from: 'agent' }], tags: ['lamps'], status: 'pending' });
    ids.long = await addConversation(ground, { channelId, customerId: await person('Li Wei'), at: now - 300 * MINUTE, messages: Array.from({ length: 130 }, (_, place) => `Line ${place + 1} of a long story`) });
    await addConversation(ground, { channelId, customerId: await person('משה כהן'), at: now - 60 * MINUTE, messages: ['שלום, אני צריך עזרה'] });
    await addConversation(ground, { channelId, customerId: await person(null), at: now - 30 * MINUTE, messages: ['Is anybody there?'] });
    ids.ann = await addConversation(ground, { channelId, customerId: ann, at: now - 10 * MINUTE, messages: ['My parcel has not come', 'The order is 4711'], tags: ['vip', 'shipping'] });
    await page.reload();
    await row(/Ann Brook/).waitFor();
    const names = await page.locator('.row-name').allInnerTexts();
    assert.deepEqual(names, ['Ann Brook', 'Visitor', 'משה כהן', 'Li Wei', 'Olga Petrova']);
    await page.getByRole('link', { name: 'Unassigned 5' }).waitFor();
    assert.match(await row(/Ann Brook/).innerText(), /Unread/);
    await at.looksRight(page, '2-list');
  });

  it('opens with j and o, is answered with r and Ctrl+Enter, and takes a note of its own colour', async () => {
    await page.locator('body').press('j');
    await page.keyboard.press('o');
    await said('The order is 4711').waitFor();
    await page.waitForURL(`**/inbox/${ids.ann}`);
    await at.looksRight(page, '3-open');
    await page.keyboard.press('r');
    await page.keyboard.type('I look for it, Ann.');
    await page.keyboard.press('Control+Enter');
    await said('I look for it, Ann.').waitFor();
    assert.equal(await box('Answer').inputValue(), '');
    await leaveField();
    await page.keyboard.press('n');
    await page.keyboard.type('She is new here.');
    await at.looksRight(page, '4-note');
    await page.keyboard.press('Control+Enter');
    await said('She is new here.').waitFor();
    await page.locator('[data-unsent]').waitFor({ state: 'detached' });
    await page.reload();
    await said('She is new here.').waitFor();
    assert.deepEqual(await texts(), ['My parcel has not come', 'The order is 4711', 'I look for it, Ann.', 'She is new here.'], 'kept by the server, each once');
  });

  it('assigns, tags and solves by keyboard, and the timeline tells it', async () => {
    await leaveField();
    await page.keyboard.press('a');
    await page.getByRole('menuitemradio', { name: /Dana Levi/ }).click();
    await page.getByRole('button', { name: 'Assignee: Dana Levi' }).waitFor();
    await leaveField();
    await page.keyboard.press('t');
    await page.keyboard.type('refund');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the tag refund' }).waitFor();
    await leaveField();
    await page.keyboard.press('e');
    await page.getByRole('button', { name: 'Status: solved' }).waitFor();
    assert.ok((await page.locator('.event-line').count()) >= 3);
    await row(/Ann Brook/).waitFor({ state: 'detached' });
    await at.looksRight(page, '5-solved');
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByRole('button', { name: 'Status: open' }).waitFor();
    await page.getByRole('button', { name: 'Remove the tag refund' }).click();
    await page.getByRole('button', { name: 'Remove the tag refund' }).waitFor({ state: 'detached' });
  });

  it('shows what is said at once, and after a cut what was said meanwhile, nothing twice', async () => {
    await customerSays(annSession, 'Hello? Live now.');
    await said('Hello? Live now.').waitFor();
    await page.context().setOffline(true);
    await customerSays(annSession, 'Said in the cut, one');
    await customerSays(annSession, 'Said in the cut, two');
    await page.getByText('Reconnecting…').waitFor();
    await at.looksRight(page, '6-cut');
    await page.context().setOffline(false);
    await said('Said in the cut, two').waitFor();
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    const all = await texts();
    for (const text of ['Hello? Live now.', 'Said in the cut, one', 'Said in the cut, two']) assert.equal(all.filter((one) => one === text).length, 1, text);
    assert.deepEqual(all.slice(-2), ['Said in the cut, one', 'Said in the cut, two']);
    assert.equal(await page.locator('.row-name').first().innerText(), 'Ann Brook');
  });

  it('loads what was said earlier without losing the place', async () => {
    await row(/Li Wei/).click();
    await said('Line 130 of a long story').waitFor();
    assert.equal(await said('Line 1 of a long story').count(), 0);
    await page.getByRole('log').press('Home');
    await said('Line 40 of a long story').waitFor();
    await page.getByRole('log').press('Home');
    await said('Line 1 of a long story').waitFor();
    assert.equal((await texts()).length, 130);
  });

  it('finds words, marks them, and goes to the message', async () => {
    await leaveField();
    await page.keyboard.press('/');
    await page.keyboard.type('flickers');
    await page.locator('mark', { hasText: 'flickers' }).waitFor();
    await at.looksRight(page, '7-search');
    await row(/Olga/).click();
    await page.locator('[data-wanted]', { hasText: 'The lamp flickers at night' }).waitFor();
    await page.getByLabel('Search conversations').fill('zebra crossing');
    await page.getByText('Nothing found').waitFor();
    await page.getByLabel('Search conversations').fill('');
    await row(/Ann Brook/).waitFor();
  });

  it('shows the shortcuts, which act never while typing and can be switched off', async () => {
    await leaveField();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await at.looksRight(page, '8-shortcuts');
    await page.getByRole('switch', { name: 'Use single-key shortcuts' }).press('Space');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await leaveField();
    await page.keyboard.press('r');
    assert.equal(await box('Answer').evaluate((field) => field === field.ownerDocument.activeElement), false, 'switched off');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('switch', { name: 'Use single-key shortcuts' }).press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await box('Answer').fill('');
    await box('Answer').press('e');
    assert.equal(await box('Answer').inputValue(), 'e', 'a letter while typing');
    await page.getByRole('button', { name: 'Status: pending' }).waitFor();
    await box('Answer').fill('');
  });

  it('keeps a draft through a reload, and what was refused through the end of the session', async () => {
    await row(/Visitor/).click();
    await said('Is anybody there?').waitFor();
    await box('Answer').fill('Yes, we are here and we');
    await page.reload();
    await box('Answer').waitFor();
    assert.equal(await box('Answer').inputValue(), 'Yes, we are here and we');
    await row(/Ann Brook/).click();
    await row(/Visitor/).locator('.row-draft').waitFor();
    await row(/Visitor/).click();
    await box('Answer').waitFor();
    // the session ends elsewhere, by hand
    await page.context().request.post(`http://localhost:${at.house.port}/api/v1/sign-out`, { headers: { origin: `http://localhost:${at.house.port}`, 'sec-fetch-site': 'same-origin' } });
    await page.getByLabel('Password', { exact: true }).waitFor();
    await at.typePassword(page, at.admin.email);
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await row(/Visitor/).click();
    await box('Answer').waitFor();
    assert.equal(await box('Answer').inputValue(), 'Yes, we are here and we');
    await page.route('**/messages', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'fault', title: 'It broke', detail: 'The server broke. Try again.' }) }));
    await box('Answer').press('Control+Enter');
    await page.getByText('Not sent').waitFor();
    await at.looksRight(page, '9-not-sent');
    await page.unroute('**/messages');
    await page.reload();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-unsent]').waitFor({ state: 'detached' });
    await said('Yes, we are here and we').waitFor();
    assert.equal((await texts()).filter((text) => text === 'Yes, we are here and we').length, 1);
  });

  it('shows to others who is here, who writes, and moves the list for them', async () => {
    const context = await at.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const noa = await at.page(context);
    const answer = await knock(at.house, 'acme', 'noa@acme.example');
    const [name, value] = answer.cookies.find((one) => one.startsWith('__Host-session='))!.split('=') as [string, string];
    await context.addCookies([{ name, value, url: `https://localhost:${at.house.port}`, secure: true, httpOnly: true, sameSite: 'Strict' }]);
    await noa.goto(`${at.base}/inbox/${ids.ann}`);
    await noa.getByRole('log').waitFor();
    await row(/Ann Brook/).click();
    await page.getByText('Also here: noa').waitFor();
    await noa.getByRole('textbox', { name: 'Answer', exact: true }).pressSequentially('He');
    await page.getByText('noa is writing…').waitFor();
    await noa.getByRole('textbox', { name: 'Answer', exact: true }).press('Control+Enter');
    await said('He').waitFor();
    await at.looksRight(page, '10-together');
    await context.close();
  });

  it('shows what may be done to a conversation and a message, and removes one', async () => {
    await page.getByRole('button', { name: /^More about conversation/ }).click();
    await page.getByRole('menuitem', { name: 'Forward…' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'Forward…' }).getAttribute('aria-disabled'), null);
    await at.looksRight(page, '11-menu');
    await page.getByRole('menuitem', { name: 'Why was this refused?' }).click();
    await page.getByText(/Nothing was refused in conversation/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('article').filter({ hasText: 'Hello? Live now.' }).hover();
    await page.getByRole('article').filter({ hasText: 'Hello? Live now.' }).getByRole('button', { name: /^More about the message/ }).click();
    await page.getByRole('menuitem', { name: 'Remove this message' }).click();
    await page.getByRole('button', { name: 'Remove for good' }).click();
    const code = page.getByLabel('Code from your authenticator app');
    const gone = page.getByText('A message was removed by Dana Levi');
    await code.or(gone).first().waitFor();
    if (await code.isVisible()) {
      await code.fill(at.house.code(at.admin));
      await page.keyboard.press('Enter');
    }
    await gone.waitFor();
    assert.equal(await page.getByText('Hello? Live now.').count(), 0);
  });

  it('is right at 360 px, in the dark and from right to left', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${at.base}/inbox`);
    await row(/Ann Brook/).waitFor();
    await at.looksRight(page, '12-narrow-list');
    await row(/Ann Brook/).click();
    await said('Said in the cut, two').waitFor();
    await at.looksRight(page, '13-narrow-open');
    const wide = await page.evaluate(() => (globalThis as unknown as { document: { documentElement: { scrollWidth: number } } }).document.documentElement.scrollWidth);
    assert.equal(wide, 360);
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await row(/Ann Brook/).waitFor();
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await row(/Ann Brook/).click();
    await said('Said in the cut, two').waitFor();
    await at.looksRight(page, '14-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.evaluate(() => { (globalThis as unknown as { document: { documentElement: { dir: string } } }).document.documentElement.dir = 'rtl'; });
    await at.looksRight(page, '15-rtl');
    assert.deepEqual(await axeFaults(page), []);
  });
});

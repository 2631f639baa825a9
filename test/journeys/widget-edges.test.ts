// The chat at its edges, in a real browser: customers whom the shop vouches for, sites that are not listed, hostile text, phones, Hebrew and zoom.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it, type TestContext } from 'node:test';
import { shot } from '#test/browser.ts';
import { arrived, chat, clean, launch, looksRight, notBuilt, openShop, say, type Shop } from '#test/shop.ts';

const CORPUS = new URL('../../../shared/corpora/injection/', import.meta.url);

describe('the chat at its edges', { timeout: 180_000, skip: notBuilt }, () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    await shop.somebodyIsHere();
  });
  after(() => shop?.close());

  it('a customer who is signed in at the shop is known, marked as verified, and forgotten at sign-out', async () => {
    const context = await shop.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const { page, said } = await shop.signIn('maya@example.com', 'olive tree', 'Maya Cohen', context);
    await page.getByRole('button', { name: 'Ask us in the chat' }).click();
    const frame = await chat(page);
    await frame.getByText('Signed in as Maya Cohen').waitFor();
    await say(frame, 'Where is my lamp?');
    await arrived(frame, 'Where is my lamp?');
    await looksRight(page, '07-signed-in');
    const hers = (await shop.conversations()).find(({ preview }) => preview === 'Where is my lamp?')!;
    assert.deepEqual([hers.customer.name, hers.customer.verifiedBy, (await shop.messages(hers.id))[0]?.verified], ['Maya Cohen', 'external_id', true]);
    assert.doesNotMatch(page.url(), /ticket/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    const later = await chat(page);
    await later.getByText('Hello! How can we help?').waitFor();
    assert.equal(await later.getByText('Where is my lamp?').count(), 0, 'nothing of hers is left');
    assert.equal(await later.evaluate("Object.keys(localStorage).filter((key) => key.endsWith('.session')).length"), 0);
    clean(said);
    await context.close();
  });

  it('another customer on the same browser, and a visitor whom the shop does not know, see nothing of who was there before', async () => {
    const context = await shop.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const maya = await shop.signIn('maya@example.com', 'olive tree', 'Maya Cohen', context);
    await maya.page.getByRole('button', { name: 'Ask us in the chat' }).click();
    const first = await chat(maya.page);
    await first.getByText('Signed in as Maya Cohen').waitFor();
    await say(first, 'a secret of Maya');
    await arrived(first, 'a secret of Maya');
    await first.getByRole('textbox', { name: 'Write a message' }).fill('a draft of Maya');
    await maya.page.reload();
    const still = await chat(maya.page);
    await still.getByText('a secret of Maya').waitFor();
    assert.equal(await still.getByRole('textbox', { name: 'Write a message' }).inputValue(), 'a draft of Maya', 'she herself loses nothing');
    await maya.page.close();
    // The shop forgets her without a sign-out in the chat: its cookie has run out.
    await context.clearCookies();
    const nobody = await shop.visit(`${shop.url}/help`, context);
    await nobody.page.getByRole('button', { name: 'Write to us' }).click();
    const stranger = await chat(nobody.page);
    await stranger.getByText('Hello! How can we help?').waitFor();
    assert.equal(await stranger.getByText('a secret of Maya').count(), 0);
    assert.equal(await stranger.getByText('Signed in as').isVisible(), false);
    assert.equal(await stranger.getByRole('textbox', { name: 'Write a message' }).inputValue(), '');
    await nobody.page.close();
    await context.clearCookies();
    const again = await shop.signIn('maya@example.com', 'olive tree', 'Maya Cohen', context);
    await again.page.getByRole('button', { name: 'Ask us in the chat' }).click();
    await (await chat(again.page)).getByText('a secret of Maya').waitFor();
    await again.page.close();
    await context.clearCookies();
    const tom = await shop.signIn('tom@example.com', 'river stone', 'Tom Becker', context);
    await tom.page.getByRole('button', { name: 'Ask us in the chat' }).click();
    const his = await chat(tom.page);
    await his.getByText('Signed in as Tom Becker').waitFor();
    assert.equal(await his.getByText('a secret of Maya').count(), 0);
    await context.close();
  });

  it('a refused ticket is said in words; the fragment is cleaned at once, and the query is not read', async () => {
    const { page } = await shop.visit(`${shop.url}/help#portcullis-ticket=not.a.ticket`);
    await page.locator('portcullis-chat').waitFor({ state: 'attached' });
    assert.equal(page.url(), `${shop.url}/help`);
    await page.getByRole('button', { name: 'Write to us' }).click();
    const frame = await chat(page);
    await frame.getByText('was not accepted').waitFor();
    await looksRight(page, '08-refused-ticket');
    await page.close();
    const query = await shop.visit(`${shop.url}/help?portcullis-ticket=not.a.ticket`);
    await query.page.locator('portcullis-chat').waitFor({ state: 'attached' });
    assert.match(query.said.join('\n'), /ticket in the query .* was ignored/);
    await query.page.close();
  });

  it('when a sign-in ends, nothing of before is shown', async () => {
    const { page } = await shop.signIn('tom@example.com', 'river stone', 'Tom Becker');
    await page.getByRole('button', { name: 'Ask us in the chat' }).click();
    const frame = await chat(page);
    await frame.getByText('Signed in as Tom Becker').waitFor();
    await say(frame, 'a secret of Tom');
    await arrived(frame, 'a secret of Tom');
    shop.house.clock.now += 61 * 60_000;
    await frame.getByText('Your sign-in has ended; start again.').waitFor();
    assert.equal(await frame.getByText('a secret of Tom').count(), 0);
    await looksRight(page, '09-ended');
    shop.house.clock.now = Date.now();
    await frame.getByRole('button', { name: 'Start again' }).click();
    await frame.getByText('Signed in as Tom Becker').waitFor();
    await frame.getByText('a secret of Tom').waitFor();
    await page.close();
  });

  it('a site that is not on the list shows nothing, and the console says what to check', async () => {
    const { page, said } = await shop.visit(shop.otherUrl);
    for (let tries = 0; !said.some((text) => text.startsWith('Portcullis chat')) && tries < 50; tries += 1) await page.evaluate('new Promise((done) => requestAnimationFrame(done))');
    assert.equal(await page.locator('portcullis-chat').count(), 0);
    const warnings = said.filter((text) => text.startsWith('Portcullis chat'));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, new RegExp(`${shop.otherUrl} is on the channel's list of sites`));
    await page.close();
  });

  it('hostile text is text, from customers and from agents', { skip: existsSync(CORPUS) ? false : '../shared/corpora/injection is missing' }, async (t: TestContext) => {
    const naughty = JSON.parse(readFileSync(new URL('blns.json', CORPUS), 'utf8')) as string[];
    const cases = (JSON.parse(readFileSync(new URL('dompurify_expect.json', CORPUS), 'utf8')) as { payload: string }[]).map(({ payload }) => payload);
    const usable = [...naughty, ...cases].filter((text) => text.trim() !== '' && !text.includes('\0') && text.isWellFormed());
    // Many on one message, so that the limit of messages a minute is not what is tested.
    const packs = usable.reduce<string[]>((all, text) => {
      const last = all.at(-1);
      if (last === undefined || [...last, ...text].length + 1 > 7900) all.push([...text].slice(0, 7900).join(''));
      else all[all.length - 1] = `${last}\n${text}`;
      return all;
    }, []).map((text) => text.trim());
    t.diagnostic(`${usable.length} strings in ${packs.length} messages`);
    const { page, said } = await shop.visit(shop.url);
    const frame = await launch(page);
    await say(frame, 'first');
    await arrived(frame, 'first');
    const mine = (await shop.conversations()).find(({ preview }) => preview === 'first')!.id;
    for (const pack of packs) await shop.answer(mine, pack);
    await frame.locator('.theirs .bubble').nth(packs.length).waitFor();
    const shown = await frame.locator('.theirs .bubble').evaluateAll((all) => (all as unknown as { childNodes: { nodeType: number; textContent: string; firstChild: { textContent: string } | null }[] }[]).map(({ childNodes }) =>
      Array.from(childNodes, (node) => (node.nodeType === 3 ? node.textContent : (node.firstChild?.textContent ?? ''))).join('')));
    assert.deepEqual(shown.slice(1), packs);
    const strange = await frame.evaluate("[...document.querySelectorAll('.bubble *')].filter((one) => one.localName !== 'a' && one.className !== 'hidden').length");
    assert.equal(strange, 0, 'no element but our own links');
    // As the customer's own they come back as they were written; a text field makes every end of a line the same.
    const own = packs.map((pack) => pack.replace(/\r\n?/g, '\n'));
    for (const pack of own) await say(frame, pack);
    await frame.locator('.own:not(.waiting):not(.sent) .bubble').nth(own.length).waitFor();
    assert.deepEqual((await frame.locator('.own .bubble').allTextContents()).slice(1), own);
    assert.deepEqual((await shop.messages(mine)).filter(({ verified }) => !verified).slice(-own.length).map(({ text }) => text), own);
    const tried = said.filter((text) => /^fault|Content Security Policy/.test(text));
    assert.deepEqual(tried, [], 'no script ran and none was tried');
    await shot(page, 'widget-10-hostile');
    await page.close();
  });

  it('in Hebrew from right to left, on a phone it fills the screen, and at 200 % nothing is cut off', async () => {
    const phone = await shop.browser.newContext({ viewport: { width: 375, height: 700 }, hasTouch: true, isMobile: true });
    const { page, said } = await shop.visit(`${shop.url}/?lang=he`, phone);
    await page.locator('portcullis-chat').waitFor({ state: 'attached' });
    await page.touchscreen.tap(48, 652);
    const frame = await chat(page);
    assert.deepEqual(await frame.evaluate('[document.documentElement.dir, document.documentElement.lang, innerWidth, innerHeight]'), ['rtl', 'he', 375, 700]);
    await say(frame, 'שלום, is the lamp here?');
    await arrived(frame, 'שלום');
    await looksRight(page, '11-hebrew-phone');
    assert.equal(await frame.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    clean(said);
    await phone.close();
    const zoomed = await shop.browser.newContext({ viewport: { width: 320, height: 380 } });
    const small = await shop.visit(`${shop.url}/`, zoomed);
    const narrow = await launch(small.page);
    await say(narrow, 'A longword'.repeat(20));
    await arrived(narrow, 'A longword');
    assert.equal(await narrow.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    await looksRight(small.page, '12-small');
    await zoomed.close();
  });

  it('what an agent removes is removed at once, what an agent writes is announced, and a site taken off the list closes', async () => {
    const { page } = await shop.visit(shop.url);
    const frame = await launch(page);
    await say(frame, 'my card is 4111');
    await arrived(frame, 'my card is 4111');
    const { id } = (await shop.conversations()).find(({ preview }) => preview === 'my card is 4111')!;
    shop.house.building.parts.murmurs.say(shop.brandId as never, { type: 'typing', conversation: id, by: { kind: 'agent', id: 'agt_x', name: 'Dana Levi' } });
    await frame.getByText('Dana Levi is writing…').waitFor();
    await shop.redact(id, (await shop.messages(id)).find(({ text }) => text === 'my card is 4111')!.id);
    await frame.getByText('This message was removed').waitFor();
    assert.equal(await frame.getByText('4111').count(), 0);
    await page.reload();
    const again = await chat(page);
    await again.getByText('This message was removed').waitFor();
    await shop.list('https://elsewhere.example');
    await again.getByText('This chat is not open on this site').waitFor();
    assert.equal(await again.getByText('This message was removed').count(), 0);
    await looksRight(page, '13-closed');
    await shop.list(shop.url);
    await page.close();
  });
});

// Files in a real browser: an agent sends, opens and looks at one; a customer sends, is refused in words, goes on after a cut, and opens; nothing in a file runs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Frame, JSHandle, Page } from 'playwright-core';
import sharp from 'sharp';
import { type Browsing, drawn, openBrowsing } from '#test/browsing.ts';
import { shownBare } from '#test/drawings-shown.ts';
import { agentFile, contentOf, type FileStage, linkOf, openFileStage } from '#test/opening.ts';
import { arrived, launch, looksRight, notBuilt, openShop, type Shop } from '#test/shop.ts';

const picture = (): Promise<Buffer> => sharp({ create: { width: 640, height: 400, channels: 3, background: '#c46a2b' } }).png().toBuffer();

/** What a drag or a clipboard carries: one file, made in the page. */
const carrying = (where: Page | Frame, name: string, type: string, bytes: Buffer): Promise<JSHandle> => where.evaluateHandle(([named, of, text]) => {
  const { DataTransfer: Carried, File: Made, atob: read } = globalThis as unknown as { DataTransfer: new () => { items: { add(file: unknown): void } }; File: new (parts: unknown[], name: string, about: unknown) => unknown; atob(text: string): string };
  const carried = new Carried();
  carried.items.add(new Made([Uint8Array.from(read(text), (one) => one.charCodeAt(0))], named, { type: of }));
  return carried as never;
}, [name, type, bytes.toString('base64')] as const);
async function drop(where: Page | Frame, on: string, carried: JSHandle, looked: () => Promise<void>): Promise<void> {
  const target = where.locator(on).first();
  await target.dispatchEvent('dragenter', { dataTransfer: carried });
  await target.dispatchEvent('dragover', { dataTransfer: carried });
  await looked();
  await target.dispatchEvent('drop', { dataTransfer: carried });
}
const paste = (where: Page | Frame, on: string, carried: JSHandle): Promise<unknown> => where.locator(on).first().evaluate((element, data) => {
  const { ClipboardEvent: Pasted } = globalThis as unknown as { ClipboardEvent: new (type: string, about: unknown) => never };
  return (element as unknown as { dispatchEvent(event: never): boolean }).dispatchEvent(new Pasted('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}, carried as never);

describe('an agent and files', { timeout: 180_000 }, () => {
  let story: Browsing;
  let stage: FileStage;
  let page: Page;
  let drawing: string;
  before(async () => {
    story = await openBrowsing('files');
    stage = await openFileStage(story.house, story.admin, await story.house.signIn(story.admin));
    page = await story.page();
    await page.goto(story.base);
    await story.typePassword(page, story.admin.email);
    await page.waitForURL(/inbox/);
    // Its picture is still being made when it is first asked for.
    await page.route('**/thumbnail', (route) => route.fulfill({ status: 202, headers: { 'retry-after': '2' } }), { times: 1 });
    await page.goto(`${story.base}/inbox/${stage.conversation}`);
  });
  after(() => story?.close());

  it('sees what the customer sent with its picture, which comes when it is made, adds some by the button, by dropping and by pasting, and sends them', async () => {
    const shown = page.getByRole('link', { name: /Open photo\.png/ });
    await shown.waitFor();
    await drawn(page, '.file-picture');
    assert.match(await page.locator('.file-picture').first().getAttribute('src') ?? '', /^blob:/, 'it was not there at once');
    await page.locator('input[type=file]').setInputFiles([{ name: 'plan.png', mimeType: 'image/png', buffer: await picture() }, { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') }]);
    await page.getByText(/Files of the type \.exe are not taken here/).waitFor();
    await page.locator('.pending-file[data-stage=done]', { hasText: 'plan.png' }).waitFor();
    await story.looksRight(page, '01-composer');
    await page.getByRole('button', { name: 'Remove setup.exe' }).click();
    await page.reload();
    await page.locator('.pending-file[data-stage=done]', { hasText: 'plan.png' }).waitFor();
    await drop(page, '.composer-text', await carrying(page, 'dropped.png', 'image/png', await picture()), async () => {
      await page.getByText('Let go to add the files to your message').waitFor();
      await story.looksRight(page, '01-dropping');
    });
    await page.locator('.pending-file[data-stage=done]', { hasText: 'dropped.png' }).waitFor();
    await page.getByText('Let go to add the files to your message').waitFor({ state: 'detached' });
    await paste(page, '.composer-text', await carrying(page, 'pasted.png', 'image/png', await picture()));
    await page.locator('.pending-file[data-stage=done]', { hasText: 'pasted.png' }).waitFor();
    await page.getByRole('button', { name: 'Remove pasted.png' }).click();
    await page.getByPlaceholder('Write an answer').fill('Here is the plan.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: /Open plan\.png/ }).waitFor();
    await page.getByRole('link', { name: /Open dropped\.png/ }).waitFor();
    await page.locator('.pending-file').waitFor({ state: 'detached' });
    await story.looksRight(page, '02-timeline');
    await page.emulateMedia({ colorScheme: 'dark' });
    await story.looksRight(page, '03-timeline-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('opens it in a tab of its own, and finds who opened it on its page', async () => {
    const [tab] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: /Open photo\.png/ }).click()]);
    await tab.waitForLoadState();
    assert.equal(await tab.evaluate('document.contentType'), 'image/png');
    assert.equal(await tab.evaluate('window.origin'), 'null', 'it stands in an origin of its own');
    await tab.close();
    await page.getByRole('link', { name: 'About photo.png' }).click();
    await page.getByRole('heading', { name: 'Who opened this' }).waitFor();
    await page.getByText('opened it').first().waitFor();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    await story.looksRight(page, '04-file');
    await page.setViewportSize({ width: 360, height: 740 });
    await story.looksRight(page, '05-file-narrow');
    await page.evaluate("document.documentElement.dir = 'rtl'");
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
    await story.looksRight(page, '05-file-narrow-rtl');
    await page.setViewportSize({ width: 1280, height: 860 });
    await story.looksRight(page, '05-file-rtl');
    await page.evaluate("document.documentElement.dir = 'ltr'");
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('no byte of a file runs as script on our origin, however it is opened', async () => {
    const cookie = await story.house.signIn(story.admin);
    const evil = '<html><script>top.ran = 1; fetch("/api/v1/session")</script><svg onload="top.ran=1" xmlns="http://www.w3.org/2000/svg"><script>top.ran=1</script></svg>';
    const png = await picture();
    await story.house.save(story.admin, cookie, { 'upload.agent.types': ['jpeg', 'png', 'txt', 'pdf', 'svg'] });
    drawing = await agentFile(story.house, cookie, stage.conversation, { name: 'logo.svg', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4" onload="top.ran=1"><rect width="8" height="4" fill="#c46a2b"/><script>top.ran=1;fetch("/api/v1/session")</script></svg>') });
    const files = [
      await agentFile(story.house, cookie, stage.conversation, { name: 'page.txt', bytes: Buffer.from(`notes\n${evil}`) }),
      drawing,
      await agentFile(story.house, cookie, stage.conversation, { name: 'both.png', bytes: await sharp(png).withExif({ IFD0: { ImageDescription: evil } }).png().toBuffer() }),
    ];
    await story.house.save(story.admin, cookie, { 'media.enforce_access': false });
    for (const file of files) {
      const link = await linkOf(story.house, cookie, file);
      const visitor = await story.browser.newContext();
      const tab = await visitor.newPage();
      const asked: string[] = [];
      tab.on('request', (request) => asked.push(new URL(request.url()).pathname));
      // A download in place of a page is what should come of it.
      await tab.goto(`http://localhost:${story.house.port}${link}`).catch((error: Error) => assert.match(error.message, /Download is starting|ERR_ABORTED/));
      assert.ok(!asked.includes('/api/v1/session'), asked.join());
      await tab.goto(`http://localhost:${story.house.port}/`);
      for (const html of [`<iframe src="${link}"></iframe>`, `<object data="${link}"></object>`, `<embed src="${link}">`]) {
        await tab.setContent(html).catch(() => undefined);
        assert.equal(await tab.evaluate('window.ran'), undefined, html);
      }
      const script = await tab.evaluate(`fetch(${JSON.stringify(link)}).then((answer) => [answer.status, answer.headers.get('content-type'), answer.headers.get('x-content-type-options'), answer.headers.get('content-security-policy')])`) as string[];
      assert.deepEqual(script.slice(2, 3), ['nosniff']);
      assert.doesNotMatch(script[1]!, /html|xml|javascript|svg/);
      assert.match(script[3]!, /^sandbox; default-src 'none'/);
      await visitor.close();
    }
    await story.house.save(story.admin, await story.house.signIn(story.admin), { 'media.enforce_access': true });
    assert.ok(contentOf(files[0]!).length > 0);
  });

  it('a cleaned drawing does nothing even where a page takes it for its own, and its receipt says that it was cleaned', async () => {
    const seen = await shownBare(story.browser, story.house.port);
    assert.ok(seen.drawn > 60, `${seen.drawn}`);
    assert.deepEqual([seen.ran, seen.broken, seen.asked], [[], [], []]);
    assert.ok(seen.control, 'uncleaned it would have run there');
    await page.goto(`${story.base}/files/${drawing}`);
    await page.getByText('cleaned', { exact: true }).waitFor();
    await page.getByText('removed event handlers, script').waitFor();
    await drawn(page, 'main img');
    await story.looksRight(page, '05-file-cleaned');
  });

  it('the clip is greyed with its reason where the channel forbids files', async () => {
    await story.house.save(story.admin, await story.house.signIn(story.admin), { 'upload.agent.enabled': false });
    await page.goto(`${story.base}/inbox/${stage.conversation}`);
    const clip = page.getByRole('button', { name: /Attach files\. Files may not be sent in this channel/ });
    await clip.waitFor();
    assert.equal(await clip.getAttribute('aria-disabled'), 'true');
    await story.looksRight(page, '06-clip-closed');
  });
});

describe('a customer and files', { timeout: 180_000, skip: notBuilt }, () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    await shop.somebodyIsHere();
  });
  after(() => shop?.close());

  it('sends a picture before a word is said, is told why another is refused, and saves what an agent sent', async () => {
    const { page } = await shop.visit(shop.url);
    const frame = await launch(page);
    await frame.getByRole('button', { name: 'Attach files' }).waitFor();
    await frame.locator('input[type=file]').setInputFiles([{ name: 'lamp.png', mimeType: 'image/png', buffer: await picture() }, { name: 'macro.docm', mimeType: '', buffer: Buffer.from('PK') }]);
    await frame.getByText(/Files of this type are not taken/).waitFor();
    await frame.locator('.adding li', { hasText: 'lamp.png' }).getByText('kB').waitFor();
    await looksRight(page, '20-files-added');
    await frame.getByRole('button', { name: 'Remove macro.docm' }).click();
    await frame.locator('#write').fill('This is the lamp.');
    // Enter sends once no file is on its way any more.
    await frame.locator('.send[aria-disabled=false]').waitFor();
    await frame.locator('#write').press('Enter');
    await arrived(frame, 'This is the lamp.');
    await frame.locator('.file img').waitFor();
    await looksRight(page, '21-files-sent');
    const [download] = await Promise.all([page.waitForEvent('download'), frame.getByRole('button', { name: 'Download lamp.png' }).click()]);
    assert.equal(download.suggestedFilename(), 'lamp.png');
    assert.ok(readFileSync(await download.path()).length > 100);
    await drop(frame, '#write', await carrying(frame, 'dropped.png', 'image/png', await picture()), () => looksRight(page, '22-dropping'));
    await frame.locator('.adding li', { hasText: 'dropped.png' }).getByText('kB').waitFor();
    await paste(frame, '#write', await carrying(frame, 'pasted.png', 'image/png', await picture()));
    await frame.locator('.adding li', { hasText: 'pasted.png' }).getByText('kB').waitFor();
    assert.equal(await frame.locator('.adding li').count(), 2, 'each once');
    await page.close();
  });

  it('a large file goes on after a cut from where it was, also when it is tried again by hand, and is sent once; one that is taken away is given up', async () => {
    const { page } = await shop.visit(shop.url);
    const frame = await launch(page);
    const large = Buffer.from(Array.from({ length: 300_000 }, (_one, n) => `line ${n} of a long text\n`).join(''));
    const asked: string[] = [];
    page.on('request', (request) => {
      const at = /\/chat\/uploads(?<id>\/\w+)?$/.exec(new URL(request.url()).pathname);
      if (at !== null) asked.push(`${request.method()}${request.headers()['upload-offset'] === undefined ? '' : ` ${request.headers()['upload-offset']}`}`);
    });
    const pieces = (): number => asked.filter((one) => one.startsWith('PATCH')).length;
    let held: (() => void) | null = null;
    // The second piece meets a line that is cut, a later one an answer that nothing is taken now, and the last one waits.
    await page.route(/\/chat\/uploads\/\w+$/, async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue();
      if (pieces() === 2) await shop.cut();
      if (pieces() === 4) return route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ code: 'upload.too_fast' }) });
      if (held !== null) await new Promise<void>((go) => { held = go; });
      await route.continue().catch(() => undefined);
    });
    await frame.locator('#write').fill('The whole log.');
    await frame.locator('input[type=file]').setInputFiles([{ name: 'log.txt', mimeType: 'text/plain', buffer: large }]);
    const line = frame.locator('.adding li', { hasText: 'log.txt' });
    await line.getByText('No connection. It goes on by itself.').waitFor();
    await frame.locator('#write').press('Enter');
    const waits = frame.getByRole('status').filter({ hasText: 'A file is still on its way.' });
    await waits.waitFor();
    await looksRight(page, '23-file-cut');
    await shop.connect();
    await line.getByRole('button', { name: 'Try again' }).click();
    await line.getByText(/^[\d.]+ MB$/).waitFor();
    await waits.waitFor({ state: 'detached' });
    assert.equal(await frame.locator('#write').inputValue(), 'The whole log.', 'what waited for the file is still there');
    assert.equal(asked.filter((one) => one === 'POST').length, 1, `it was begun once: ${asked.join(', ')}`);
    assert.equal(asked.filter((one) => one === 'PATCH 0').length, 1, `it did not begin anew: ${asked.join(', ')}`);
    await frame.locator('#write').press('Enter');
    await arrived(frame, 'The whole log.');
    const conversation = (await shop.conversations()).find(({ preview }) => preview.includes('The whole log.'))!;
    const said = (await shop.messages(conversation.id)) as readonly { readonly files?: readonly { readonly id: string; readonly name: string; readonly bytes: number }[] }[];
    assert.deepEqual(said.flatMap(({ files }) => files ?? []).map(({ name, bytes }) => [name, bytes]), [['log.txt', large.length]]);

    asked.length = 0;
    held = () => undefined;
    await frame.locator('input[type=file]').setInputFiles([{ name: 'other.txt', mimeType: 'text/plain', buffer: large }]);
    const [given] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'DELETE' && response.url().includes('/chat/uploads/')),
      page.waitForRequest((request) => request.method() === 'PATCH').then(() => frame.getByRole('button', { name: 'Remove other.txt' }).click()),
    ]);
    assert.equal(given.status(), 204);
    (held as () => void)();
    assert.equal(await frame.locator('.adding li').count(), 0);
    await page.close();
  });
});

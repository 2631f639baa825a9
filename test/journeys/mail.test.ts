// A customer's mail and its answer in a real browser: a channel is made, mail comes in, is read as text and formatted, and answered; hostile HTML does nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { corpus, without } from '#test/corpora.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { deliver, mailText } from '#test/mail-stage.ts';
import { sideways } from '#test/sideways.ts';

const INJECTION = corpus('injection');
const TO = 'help@acme.example';
const html = (inside: string): string => ['From: Ana Perez <ana@customer.example>', `To: ${TO}`, 'Subject: Formatted', `Message-ID: <${Math.abs(inside.length * 7919)}.h@customer.example>`, 'MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64', '', Buffer.from(inside).toString('base64').replace(/.{76}/g, '$&\r\n'), ''].join('\r\n');

describe('mail', { timeout: 180_000 }, () => {
  let at: Browsing;
  let page: Page;
  before(async () => {
    at = await openBrowsing('mail', { SMTP_LISTEN: '127.0.0.1:0' });
    at.house.clock.now = Date.now();
    page = await at.page();
    await page.goto(at.base);
    await at.typePassword(page, at.admin.email);
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  });
  after(async () => at?.close());
  const port = (): number => at.house.building.mailPort as number;
  /** In the dark, at 360 pixels, and right to left. */
  async function everyLook(name: string): Promise<void> {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await at.looksRight(page, `${name}-dark`);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    for (const dir of ['ltr', 'rtl']) {
      await page.evaluate(`document.documentElement.dir = '${dir}'`);
      assert.deepEqual(await sideways(page), [], `${name}, ${dir}`);
      await at.looksRight(page, `${name}-narrow-${dir}`);
    }
    await page.evaluate("document.documentElement.dir = 'ltr'");
    await page.setViewportSize({ width: 1280, height: 860 });
  }
  const round = async (): Promise<void> => void (at.house.clock.uptime += 250);

  it('an email channel is made and says how mail reaches it', async () => {
    await page.goto(`${at.base}/settings/channels`);
    await page.getByRole('button', { name: 'New channel' }).click();
    await page.locator('label.tick').filter({ hasText: 'Mail to your addresses' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Support');
    await page.getByLabel('Addresses it receives at').fill(TO);
    await at.looksRight(page, 'make');
    await page.getByRole('button', { name: 'Make the channel' }).click();
    const asked = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await asked.getByRole('textbox').fill(at.house.code(at.admin));
    await asked.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'How mail reaches it' }).waitFor();
    await page.getByText('MX  10').waitFor();
    await page.getByText('Customers may send files').waitFor();
    assert.equal(await page.getByText(/Sites of the chat channel|Ticket Authentication/).count(), 0, 'what only a chat has is not asked of it');
    await at.looksRight(page, 'channel');
    await everyLook('channel');
  });

  it('mail arrives while one looks, is read, and the answer leaves', async () => {
    await page.goto(`${at.base}/inbox`);
    await deliver(port(), mailText({ to: TO, text: 'I ordered it a week ago.\n\nOn Monday, Acme wrote:\n> It is on its way.' }), { to: [TO] });
    await round();
    await page.getByText('Where is my tent?').first().click();
    await page.getByText('I ordered it a week ago.').first().waitFor();
    await page.getByRole('button', { name: 'Show all of it, with what it quotes' }).click();
    await page.getByText('> It is on its way.').waitFor();
    await page.getByLabel('Answer', { exact: true }).fill('It arrives tomorrow.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.mail-delivery', { hasText: 'Not sent' }).waitFor();
    await page.getByText('No mail server is set, so it was written to a file on the server and reaches nobody.').waitFor();
    await at.looksRight(page, 'conversation');
    await everyLook('conversation');
  });

  it('the files of a mail stand under it, those that were refused with the reason; and one is answered with a file', async () => {
    const picture = await sharp({ create: { width: 640, height: 400, channels: 3, background: '#2b6ac4' } }).png().toBuffer();
    const part = (name: string, type: string, bytes: Buffer): string => [`--part`, `Content-Type: ${type}; name="${name}"`, `Content-Disposition: attachment; filename="${name}"`, 'Content-Transfer-Encoding: base64', '', bytes.toString('base64').replace(/.{76}/g, '$&\r\n'), ''].join('\r\n');
    await page.goto(`${at.base}/inbox`);
    await deliver(port(), [
      'From: Ana Perez <ana@customer.example>', `To: ${TO}`, 'Subject: Pictures of the tear', 'Message-ID: <files@customer.example>', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="part"', '',
      '--part', 'Content-Type: text/plain; charset=utf-8', '', 'Here are pictures of the tear.', '',
      part('tear.png', 'image/png', picture), part('a very long name of a receipt that somebody scanned at home.txt', 'text/plain', Buffer.from('Paid in full.\n')), part('viewer.exe', 'application/octet-stream', Buffer.from('MZ')), '--part--', '',
    ].join('\r\n'), { to: [TO] });
    await round();
    await page.getByText('Pictures of the tear').first().click();
    await page.getByRole('link', { name: /Open tear\.png/ }).waitFor();
    await page.getByText('viewer.exe').first().waitFor();
    await page.locator('input[type=file]').setInputFiles([{ name: 'how to mend it.png', mimeType: 'image/png', buffer: picture }]);
    await page.locator('.pending-file[data-stage=done]').waitFor();
    await at.looksRight(page, 'files');
    await everyLook('files');
    await page.getByLabel('Answer', { exact: true }).fill('This is how it is mended.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: /Open how to mend it\.png/ }).waitFor();
    await at.looksRight(page, 'files-answered');
  });

  it('formatted mail stands in a frame where nothing runs and nothing is fetched', { skip: without(INJECTION, 'injection') }, async () => {
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => { said.push(dialog.message()); void dialog.dismiss(); });
    const payloads = (JSON.parse(readFileSync(`${INJECTION}/dompurify_expect.json`, 'utf8')) as { payload: string }[]).map(({ payload }) => payload);
    const naughty = (JSON.parse(readFileSync(`${INJECTION}/blns.json`, 'utf8')) as string[]).filter((text) => /[<>]/.test(text));
    await deliver(port(), html(`<p>The beginning</p><img src="https://tracker.example/p.png" alt="Picture">${[...payloads, ...naughty].map((one) => `<div>${one}</div>`).join('\n').slice(0, 700_000)}`), { to: [TO] });
    await round();
    await page.getByText('Formatted').first().click();
    await page.getByRole('button', { name: 'Formatted' }).click();
    const frame = page.frameLocator('.mail-frame');
    await frame.getByText('The beginning').waitFor();
    assert.equal(await frame.locator('script, iframe, object, embed, svg, math, form, input, style:not(head style), link, base').count(), 0);
    assert.equal(await frame.locator('[src^="http"]').count(), 0, 'images are held back');
    const handle = page.frames().find((one) => one.url().includes('/formatted'));
    assert.ok(handle !== undefined);
    assert.deepEqual(said, []);
    assert.deepEqual(asked.filter((url) => !url.startsWith(at.base.split('/b/')[0] as string) && !/^(?:data|blob|ws):/.test(url)), [], 'nothing is fetched from elsewhere');
    const answer = await page.request.get(handle.url());
    assert.match(answer.headers()['content-security-policy'] ?? '', /default-src 'none'; img-src data:; style-src 'unsafe-inline'.*sandbox allow-popups/);
    await at.looksRight(page, 'formatted');
    await everyLook('formatted');
  });
});

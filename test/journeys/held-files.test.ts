// Files that were cut, held back, or sent to one recipient, in a real browser: an agent's goes on, an administrator releases one, a recipient gives the mailed code.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { issueRecipientLink, recipientLinkUrl } from '#media/recipient-links.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { bearer } from '#test/chat.ts';
import { sendFile, TEXT } from '#test/files.ts';
import { mailsOf } from '#test/mails.ts';
import { agentFile, contentOf, type FileStage, openFileStage } from '#test/opening.ts';
import { addAgent } from '#test/people.ts';

const DAY = 86_400_000;
const MARK = 'held back by the stand-in';

/** Speaks clamd's INSTREAM and finds the mark; which real programs find what is asked where clamd is tested. */
async function openScanner(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((socket) => {
    let came = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      came = Buffer.concat([came, chunk]);
      if (came.length > 4 && came.readUInt32BE(came.length - 4) === 0) socket.end(came.includes(MARK) ? 'stream: Win.Test.StandIn-1 FOUND\0' : 'stream: OK\0');
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { server, url: `tcp://127.0.0.1:${(server.address() as { port: number }).port}` };
}

describe('files that were cut, held back, or sent to one recipient', { timeout: 180_000 }, () => {
  let story: Browsing;
  let scanner: Awaited<ReturnType<typeof openScanner>>;
  let stage: FileStage;
  let page: Page;
  let cookie: string;
  before(async () => {
    scanner = await openScanner();
    story = await openBrowsing('held', { CLAMD: scanner.url });
    cookie = await story.house.signIn(story.admin);
    stage = await openFileStage(story.house, story.admin, cookie);
    page = await signedIn(story.admin.email);
  });
  after(async () => {
    await story?.close();
    scanner?.server.close();
  });

  async function signedIn(email: string): Promise<Page> {
    const shown = await story.page();
    await shown.goto(story.base);
    await story.typePassword(shown, email);
    await shown.getByRole('link', { name: 'Inbox' }).waitFor();
    return shown;
  }
  /** The page as it stands, and dark, on a phone, and from right to left. */
  async function everyWay(shown: Page, name: string): Promise<void> {
    await story.looksRight(shown, name);
    await shown.emulateMedia({ colorScheme: 'dark' });
    await story.looksRight(shown, `${name}-dark`);
    await shown.setViewportSize({ width: 360, height: 740 });
    assert.ok(await shown.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${name} is as wide as the phone`);
    await shown.evaluate("document.documentElement.dir = 'rtl'");
    await story.looksRight(shown, `${name}-narrow-rtl`);
    await shown.evaluate("document.documentElement.dir = 'ltr'");
    await shown.emulateMedia({ colorScheme: 'light' });
    await shown.setViewportSize({ width: 1280, height: 860 });
  }

  it('an agent’s large file is cut in the middle of a piece, says so, and goes on from there: whole, and once', async () => {
    const whole = Array.from({ length: 260_000 }, (_one, n) => `line ${n} of a long text\n`).join('');
    assert.ok(whole.length > 6 * 1_048_576);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/uploads')) asked.push(`${request.method()} ${request.headers()['upload-offset'] ?? ''}`.trim());
    });
    await page.goto(`${story.base}/inbox/${stage.conversation}`);
    const wire = await page.context().newCDPSession(page);
    const line = (offline: boolean, uploadThroughput: number) => wire.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput });
    await wire.send('Network.enable');
    await line(false, 2 * 1_048_576);
    await page.locator('input[type=file]').setInputFiles([{ name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from(whole) }]);
    await page.getByRole('progressbar', { name: /log\.txt: [4-9]\d %/ }).waitFor();
    await line(true, -1);
    await page.getByText('It goes on by itself where it stopped').waitFor();
    await story.looksRight(page, '1-cut');
    await line(false, -1);
    await page.locator('.pending-file[data-stage=done]', { hasText: 'log.txt' }).waitFor();
    await wire.detach();
    await page.getByPlaceholder('Write an answer').fill('The whole log.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: /^Download log\.txt/ }).first().waitFor();
    assert.equal(asked.filter((one) => one === 'POST').length, 1, asked.join());
    assert.equal(asked.filter((one) => one === 'PATCH 0').length, 1, `it began anew: ${asked.join()}`);
    const { messages } = (await story.house.call('GET', `/api/v1/conversations/${stage.conversation}`, { cookie })).body;
    const files = (messages as { files?: { id: string; name: string }[] }[]).flatMap((one) => one.files ?? []).filter(({ name }) => name === 'log.txt');
    assert.equal(files.length, 1);
    assert.ok((await story.house.call('GET', contentOf(files[0]!.id), { cookie })).text === whole, 'every byte, in its place');
  });

  it('a file in which something was found: an agent has no page of it, an administrator releases it with a fresh code, and then it opens', async () => {
    const sent = await sendFile(story.house, '/api/v1/chat/files', Buffer.from(`Dear shop,\n${MARK}\n`), { name: 'invoice.txt', token: stage.token });
    assert.equal(sent.body.file.state, 'quarantined', sent.text);
    const { id } = sent.body.file as { id: string };
    await sendFile(story.house, '/api/v1/chat/files', Buffer.from(MARK), { name: 'given-up.txt', token: stage.token });
    const said = await story.house.call('POST', '/api/v1/chat/messages', { body: { id: 'client-of-the-test', text: 'My invoice.', files: [id] }, headers: bearer(stage.token) });
    assert.equal(said.status, 201, said.text);
    const email = await addAgent(story.house, story.admin, 'noor');
    const noor = await signedIn(email);
    await noor.goto(`${story.base}/settings/quarantine`);
    await noor.getByText('Only an administrator decides').waitFor();
    assert.equal(await noor.getByText('invoice.txt').count(), 0);
    assert.equal(await noor.evaluate("fetch('/api/v1/quarantine').then((answer) => answer.status)"), 403);
    await noor.context().close();

    await page.goto(`${story.base}/settings`);
    await page.getByRole('link', { name: /Quarantine/ }).click();
    await page.getByText('Win.Test.StandIn-1').first().waitFor();
    await page.getByText('No message carries it', { exact: false }).waitFor();
    await everyWay(page, '2-quarantine');
    assert.equal((await story.house.call('GET', contentOf(id), { cookie })).status, 404, 'an administrator opens it no more than others');
    await page.getByRole('button', { name: 'Release invoice.txt' }).click();
    const asks = page.getByRole('alertdialog');
    await asks.waitFor();
    await story.looksRight(page, '3-release');
    await asks.getByRole('button', { name: 'Release it' }).click();
    const stepUp = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await stepUp.getByRole('textbox').fill(story.house.code(story.admin));
    await stepUp.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('invoice.txt can be opened now').waitFor();
    await page.getByRole('button', { name: 'Remove given-up.txt' }).click();
    await asks.getByRole('button', { name: 'Remove it' }).click();
    await stepUp.getByRole('textbox').fill(story.house.code(story.admin));
    await stepUp.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Nothing is held back').waitFor();
    await everyWay(page, '4-empty');
    const opened = await story.house.call('GET', contentOf(id), { cookie });
    assert.deepEqual([opened.status, opened.text.includes(MARK)], [200, true], opened.text);
  });

  describe('its recipient', () => {
    let reader: Page;
    before(async () => {
      reader = await story.page();
    });
    const heading = (name: string | RegExp) => reader.getByRole('heading', { name }).waitFor();

    async function issue(fileId: string, days = 7): Promise<{ url: string; id: string }> {
      const { keyring, store, brands } = story.house.building.parts;
      const brand = store.brand(stage.channel.brandId);
      const { token, id, statement, entry } = issueRecipientLink({ keyring, now: () => story.house.clock.now }, brand, { fileId, recipient: 'ada@outside.example', expiresAt: story.house.clock.now + days * DAY, by: null });
      await brands.commit([brand.part({ statements: [statement], entries: [entry] })]);
      return { url: recipientLinkUrl(`http://localhost:${story.house.port}`, story.admin.slug, token), id };
    }
    async function codeMailed(): Promise<string> {
      const mails = (await mailsOf(story.house)).filter(({ to }) => to.includes('ada@outside.example'));
      return /^[0-9]{6}$/m.exec(mails.at(-1)!.text)![0];
    }

    it('asks for a code, mistypes it, gives it and downloads; then the link is withdrawn', async () => {
      const name = 'קבלה על תיקון של הווילון הארוך בסלון הגדול – repair-receipt-for-the-long-curtain.txt';
      cookie = await story.house.signIn(story.admin);
      const { url, id } = await issue(await agentFile(story.house, cookie, stage.conversation, { name }));
      await reader.goto(url);
      await heading('Acme sent you a file');
      assert.equal(reader.url().includes('rfl_'), false, 'the token is gone from the address bar');
      await everyWay(reader, '5-ask');
      await reader.getByRole('button', { name: 'Make a code' }).click();
      await heading('Enter the code');
      const code = await codeMailed();
      await reader.getByLabel('Code from the mail').fill(code === '000000' ? '000001' : '000000');
      await reader.getByRole('button', { name: 'Open the file' }).click();
      await reader.getByRole('alert').first().waitFor();
      await everyWay(reader, '6-wrong');
      await reader.getByLabel('Code from the mail').fill(code);
      await reader.getByRole('button', { name: 'Open the file' }).click();
      await heading('Your file');
      await everyWay(reader, '7-file');
      const [download] = await Promise.all([reader.waitForEvent('download'), reader.getByRole('link', { name: 'Download' }).click()]);
      assert.deepEqual(readFileSync(await download.path()), TEXT);
      assert.equal(download.suggestedFilename(), name);
      assert.equal((await story.house.call('POST', `/api/v1/recipient-links/${id}/revoke`, { cookie })).status, 204);
      await reader.goto('about:blank');
      await reader.goto(url);
      await heading(/withdrawn/i);
      await everyWay(reader, '8-withdrawn');
    });

    it('comes too late, or with half a link', async () => {
      const { url } = await issue(stage.fromAgent, 1);
      story.house.clock.now += DAY;
      await reader.goto('about:blank');
      await reader.goto(url);
      await heading(/over|expired|ended/i);
      await everyWay(reader, '9-expired');
      await reader.goto('about:blank');
      await reader.goto(url.split('#')[0]!);
      await reader.getByText('The link was cut short').waitFor();
      await story.looksRight(reader, '9-short');
    });
  });
});

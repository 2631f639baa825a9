// Hostile drawings, cleaned, in a browser that holds nothing back: as markup of a page of our origin without a policy, and as documents in a frame of it; each thing in them is pressed.
import type { Browser } from 'playwright-core';
import { cleanSvg } from '#media/examine/svg/cleaning.ts';
import { hostileDrawings } from '#test/drawings.ts';

export interface Shown {
  readonly drawn: number;
  /** Titles of those of which something ran, and of those the browser could not read. */
  readonly ran: readonly string[];
  readonly broken: readonly string[];
  /** Addresses that were asked for. */
  readonly asked: readonly string[];
  /** An uncleaned one ran: this page could have told. */
  readonly control: boolean;
}

export async function shownBare(browser: Browser, port: number): Promise<Shown> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><body></body>' }));
  await tab.goto(`http://localhost:${port}/bare`);
  const [ran, broken, asked]: [string[], string[], string[]] = [[], [], []];
  tab.on('request', (request) => void (/^(?:data|blob):|^about:blank$/.test(request.url()) || asked.push(request.url())));
  const show = (drawing: string): Promise<{ ran: boolean; broken: boolean }> => tab.evaluate(async (text) => {
    const { document, Blob: Bytes, URL: Addresses, window } = globalThis as any;
    document.body.innerHTML = text;
    const frame = document.createElement('iframe');
    const loaded = new Promise((on) => { frame.onload = on; });
    frame.src = Addresses.createObjectURL(new Bytes([text], { type: 'image/svg+xml' }));
    document.body.append(frame);
    await loaded;
    const root = frame.contentDocument?.documentElement;
    for (const one of [...document.querySelectorAll('svg, svg *'), root, ...root.querySelectorAll('*')]) one.dispatchEvent(new window.Event('click', { bubbles: true }));
    return { ran: window.ran !== undefined || frame.contentWindow.ran !== undefined, broken: root.localName !== 'svg' || root.querySelector('parsererror') !== null };
  }, drawing);
  let drawn = 0;
  for (const [title, text, refused] of hostileDrawings) {
    if (refused === 'refused') continue;
    const seen = await show(Buffer.concat((await cleanSvg(typeof text === 'string' ? Buffer.from(text) : text)).pieces as Uint8Array[]).toString());
    if (seen.ran) ran.push(title);
    if (seen.broken) broken.push(title);
    drawn += 1;
  }
  const control = (await show(String(hostileDrawings[0]?.[1]))).ran;
  await context.close();
  return { drawn, ran, broken, asked, control };
}

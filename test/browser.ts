// A real browser for the journeys: a Chromium without windows, the machine's or the one that the launcher brought, else a whole one; never none in silence.
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

const brought = fileURLToPath(new URL('../.runtime/chromium/unpacked', import.meta.url));
/** The same engine without the browser around the page: half the CPU of a whole one that draws its windows for nobody. */
const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'];
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** As root and without a screen, quiet towards the network: the only connections are the test's own. */
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

interface Program { path: string; env: Record<string, string>; flags: string[] }

function environment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** The one that was brought, with the libraries and fonts that were packed with it, which a bare system lacks. */
function broughtOne(): Program | undefined {
  const path = join(brought, 'chromium');
  if (!existsSync(path)) return undefined;
  const env = environment();
  env.LD_LIBRARY_PATH = [env.LD_LIBRARY_PATH, join(brought, 'al2023', 'lib')].filter(Boolean).join(':');
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_PATH = join(brought, 'fonts');
  return { path, env, flags: ['--no-zygote', '--font-render-hinting=none'] };
}

function findBrowser(): Program {
  const installed = (path: string | undefined): Program | undefined => (path === undefined ? undefined : { path, env: environment(), flags: [] });
  const found = installed(onPath(SHELLS)) ?? broughtOne() ?? installed(onPath(WHOLE) ?? (existsSync(MAC) ? MAC : undefined));
  if (found === undefined) throw new Error('No Chromium was found, so the browser journeys cannot run: install chromium, or run the tests by npm test, which brings one.');
  return found;
}

/**
 * Starts a browser with a fresh profile. A context of its own for every person in a story: `browser.newContext()`.
 * @param from the address that `localhost` leads to in this browser. With a relay that listens there (see relay.ts) the page keeps its origin,
 * its cookies and its secure context, and the server sees this address.
 * @throws an error of one sentence when there is no browser
 */
export async function openBrowser({ from }: { from?: string } = {}): Promise<Browser> {
  const { path, env, flags } = findBrowser();
  const rules = from === undefined ? [] : [`--host-resolver-rules=MAP localhost ${from}`];
  return chromium.launch({ executablePath: path, headless: true, env, args: [...FLAGS, ...flags, ...rules] });
}

/** Writes a picture of the whole page, to be looked at, into the folder that SHOTS names; none is named in a plain run, and nobody waits for pictures that nobody opens. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Ticks a box or takes a choice as a person does: at its label, once that lies still and nothing covers it; the input itself is hidden. */
export async function tick(input: Locator): Promise<void> {
  await input.locator('xpath=ancestor::label').click();
  await input.and(input.page().locator(':checked')).waitFor({ state: 'attached' });
}

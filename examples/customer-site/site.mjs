// The shop as one function from request to answer: pages, sign-in, tickets for the chat, and a strict content policy on everything.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pages } from './pages.mjs';
import { ticketSource } from './tickets.mjs';
import { openVisits } from './visits.mjs';

const FILES = { '/shop.css': 'text/css; charset=utf-8', '/shop.js': 'text/javascript; charset=utf-8', '/icon.svg': 'image/svg+xml' };
const LONGEST_FORM = 4096;

/** The whole policy that the chat asks of a site: its script, its answers, its frame. Nothing inline, and Trusted Types on. */
const contentPolicy = (desk) => [
  "default-src 'none'", `script-src 'self' ${desk}`, `connect-src 'self' ${desk}`, `frame-src ${desk}`, "style-src 'self'", "img-src 'self'", "form-action 'self'",
  "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ');

async function readForm(request) {
  let size = 0;
  const chunks = [];
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LONGEST_FORM) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/**
 * @param {{ desk: string, channel: string, ticketKey?: string, keyId?: string, apiKey?: string, secure?: boolean, say?: (line: string) => void }} settings
 * `desk` is the origin of Portcullis, `channel` the address of a chat channel as Settings → Channels shows it.
 */
export function createSite(settings) {
  const { desk, channel, secure = false, say = () => {} } = settings;
  const visits = openVisits();
  const tickets = ticketSource(settings);
  const headers = {
    'content-security-policy': contentPolicy(desk), 'x-content-type-options': 'nosniff', 'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin', 'cache-control': 'no-store',
  };

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    const send = (status, type, body, more = {}) => response.writeHead(status, { ...headers, 'content-type': type, ...more }).end(body);
    if (request.method === 'GET' && Object.hasOwn(FILES, pathname)) return send(200, FILES[pathname], readFileSync(new URL(`.${pathname}`, import.meta.url)));
    const { visit, cookie } = visits.of(request, secure);
    const kept = cookie === null ? {} : { 'set-cookie': cookie };
    const language = searchParams.get('lang') === 'he' ? { lang: 'he', dir: 'rtl' } : {};
    const about = { desk, channel, chat: true, visit, ...language };
    const page = (html, status = 200) => send(status, 'text/html; charset=utf-8', html, kept);
    const go = (place, set) => send(303, 'text/plain', '', { location: place, ...(set ? { 'set-cookie': set } : kept) });

    if (request.method === 'GET') {
      if (pathname === '/') return page(pages.front(about));
      if (pathname === '/help') return page(pages.help(about));
      if (pathname === '/sign-in') return visit.customer ? go('/my') : page(pages.signIn(about));
      if (pathname === '/my') return visit.customer ? page(pages.account(about)) : go('/sign-in');
      return page(pages.missing(about), 404);
    }
    if (request.method !== 'POST') return send(405, 'text/plain', 'Use GET or POST.', { allow: 'GET, POST' });
    const form = await readForm(request);
    if (form === null) return send(413, 'text/plain', 'Too large.', { connection: 'close' });
    if (!visits.own(request, visit, form.get('form'))) return send(403, 'text/plain', 'This form is not ours, or too old: go back and reload the page.');
    if (pathname === '/sign-in') {
      const customer = visits.customer(form.get('email') ?? '', form.get('password') ?? '');
      return customer === null ? page(pages.signIn(about, true), 401) : go('/my', visits.begin(customer, secure, visit).cookie);
    }
    if (pathname === '/sign-out') {
      // Before our own session goes: the chats of this customer end everywhere, even where no page is open.
      if (visit.customer) await tickets.endFor(visit.customer).catch((error) => say(error.message));
      return go('/', visits.begin(null, secure, visit).cookie);
    }
    if (pathname === '/my/ticket') {
      if (!visit.customer) return send(401, 'application/json', '{"ticket":null}');
      return send(200, 'application/json', JSON.stringify({ ticket: await tickets.ticketFor(visit.customer) }));
    }
    return page(pages.missing(about), 404);
  }

  return createServer((request, response) => {
    answer(request, response).catch((error) => {
      say(error.message);
      if (!response.headersSent) response.writeHead(502, { ...headers, 'content-type': 'text/plain' }).end('Something went wrong in the shop; its terminal says what.');
    });
  });
}

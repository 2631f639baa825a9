// The example CRM as a Node server: one page, its script and style, and a content policy that frames the desk and nothing else.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { page } from './pages.mjs';

const file = (name) => readFileSync(new URL(name, import.meta.url));

/** @param {{ desk: string, brand: string }} settings the desk's origin (PUBLIC_URL), and the brand's name in its addresses */
export function createCrm({ desk, brand }) {
  const files = {
    '/': ['text/html; charset=utf-8', page({ desk, brand })],
    '/crm.js': ['text/javascript; charset=utf-8', file('crm.js')],
    '/crm.css': ['text/css; charset=utf-8', file('crm.css')],
  };
  const headers = {
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; frame-src ${desk}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    // The desk judges who asks for its page by this: at least the origin must be told.
    'referrer-policy': 'strict-origin-when-cross-origin',
    // "same-origin" would cut the desk's sign-in window off its frame.
    'cross-origin-opener-policy': 'same-origin-allow-popups',
  };
  return createServer((request, response) => {
    const found = files[new URL(request.url, 'http://crm').pathname];
    if (!found) return void response.writeHead(404, headers).end();
    response.writeHead(200, { ...headers, 'content-type': found[0] }).end(found[1]);
  });
}

// The settings of a text message provider, read whole with every fault, so that nothing is found out at the first code somebody waits for.
import { isLoopback } from '#outside/loopback.ts';
import type { Opened } from '#outside/outcome.ts';

/** A provider's API, described: `{to}` and `{text}` may stand in the query or path of the address and in the body. */
export interface Gateway {
  readonly url: string;
  /** Shown to admins: scheme and host only. */
  readonly origin: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly kind: 'none' } | { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'form'; readonly template: string };
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const DEFAULT_BODY = { [JSON_TYPE]: '{"to":"{to}","text":"{text}"}', [FORM_TYPE]: 'to={to}&text={text}' };
/** RFC 9110 §5.6.2 tokens, and field values without line breaks or other controls. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;
const RESERVED = new Set(['content-type', 'content-length', 'host', 'transfer-encoding', 'connection']);

/** One sentence for each SMS_ name that is set while SMS_URL, which gives it its meaning, is not. */
export function strayNames(settings: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(settings)
    .filter((name) => name.startsWith('SMS_') && settings[name] !== undefined && settings['SMS_URL'] === undefined)
    .map((name) => `${name} has no meaning without SMS_URL: set SMS_URL to the address of your text message provider, or leave both out.`);
}

/** Reads SMS_URL, SMS_METHOD, SMS_HEADERS, SMS_BODY and SMS_CONTENT_TYPE. A fault never quotes a header or the address: both may hold a password. */
export function gatewayFrom(settings: Readonly<Record<string, string | undefined>>): Opened<Gateway> {
  const faults: string[] = [];
  const address = readUrl(settings['SMS_URL'] ?? '', faults);
  const method = readMethod(settings['SMS_METHOD'] ?? 'POST', faults);
  const headers = readHeaders(settings['SMS_HEADERS'], faults);
  const body = method === 'GET' ? noBody(settings, faults) : readBody(settings['SMS_CONTENT_TYPE'] ?? JSON_TYPE, settings['SMS_BODY'], faults);
  const template = (settings['SMS_URL'] ?? '') + (body.kind === 'json' ? JSON.stringify(body.value) : body.kind === 'form' ? body.template : '');
  for (const name of ['{to}', '{text}']) {
    if (!template.includes(name)) faults.push(`SMS_URL or SMS_BODY must have ${name} in it, so that the provider learns it, and neither has.`);
  }
  if (address.authorization !== undefined) {
    if (headers['authorization'] === undefined) headers['authorization'] = address.authorization;
    else faults.push('SMS_URL and SMS_HEADERS must not both carry a password: leave one of them out.');
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, adapter: Object.freeze({ url: address.url, origin: address.origin, method, headers: Object.freeze(headers), body: Object.freeze(body) }) };
}

function readUrl(text: string, faults: string[]): { url: string; origin: string; authorization: string | undefined } {
  const none = { url: '', origin: '', authorization: undefined };
  // Braces are escaped in a path by the parser, so the place of each is checked on stand-ins.
  const url = URL.parse(text.replaceAll('{to}', 'to-goes-here').replaceAll('{text}', 'text-goes-here'));
  if (url === null || !/^https?:\/\//i.test(text)) {
    faults.push('SMS_URL must be an https:// address such as https://sms.example.com/send, and it is not.');
    return none;
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    faults.push('SMS_URL must begin with https://, not http://: codes and the password to the provider would travel in plain text.');
  }
  if (/-goes-here/.test(url.host + url.username + url.password)) faults.push('SMS_URL must have {to} and {text} in its path or query only, not in its host or password.');
  if (url.hash !== '') faults.push('SMS_URL must not have a # part: it is never sent.');
  const authorization = basic(url, faults);
  const rest = text.slice(text.indexOf('//') + 2);
  const path = rest.slice(rest.search(/[/?\\]|$/));
  return { url: url.origin + (path.startsWith('/') ? path : `/${path}`), origin: url.origin, authorization };
}

/** fetch refuses an address with a password in it, so the password goes where it belongs (RFC 7617). */
function basic(url: URL, faults: string[]): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  } catch {
    faults.push('SMS_URL must have a percent sign in its password written as %25, and it has not.');
    return undefined;
  }
}

function readMethod(text: string, faults: string[]): Gateway['method'] {
  const method = text.toUpperCase();
  if (method === 'GET' || method === 'POST' || method === 'PUT') return method;
  faults.push(`SMS_METHOD must be GET, POST or PUT, not "${text}".`);
  return 'POST';
}

function readHeaders(text: string | undefined, faults: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  if (text === undefined) return headers;
  const value = json(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push('SMS_HEADERS must be a JSON object of texts, such as {"authorization":"Bearer …"}, and it is not.');
    return headers;
  }
  for (const [name, content] of Object.entries(value)) {
    if (!HEADER_NAME.test(name)) faults.push('SMS_HEADERS must have names of letters, digits and hyphens only, and one has not.');
    else if (RESERVED.has(name.toLowerCase())) faults.push(`SMS_HEADERS must not set ${name.toLowerCase()}: Portcullis sets it.`);
    else if (typeof content !== 'string' || !HEADER_VALUE.test(content)) faults.push(`SMS_HEADERS: ${name} must be text on one line in plain ASCII, and it is not.`);
    else headers[name.toLowerCase()] = content;
  }
  return headers;
}

function readBody(type: string, text: string | undefined, faults: string[]): Gateway['body'] {
  if (type === FORM_TYPE) return { kind: 'form', template: text ?? DEFAULT_BODY[FORM_TYPE] };
  if (type !== JSON_TYPE) {
    faults.push(`SMS_CONTENT_TYPE must be ${JSON_TYPE} or ${FORM_TYPE}, not "${type}".`);
    return { kind: 'none' };
  }
  const value = json(text ?? DEFAULT_BODY[JSON_TYPE]);
  if (typeof value === 'object' && value !== null) return { kind: 'json', value };
  faults.push('SMS_BODY must be a JSON object, such as {"to":"{to}","text":"{text}"}, and it is not.');
  return { kind: 'none' };
}

function noBody(settings: Readonly<Record<string, string | undefined>>, faults: string[]): Gateway['body'] {
  if (settings['SMS_BODY'] !== undefined) faults.push('SMS_BODY must be left out when SMS_METHOD is GET: put {to} and {text} into SMS_URL.');
  return { kind: 'none' };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

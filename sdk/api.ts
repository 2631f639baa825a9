// A client for the API of Portcullis: each operation by its method and path, with the types of the OpenAPI document. `fetch` alone, no dependency.
import type { Operations } from './api-types.ts';
import { PortcullisError } from './tickets.ts';

export interface Connection {
  /** Where Portcullis is reached: `https://desk.example.com`. */
  readonly origin: string | URL;
  /** `pck_…` */
  readonly apiKey: string;
  /** True where the brand's API authentication mode is "exchange": the key buys access tokens, which this client renews by itself. */
  readonly exchange?: boolean;
  /** For tests; default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

type Defined<T> = { [K in keyof T as T[K] extends undefined ? never : K]: T[K] };
/** Path, query and body of an operation, those that it has; and how it is asked. */
export type Given<O extends keyof Operations> = Defined<Pick<Operations[O], 'path' | 'query' | 'body'>> & {
  /** A request that carries one may be sent again for a day: it is done once. */
  readonly idempotencyKey?: string;
  /** For settings: the ETag they were read with. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
};

export interface Client {
  /** Throws a PortcullisError when it is refused. */
  call<O extends keyof Operations>(operation: O, given: Given<O>): Promise<Operations[O]['answer']>;
  /** The same with what stands around the answer: ETag, and how much the key may still ask. */
  ask<O extends keyof Operations>(operation: O, given: Given<O>): Promise<{ readonly answer: Operations[O]['answer']; readonly headers: Headers; readonly status: number }>;
}

interface Loose {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** A token is bought anew so long before it ends, ms. */
const AHEAD_MS = 60_000;

async function problemOf(answer: Response): Promise<PortcullisError> {
  const said = (await answer.json().catch(() => ({}))) as ConstructorParameters<typeof PortcullisError>[1];
  return new PortcullisError(answer.status, said);
}

export function connect({ origin, apiKey, exchange = false, fetch = globalThis.fetch }: Connection): Client {
  let bought: { readonly text: string; readonly until: number } | undefined;

  async function token(): Promise<string> {
    if (!exchange) return apiKey;
    if (bought !== undefined && bought.until - AHEAD_MS > Date.now()) return bought.text;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_secret: apiKey });
    const answer = await fetch(new URL('/api/v1/oauth/token', origin), { method: 'POST', body, redirect: 'error' });
    if (!answer.ok) throw await problemOf(answer);
    const said = (await answer.json()) as { access_token: string; expires_in: number };
    bought = { text: said.access_token, until: Date.now() + said.expires_in * 1_000 };
    return bought.text;
  }

  async function ask(operation: string, { path = {}, query = {}, body, idempotencyKey, ifMatch, signal }: Loose) {
    const [method = '', template = ''] = operation.split(' ');
    const url = new URL(template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? '')), origin);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }), ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      // A key is sent to the address that was given, and to no other.
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(signal === undefined ? {} : { signal }),
    });
    if (!answer.ok) throw await problemOf(answer);
    const type = answer.headers.get('content-type') ?? '';
    const said: unknown = answer.status === 204 || type === '' ? undefined : type.includes('json') ? await answer.json() : new Uint8Array(await answer.arrayBuffer());
    return { answer: said, headers: answer.headers, status: answer.status };
  }

  return { ask: ask as Client['ask'], call: (async (operation: string, given: Loose) => (await ask(operation, given)).answer) as Client['call'] };
}

// The one place where a denial, wrong input or a fault becomes an HTTP answer (RFC 9457) and, for a denial, an audit row.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type Denial, denials, sentenceOf } from '#policy/decision.ts';
import { type Fault, shown } from '#policy/fault.ts';
import type { Key } from '#policy/catalogue.ts';
import type { Folding } from '#audit/fold.ts';
import { networkOf } from '#policy/network.ts';
import { newId } from '#identity/tokens.ts';
import { Conflict, StoreFault, type Entry, type Store } from '#store/store.ts';
import { challengeOf } from '#server/bearer-challenge.ts';
import type { Brand } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import type { DoubledKey } from '#server/json-body.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly id: string;
  readonly faults?: readonly Fault[];
}

/** What a refusal's row needs to know beside the denial. */
export interface Refused {
  readonly door: string;
  readonly brand: Brand | null;
  readonly actor: Entry['actor'];
  /** What the row says where it may not be what the caller is told. */
  readonly because?: Denial;
  /** What the answer says beside (RFC 9457 3.2), such as the file that was refused. */
  readonly told?: Readonly<Record<string, unknown>>;
  /** WWW-Authenticate in the place of the door's own. */
  readonly challenge?: string;
  /** As application/json, to who asked for that alone. */
  readonly plainJson?: boolean;
}

export interface Problems {
  /** Answers a denial. Its row is durable before the answer leaves, unless folded. */
  refuse(request: FastifyRequest, reply: FastifyReply, denial: Denial, refused: Refused): Promise<FastifyReply>;
  /** The same, of what the actor of this request asked: their door and name are the request's. */
  refuseActor(request: FastifyRequest, reply: FastifyReply, denial: Denial): Promise<FastifyReply>;
  /** Writes the row of a WebSocket that may not open or stay. Gives its id. */
  recordSocket(client: Client, denial: Denial, refused: Refused): Promise<string>;
  /** Writes the row of a refusal that is answered otherwise, as by a page. Gives its id. */
  record(request: FastifyRequest, denial: Denial, refused: Refused): Promise<string>;
  /** Answers wrong input: every fault at once, nothing saved. */
  invalid(reply: FastifyReply, faults: readonly Fault[]): FastifyReply;
  /** Fastify's error handler: wrong bodies are 4xx, everything else a fault with only its id. */
  onError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply;
  notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

interface Asked {
  readonly client: Client;
  readonly method: string;
  readonly route: string | null;
}

export interface ProblemParts {
  readonly store: Store;
  readonly folding: Folding;
  readonly now: () => number;
}

/** Faults of the store that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(['store.unreachable', 'store.busy']);

/** Nothing was presented, so nothing was refused: a first visit is not an event worth a row. */
const NO_ROW: ReadonlySet<string> = new Set(['session.missing']);

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood',
  404: 'There is nothing here',
  405: 'That is not done here',
  409: 'Something changed meanwhile',
  413: 'The request is too large',
  415: 'The request is of a type that is not taken here',
  422: 'Some values are not right',
  429: 'Too many requests',
  431: 'The request has too much in its headers',
  500: 'Something broke on our side',
  503: 'Not available right now',
};

export function problemOf(status: number, code: string, detail: string, id: string, faults?: readonly Fault[]): Problem {
  const title = TITLES[status] ?? 'The request was refused';
  const problem = { type: `urn:portcullis:problem:${code}`, title, status, code, detail, id };
  return faults === undefined ? problem : { ...problem, faults };
}

const PROBLEM = 'application/problem+json';

export function send(reply: FastifyReply, problem: Problem, headers: Readonly<Record<string, string>> = {}, type = PROBLEM): FastifyReply {
  return reply
    .code(problem.status)
    .headers(headers)
    .header('content-type', type)
    // A route may have said that its answer can be kept; a problem may not.
    .header('cache-control', 'no-store')
    .serializer((body) => body as string)
    .send(JSON.stringify(problem));
}

function deciding(denial: Denial, brand: Brand | null, actor: Refused['actor']): Record<string, unknown> {
  if (denial.setting === null || brand === null) return {};
  const setting = denial.setting as Key;
  // What was refused in a channel was decided by the policy of that channel, and a person by what is on stage where that holds for them.
  const ofBrand = actor.kind === 'agent' && actor.id !== null ? brand.policyFor(actor.id) : brand.policy;
  const policy = typeof denial.facts['channel'] === 'string' ? brand.policyIn(denial.facts['channel']) : ofBrand;
  return { setting, origin: policy.origins[setting], policyVersion: policy.version };
}

function headersFor(denial: Denial, { door, challenge: own }: Refused): Record<string, string> {
  const wait = denial.facts.retryAfterSeconds;
  const challenge = own ?? (door === 'api' ? challengeOf(denial) : undefined);
  return { ...(typeof wait === 'number' ? { 'retry-after': String(Math.ceil(wait)) } : {}), ...(challenge === undefined ? {} : { 'www-authenticate': challenge }) };
}

/** What Fastify and its parsers call the client's mistakes, in words. */
function wrongRequest(error: FastifyError): Problem | null {
  const id = newId('req');
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  if (error.validation !== undefined) {
    const faults = error.validation.map((found) => ({
      path: found.instancePath.replace(/^\//, '') || String(found.params['missingProperty'] ?? found.params['additionalProperty'] ?? ''),
      code: `request.${found.keyword}`,
      message: `${found.instancePath.replace(/^\//, '') || 'The request'} ${found.message ?? 'is not as expected'}.`,
    }));
    return problemOf(422, 'request.invalid', 'Correct the values named below and send the request again.', id, faults);
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problemOf(413, 'request.too_large', 'The request is larger than this address takes. Send less at once.', id);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problemOf(415, 'request.media_type', 'Send the body as application/json.', id);
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return problemOf(400, 'request.malformed', 'The body is not valid JSON.', id);
    case 'DOUBLED_KEY':
      return problemOf(400, 'request.doubled_key', `The body must have each key of an object once, and ${shown((error as unknown as DoubledKey).key)} stands twice in one. Nothing was done.`, id);
    default:
      return problemOf(status === 415 || status === 413 ? status : 400, 'request.malformed', 'The request could not be read. Check its headers and its body.', id);
  }
}

export function openProblems(parts: ProblemParts): Problems {
  async function record({ client, method, route }: Asked, told: Denial, refused: Refused): Promise<string> {
    const denial = refused.because ?? told;
    const now = parts.now();
    const scope = refused.brand?.id ?? 'system';
    const network = networkOf(client.address);
    // Whoever has no session yet is a stranger, also when the row knows whom they tried to be.
    const stranger = refused.actor.kind === 'anonymous' || refused.because !== undefined;
    const folded = parts.folding.count({ scope, door: refused.door, code: denial.code, network, ...(stranger ? { told: told.code } : {}) }, now);
    if (!folded.own) return folded.id;
    const entry: Entry = {
      id: folded.id,
      at: now,
      actor: refused.actor,
      event: 'request.refused',
      entity: { kind: 'door', id: refused.door },
      facts: {
        code: denial.code,
        ...deciding(denial, refused.brand, refused.actor),
        address: client.text,
        ...(client.unknown === null ? {} : { addressUnknown: client.unknown }),
        method,
        route,
        ...denial.facts,
      },
    };
    await parts.store.commit([{ scope, statements: [], entries: [entry], bumps: [] }]);
    return folded.id;
  }

  const problems: Problems = {
    record: (request, denial, refused) => record({ client: request.client, method: request.method, route: request.routeOptions?.url ?? null }, denial, refused),
    recordSocket: (client, denial, refused) => record({ client, method: 'GET', route: 'socket' }, denial, refused),
    refuseActor: (request, reply, denial) => problems.refuse(request, reply, denial, { door: request.apiKey === undefined ? 'workspace' : 'api', brand: request.brand, actor: request.actor }),
    async refuse(request, reply, denial, refused) {
      let id = newId('ref');
      if (!NO_ROW.has(denial.code)) {
        // A refusal holds even when its row cannot be written; the log then says so.
        id = await problems.record(request, denial, refused).catch((error: unknown) => {
          request.log.error({ err: error, refusal: id, code: denial.code }, 'the row of a refusal could not be written');
          return id;
        });
      }
      const told = denials[denial.code];
      const problem = { ...refused.told, type: `urn:portcullis:problem:${denial.code}`, title: told.title, status: told.status, code: denial.code, detail: sentenceOf(denial), id };
      return send(reply, problem, headersFor(denial, refused), refused.plainJson === true ? 'application/json' : PROBLEM);
    },
    invalid(reply, faults) {
      return send(reply, problemOf(422, 'request.invalid', 'Some values are not right; nothing was saved.', newId('req'), faults));
    },
    onError(error, request, reply) {
      const wrong = wrongRequest(error);
      if (wrong !== null) return send(reply, wrong);
      if (error instanceof Conflict && error.code === 'text.unstorable') {
        const message = 'The text must not contain NUL characters or halves of surrogate pairs, which no database keeps unchanged.';
        return send(reply, problemOf(422, 'text.unstorable', message, newId('req')));
      }
      const id = newId('flt');
      request.log.error({ err: error, fault: id, route: request.routeOptions?.url }, 'fault');
      if (error instanceof Conflict) {
        return send(reply, problemOf(409, 'request.conflict', 'Somebody else changed the same thing at the same moment. Load it again and repeat.', id));
      }
      if (error instanceof StoreFault && PASSING.has(error.code)) {
        return send(reply, problemOf(503, 'store.unavailable', 'The database cannot be reached right now. Try again in a few seconds.', id), { 'retry-after': '2' });
      }
      return send(reply, problemOf(500, 'fault', 'Something broke on our side. Try again; if it stays, give this id to whoever runs this server.', id));
    },
    notFound(_request, reply) {
      return send(reply, problemOf(404, 'request.not_found', 'There is nothing at this address.', newId('req')));
    },
  };
  return problems;
}

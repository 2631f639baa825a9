// Puts the parts together: the HTTP server with its doors, routes and the one place for problems.
import type { createServer, ServerResponse } from 'node:http';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyContextConfig, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { deny } from '#policy/decision.ts';
import type { HeldBack } from '#policy/session-judgement.ts';
import type { Actor } from '#identity/actor.ts';
import type { ApiKey } from '#identity/api-keys.ts';
import type { ApiScope } from '#identity/api-scopes.ts';
import { type Capability, may } from '#identity/person.ts';
import type { LiveSession } from '#identity/sessions.ts';
import type { Brand } from '#server/brands.ts';
import { type Client, clientReader } from '#server/client.ts';
import { apiDoor } from '#server/doors/api.ts';
import { chatDoor } from '#server/doors/chat.ts';
import { showsToken } from '#server/token-place.ts';
import { entranceDoor } from '#server/doors/entrance.ts';
import { frameDoor } from '#server/doors/frame.ts';
import { mediaDoor } from '#server/doors/media.ts';
import { judgeSession, workspaceDoor } from '#server/doors/workspace.ts';
import { readJsonStrictly } from '#server/json-body.ts';
import type { Parts } from '#server/parts.ts';
import { problemOf } from '#server/problems.ts';
import { endWithProblem } from '#server/raw-answer.ts';
import { guardedResponse } from '#server/security-headers.ts';
import { BODY_WITHIN_MS, FILE_WITHIN_MS, hurry } from '#server/slow-bodies.ts';
import { ticketInAddress } from '#server/ticket-in-address.ts';
import { type Compilers, compilersWhenAsked } from '#server/route-schemas.ts';
import { requestActor } from '#server/request-actor.ts';
import { openToKeys } from '#server/api/open-to-keys.ts';
import { allRoutes } from '#server/routes/all.ts';
import { wrongHost } from '#server/wrong-host.ts';
import { newId } from '#identity/tokens.ts';

/** Which door a route stands behind: every route says so, or the server does not start. */
export type RouteDoor = 'health' | 'public' | 'entrance' | 'workspace' | 'api' | 'exchange' | 'chat' | 'frame' | 'media';

declare module 'fastify' {
  interface FastifyContextConfig {
    door?: RouteDoor;
    /** The right a person needs here: judged before any body is read. */
    capability?: Capability;
    /** What an API key must be allowed to do here: always behind the api door; behind the workspace door it opens the route to keys, whose work goes by `request.actor`. */
    scope?: ApiScope;
    /** The body is a file: it may take its time, and is read by whoever counts it. */
    body?: 'stream';
    /** Only an administrator may come here. */
    adminOnly?: true;
    /** Open to a session that stands in a frame of another site: reading and answering conversations. Everything else is refused there. */
    inFrame?: true;
    /** Open to a session that is held back for one of these: it must first choose a new password, or enrol a factor. */
    whileHeldBack?: readonly HeldBack[];
  }
  interface FastifyRequest {
    client: Client;
    /** What its route is marked with. Fastify's `routeOptions` makes an object of a dozen fields each time it is asked. */
    marks: FastifyContextConfig;
    session: LiveSession;
    /** In the place of a session where a key came in; undefined where a person did. */
    apiKey: ApiKey | undefined;
    /** Who asks: the person of the session, or the key. Made when it is first read. */
    readonly actor: Actor;
    brand: Brand;
  }
}

export type App = FastifyInstance<ReturnType<typeof createServer>, FastifyRequest['raw'], FastifyReply['raw'], FastifyBaseLogger, TypeBoxTypeProvider>;
export type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

const BODY_LIMIT = 64 * 1024;

/** Builds the server; it does not listen yet. `compilers`: when the schemas of routes are made into code. */
export function buildApp(parts: Parts, compilers: Compilers = compilersWhenAsked): App {
  const { config, problems } = parts;
  const secure = config.publicUrl.protocol === 'https:';
  const app = Fastify({
    // Fastify's own logging costs a tenth of a small answer (a child logger a request, and two listeners): requests are not logged, and
    // what is logged of one carries an id of its own.
    logger: false,
    childLoggerFactory: () => parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 200, caseSensitive: true },
    // A request without a Host is answered by us, as everything that is wrong is.
    http: { ServerResponse: guardedResponse(secure), requireHostHeader: false, headersTimeout: BODY_WITHIN_MS },
    requestTimeout: FILE_WITHIN_MS,
    ajv: { customOptions: { allErrors: false, coerceTypes: false, removeAdditional: false, useDefaults: false } },
    schemaController: { compilersFactory: compilers },
    genReqId: () => '',
    clientErrorHandler(error, socket) {
      // Not even a request: answered by hand, since there is no reply to speak through.
      const status = (error as NodeJS.ErrnoException).code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
      endWithProblem(socket, problemOf(status, 'request.malformed', 'The request could not be read. Check its first line and its headers.', newId('req')), secure);
    },
    frameworkErrors: (error, request, reply) => problems.onError(error, request, reply as never),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App;

  app.server.on('checkExpectation', (_request, response: ServerResponse) => {
    const problem = problemOf(417, 'request.expectation', 'Send the request without an Expect header, or with "100-continue".', newId('req'));
    const body = JSON.stringify(problem);
    response.writeHead(417, { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body), connection: 'close' }).end(body);
  });
  app.removeContentTypeParser('text/plain');
  readJsonStrictly(app);
  app.decorateRequest('client');
  app.decorateRequest('marks');
  app.decorateRequest('session');
  app.decorateRequest('brand');
  app.decorateRequest('apiKey');
  app.decorateRequest('opened');
  app.decorateRequest('idempotency');
  app.decorateRequest('actor', requestActor);
  app.decorateRequest('chat');
  app.setErrorHandler((error, request, reply) => problems.onError(error as never, request, reply));
  app.setNotFoundHandler((request, reply) => problems.notFound(request, reply));

  const clientOf = clientReader(config.proxies);
  const host = config.publicUrl.host;
  const workspace = workspaceDoor(parts);
  const entrance = entranceDoor(parts);
  const api = apiDoor(parts);
  const chat = chatDoor(parts);
  const frame = frameDoor(parts);
  const media = mediaDoor(parts, { sessionOf: workspace.sessionOf, judge: judgeSession, showsToken, enterAsProgram: api.enter, stillOpens: api.still });

  function meet(request: FastifyRequest): void {
    hurry(request);
    request.client = clientOf(request.raw);
    if (request.client.unknown !== null) parts.notices.clientUnknown(request.client);
  }
  /** Client, host and door are one hook: each step of Fastify's runner costs. */
  function through(enter: Hook): Hook {
    return (request, reply, done) => {
      meet(request);
      if (ticketInAddress(request.marks.door, request.url)) {
        void problems.refuse(request, reply, deny('ticket.in_address', null, {}), { door: 'chat', brand: null, actor: { kind: 'anonymous', id: null } });
        return;
      }
      if (request.headers.host === host) return enter(request, reply, done);
      void wrongHost(request, reply, config.publicUrl);
    };
  }
  const open: Hook = (_request, _reply, done) => done();
  const hooks: Readonly<Record<RouteDoor, Hook>> = {
    health(request, _reply, done) {
      meet(request);
      done();
    },
    public: through(open),
    entrance: through(entrance.enter),
    // The credential chooses the door: whoever shows a token is judged as a program, cookie or not.
    workspace: through((request, reply, done) => (showsToken(request) ? api : workspace).enter(request, reply, done)),
    api: through(api.enter),
    exchange: through(open),
    chat: through(chat.enter),
    frame: through(frame.enter),
    media: through(media.enter),
  };

  const demand = (capability: Capability | 'admin'): Hook => (request, reply, done) => {
    // Of a key its scope was asked.
    if (request.apiKey !== undefined) return done();
    const { person } = request.session;
    if (capability === 'admin' ? person.admin : may(person, capability)) return done();
    const actor = { kind: 'agent', id: person.id } as const;
    void problems.refuse(request, reply, deny('capability.missing', null, { capability }), { door: 'workspace', brand: request.brand, actor });
  };

  const againHere: Hook = (request, reply, done) => (request.apiKey === undefined ? workspace : api).again(request, reply, done);

  const forKeys = openToKeys(parts);
  app.addHook('onRoute', (route) => {
    const door = route.config?.door;
    if (door === 'api' && route.config?.scope === undefined) throw new Error(`The route ${String(route.method)} ${route.url} behind the API door names no scope.`);
    if (door === undefined) throw new Error(`The route ${String(route.method)} ${route.url} names no door.`);
    const right = route.config?.adminOnly === true ? 'admin' : route.config?.capability;
    const marks = route.config as FastifyContextConfig;
    const enter: Hook = (request, reply, done) => {
      request.marks = marks;
      hooks[door](request, reply, done);
    };
    route.onRequest = (right === undefined ? enter : [enter, demand(right)]) as never;
    // A body may come long after its headers: what was judged at them is judged again once it is there.
    if (door === 'api' && route.method !== 'GET') route.preHandler = api.again as never;
    if (door === 'chat' && route.method !== 'GET') route.preHandler = chat.again as never;
    if (door === 'workspace' && route.method !== 'GET') route.preHandler = (right === undefined ? againHere : [againHere, demand(right)]) as never;
    if (route.config?.scope !== undefined) forKeys.take(route);
  });

  allRoutes(app, parts, { api, workspace, clientOf, operations: forKeys.operations });
  return app;
}

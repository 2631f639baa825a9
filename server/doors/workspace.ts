// The workspace door: every signed-in request is judged here, on its session, its address and how it was proven.
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideFraming } from '#policy/decide/framing.ts';
import { type Decision, type Denial, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import { heldBackBy, judgeOpenSession } from '#policy/session-judgement.ts';
import { type EndReason, stepUpOpen, type LiveSession } from '#identity/sessions.ts';
import { timeOn } from '#identity/steady-clock.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import type { Client } from '#server/client.ts';
import { FRAME_COOKIE, FRAME_HEADER, readCookie, SESSION_COOKIE } from '#server/cookies.ts';
import type { Parts } from '#server/parts.ts';
import { takeToken } from '#server/rate.ts';
import { fromOwnPages } from '#server/same-site.ts';
import { openSessionJournal } from '#server/session-journal.ts';
import { endIfOver } from '#server/session-end.ts';

const ALLOWED: Decision = Object.freeze({ allowed: true });
const MISSING = deny('session.missing', null, {});
const CROSS_SITE = deny('request.cross_site', null, {});
const TWO_CREDENTIALS = deny('request.two_credentials', null, {});
const RAN_OUT: ReadonlySet<string> = new Set(['session.idle', 'session.absolute', 'frame.off', 'frame.origin_not_allowed']);
const NOT_IN_FRAME = deny('frame.not_here', null, {});
const RATE_LIMITED = deny('request.rate_limited', null, { retryAfterSeconds: 1 });

/** The page must be able to say why: a session that ran out is told so for as long as its cookie is shown. */
function ended(by: EndReason): Decision {
  if (by === 'idle') return deny('session.idle', 'session.idle_timeout_minutes', {});
  if (by === 'absolute') return deny('session.absolute', 'session.absolute_hours', {});
  return deny('session.ended', null, { by });
}

/** What every request and every socket of a session needs at its present address. */
export function judgeSession(brand: Brand, session: LiveSession, client: Client, wall: number, uptime: number): Decision {
  // A clock that is set back lengthens nothing.
  const now = timeOn(session.course, wall, uptime);
  if (uptime - brand.confirmedAt > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, { unconfirmedMs: Math.round(uptime - brand.confirmedAt) });
  const { person } = session;
  const policy = brand.policyFor(person.id);
  if (session.endedBy !== null) {
    // Its page is told why for as long as that is so; afterwards one signs in again.
    const framing = session.framedBy === null || session.endedBy !== 'frame_removed' ? ALLOWED : decideFraming(policy, { ancestors: session.framedBy });
    return framing.allowed ? ended(session.endedBy) : framing;
  }
  return judgeOpenSession(policy, {
    now, createdAt: session.createdAt, lastInputAt: session.lastInputAt, framedBy: session.framedBy, address: client.address, proven: session.proven, exempt: session.exemptUntil > now, person,
  });
}

export interface WorkspaceDoor {
  /** An onRequest hook: goes on with `done`, or answers. */
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
  /** For the upgrade of a WebSocket: the session, or null when there is none. `framed`: that of a frame, and no other. */
  sessionOf(cookieHeader: string | undefined, framed: boolean): Promise<LiveSession | null>;
  /** A preHandler: the session, as it is now that the body has come. */
  again(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
}

/** What a connection showed last. The same Cookie header again needs neither reading nor hashing; its session is judged all the same. */
interface Shown {
  readonly header: string;
  /** It meant the session of a frame. */
  readonly framed: boolean;
  /** The session's key then: after another token was given, the header before opens nothing. */
  readonly key: string;
  readonly session: LiveSession;
  readonly brand: Brand;
  readonly people: number;
}

/** Which cookie counts: that of the frame where the page says that it stands in one, else the ordinary one; a picture in a frame says nothing and has only the frame's. */
function shownCookie(header: string | undefined, framed: boolean): string | undefined {
  return framed ? readCookie(header, FRAME_COOKIE) : (readCookie(header, SESSION_COOKIE) ?? readCookie(header, FRAME_COOKIE));
}

export function workspaceDoor(parts: Parts): WorkspaceDoor {
  const { brands, sessions, problems, now, config, rate } = parts;
  const origin = config.publicUrl.origin;
  const noted = openSessionJournal(parts.journal);
  const shown = new WeakMap<Socket, Shown>();
  /** Counted up whenever remembered sessions are dropped to be read again: what connections showed before counts no more. */
  let people = 0;
  brands.onPeople(() => {
    people += 1;
  });

  /** A route may be open to a session that is held back, each for its own reason: whoever must change a password may not enrol a factor with it. */
  function judgeHere(request: FastifyRequest, session: LiveSession, brand: Brand, uptime: number): Decision {
    const judged = judgeSession(brand, session, request.client, now(), uptime);
    // What is not marked as open to frames is refused there, whatever the page shows.
    if (judged.allowed && session.framedBy !== null && request.marks.inFrame !== true) return NOT_IN_FRAME;
    const held = heldBackBy(judged);
    return held !== null && request.marks.whileHeldBack?.includes(held) === true ? ALLOWED : judged;
  }

  function judge(request: FastifyRequest, session: LiveSession, brand: Brand): Decision {
    if (!fromOwnPages(request.method, request.headers, origin)) return CROSS_SITE;
    const uptime = parts.uptime();
    const judged = judgeHere(request, session, brand, uptime);
    noted(brand, session, request.client, now(), uptime);
    if (!judged.allowed) return judged;
    return takeToken(session, rate, uptime) ? ALLOWED : RATE_LIMITED;
  }

  function admit(request: FastifyRequest, reply: FastifyReply, session: LiveSession, brand: Brand, done: () => void): void {
    request.session = session;
    request.brand = brand;
    session.address = request.client.text;
    const decision = judge(request, session, brand);
    if (decision.allowed) return done();
    void turnAway(request, reply, decision, done).catch((error: unknown) => reply.send(error));
  }

  async function turnAway(request: FastifyRequest, reply: FastifyReply, decision: Denial, done: () => void): Promise<void> {
    const { session, brand } = request;
    if (RAN_OUT.has(decision.code) && session.endedBy === null && !(await endIfOver(parts, session))) {
      // Another node had seen newer input: the session goes on.
      const again = judge(request, session, brand);
      if (again.allowed) return done();
      decision = again;
    }
    if (decision.code === 'second_factor.required') {
      // The code may have been given at another node.
      await sessions.refresh(session);
      const again = judge(request, session, brand);
      if (again.allowed) return done();
      decision = again;
    }
    await problems.refuse(request, reply, decision, { door: 'workspace', brand, actor: { kind: 'agent', id: session.person.id } });
  }

  async function admitUnknown(request: FastifyRequest, reply: FastifyReply, cookie: string, done: () => void): Promise<void> {
    const session = await sessions.load(cookie);
    const brand = session === null ? null : await brands.byId(session.brandId);
    if (session === null || brand === null) {
      await problems.refuse(request, reply, MISSING, { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } });
      return;
    }
    admit(request, reply, session, brand, done);
  }

  return {
    enter(request, reply, done) {
      const header = request.headers.cookie;
      const { socket } = request.raw;
      if (header !== undefined && request.headers.authorization !== undefined) {
        void problems.refuse(request, reply, TWO_CREDENTIALS, { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } });
        return;
      }
      const framed = request.headers[FRAME_HEADER] !== undefined;
      const last = shown.get(socket);
      if (last !== undefined && last.header === header && last.framed === framed && last.people === people && last.key === last.session.key && !last.session.stale) return admit(request, reply, last.session, last.brand, done);
      const cookie = shownCookie(header, framed);
      if (header === undefined || cookie === undefined) {
        void problems.refuse(request, reply, MISSING, { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } });
        return;
      }
      const session = sessions.peek(cookie);
      const brand = session === undefined ? undefined : brands.peek(session.brandId);
      if (session !== undefined && brand !== undefined) {
        shown.set(socket, { header, framed, key: session.key, session, brand, people });
        return admit(request, reply, session, brand, done);
      }
      admitUnknown(request, reply, cookie, done).catch((error: unknown) => reply.send(error));
    },
    again(request, reply, done) {
      const { session, brand } = request;
      const judgeNow = (): void => {
        const judged = judgeHere(request, session, brand, parts.uptime());
        if (judged.allowed) return done();
        void turnAway(request, reply, judged, done).catch((error: unknown) => reply.send(error));
      };
      if (!session.stale) return judgeNow();
      sessions.refresh(session).then(judgeNow, (error: unknown) => reply.send(error));
    },
    async sessionOf(cookieHeader, framed) {
      const cookie = readCookie(cookieHeader, framed ? FRAME_COOKIE : SESSION_COOKIE);
      if (cookie === undefined) return null;
      const session = sessions.peek(cookie) ?? (await sessions.load(cookie));
      return session !== null && (session.framedBy !== null) === framed ? session : null;
    },
  };
}

/** Is this client inside the white-list? Everybody is while the list is `any`; who is not known is outside of every list. */
export function insideList(policy: Policy, client: Client): boolean {
  const set = policy.sets['management.allowlist'];
  return set === null || (client.address !== null && set.contains(client.address));
}

/** A fresh factor within the window: asked for before anything that changes the policy or a credential. */
export function judgeStepUp(session: LiveSession, brand: Brand, client: Client, now: number): Decision {
  return stepUpOpen(session, { inside: insideList(brand.policyFor(session.person.id), client), address: client.text, now }) ? ALLOWED : deny('step_up.required', null, {});
}

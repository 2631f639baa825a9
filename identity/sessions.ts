// Sessions: begun, looked up by the hash of their token, kept alive by a person's own input, ended with a reason.
import { hash } from 'node:crypto';
import * as agentRows from '#store/agents.ts';
import * as sessionRows from '#store/sessions.ts';
import type { BrandId, BrandStore, Entry, Statement, Store } from '#store/store.ts';
import { newId, newToken } from '#identity/tokens.ts';
import { type EndReason, type FactorMethod, type Given, type LiveSession, liveFrom, take } from '#identity/live-session.ts';
import { personOf } from '#identity/person.ts';
import { type Beginning, firstRow } from '#identity/session-beginning.ts';
import { clockCourse } from '#identity/steady-clock.ts';

export type { Beginning } from '#identity/session-beginning.ts';
export { type EndReason, type FactorMethod, FRESH_MS, freshOpen, type Given, givenBefore, type LiveSession, type Proven, STEP_UP_MS, stepUpOpen, useUpFresh } from '#identity/live-session.ts';

export interface Begun {
  readonly session: LiveSession;
  /** `<brand id>.<256-bit token>`: what the cookie carries. Kept nowhere. */
  readonly cookie: string;
  readonly statement: Statement;
}

/** How often input is written down at most; a crash then ends a session at most this much early, never late. */
export const SAVE_INPUT_MS = 5_000;
/** `b` + 12 characters + `.`: what stands before the token in a cookie. */
const BRAND_PART = 14;
const COOKIE = /^(b[0-9a-z]{12})\.([A-Za-z0-9_-]{43})$/;

/** A token that is to take the place of the present one. */
export interface Rotation {
  /** What the cookie carries from now on. */
  readonly cookie: string;
  readonly key: string;
  readonly statement: Statement;
}

export interface Sessions {
  /** From memory only; undefined when this node has not loaded it. */
  peek(cookie: string): LiveSession | undefined;
  load(cookie: string): Promise<LiveSession | null>;
  /** Reads what other nodes wrote about a session; gives the object that counts from then on, the same one but for a rare race. */
  refresh(session: LiveSession): Promise<LiveSession>;
  begin(beginning: Beginning, now: number): Begun;
  /** Takes a begun session into memory, once its row is durable. */
  adopt(session: LiveSession): void;
  reportInput(session: LiveSession, at: number, now: number): Promise<void>;
  /** The statement and row that end a session; call `markEnded` once they are durable. */
  ending(session: LiveSession, reason: EndReason, actor: Entry['actor'], now: number): { statement: Statement; entry: Entry };
  markEnded(session: LiveSession, reason: EndReason): void;
  /** The statement that records a factor given in this session; `markFactor` applies it in memory. */
  factorGiven(session: LiveSession, given: Given, now: number, method: FactorMethod): Statement;
  markFactor(session: LiveSession, given: Given, now: number): void;
  /**
   * A new token for a session that was proven anew (ASVS 5.0 7.2.4). Its statement belongs in the unit of that proof, with a bump
   * of `people`; a conflict `session.ended` when it has ended, or got another token, meanwhile. Then call `markRotated`.
   */
  rotate(session: LiveSession): Rotation;
  /** From here on the token before opens nothing on this node; others are told by the bump. */
  markRotated(session: LiveSession, rotation: Rotation): void;
  /** The statement that uses a fresh code up; it belongs in the unit of the credential's change. */
  usingFresh(session: LiveSession, now: number): Statement;
  /** Drops what is remembered of a brand: every session is read again at its next request. */
  forget(brandId: BrandId): void;
  /** The same of those in a frame alone: the list of sites may have ended them, and stand as before by now. */
  forgetFramed(brandId: BrandId): void;
  each(): IterableIterator<LiveSession>;
  /** Drops ended sessions from memory. */
  sweep(): void;
  size(): number;
}

export function tokenKey(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** `clock`: what no set-back of the wall clock may stretch a session by; without it that is not watched. */
export function openSessions(store: Store, clock?: { readonly now: () => number; readonly uptime: () => number }): Sessions {
  const live = new Map<string, LiveSession>();
  /** Counts what was forgotten, so that a reading under way knows that it is old. */
  let forgotten = 0;

  const course = (): number => (clock === undefined ? 0 : clockCourse(clock.now(), clock.uptime()));

  /** `known`: the key it was found by, so that one text of it is kept and not two. */
  async function read(brand: BrandStore, finding: Promise<sessionRows.SessionRow | undefined>, known?: string): Promise<LiveSession | null> {
    const row = await finding;
    if (row === undefined) return null;
    const agent = await agentRows.byId(brand, row.agent_id);
    if (agent === undefined) return null;
    // The brand's own text, not the piece of a cookie that it was read from.
    return liveFrom(brand.id, known ?? Buffer.from(row.token_hash).toString('base64url'), row, personOf(agent), agent.deactivated_at !== null, course());
  }

  /** Another node gave the session another token: it is found by that one from now on. */
  function rekey(session: LiveSession, key: string): LiveSession {
    if (live.get(session.key) === session) live.delete(session.key);
    session.key = key;
    const present = live.get(key);
    if (present === undefined) live.set(key, session);
    return present ?? session;
  }

  return {
    peek(cookie) {
      const session = live.get(tokenKey(cookie.slice(BRAND_PART)));
      return session !== undefined && !session.stale && cookie.startsWith(session.brandId) ? session : undefined;
    },
    async load(cookie) {
      const parsed = COOKIE.exec(cookie);
      if (parsed === null) return null;
      const key = tokenKey(parsed[2] as string);
      const brand = store.brand(parsed[1] as string);
      for (;;) {
        const asked = forgotten;
        const session = await read(brand, sessionRows.byTokenHash(brand, Buffer.from(key, 'base64url')), key);
        // Somebody else spoke while this was read: it may be what they changed.
        if (asked !== forgotten) continue;
        if (session === null) return null;
        const present = live.get(key);
        if (present === undefined) {
          if (session.endedBy === null) live.set(key, session);
          return session;
        }
        if (present.stale) take(present, session);
        present.stale = false;
        return present;
      }
    },
    async refresh(session) {
      const brand = store.brand(session.brandId);
      let asked: number;
      let fresh: LiveSession | null;
      do {
        asked = forgotten;
        fresh = await read(brand, sessionRows.byId(brand, session.id));
      } while (asked !== forgotten);
      if (fresh === null) {
        session.endedBy ??= 'revoked';
        return session;
      }
      const counting = fresh.key === session.key ? session : rekey(session, fresh.key);
      take(session, fresh);
      if (counting !== session) take(counting, fresh);
      return counting;
    },
    begin({ brandId, person, proven, address, userAgent, exemptUntil = 0, factorMethod = null, deviceId = null, framedBy = null, signedInAt }, now) {
      const token = newToken();
      const session: LiveSession = {
        id: newId('ses'),
        brandId,
        key: tokenKey(token.text),
        person,
        createdAt: signedInAt ?? now,
        framedBy,
        lastInputAt: now,
        endedBy: null,
        proven,
        // A trusted device stands in for a code at sign-in, and for nothing else.
        usedFactor: proven === 'password+code' && factorMethod !== 'trusted_device',
        given: null,
        exemptUntil,
        address,
        stale: false,
        busyUntil: 0,
        course: course(),
      };
      const statement = sessionRows.insert(store.brand(brandId), firstRow(session, { tokenHash: token.hash, userAgent, factorMethod, deviceId }, now));
      return { session, cookie: `${brandId}.${token.text}`, statement };
    },
    adopt: (session) => void live.set(session.key, session),
    async reportInput(session, at, now) {
      const seen = Math.min(at, now);
      if (seen <= session.lastInputAt) return;
      const slot = Math.floor(session.lastInputAt / SAVE_INPUT_MS);
      session.lastInputAt = seen;
      if (Math.floor(seen / SAVE_INPUT_MS) === slot) return;
      const brand = store.brand(session.brandId);
      await brand.note([sessionRows.recordInput(brand, session.id, seen, session.address)]);
    },
    ending(session, reason, actor, now) {
      return {
        statement: sessionRows.end(store.brand(session.brandId), session.id, reason, now),
        entry: { id: newId('evt'), at: now, actor, event: 'session.ended', entity: { kind: 'session', id: session.id }, facts: { reason, agent: session.person.id } },
      };
    },
    markEnded(session, reason) {
      session.endedBy ??= reason;
    },
    factorGiven(session, given, now, method) {
      const proven = 'password+code';
      return sessionRows.recordFactor(store.brand(session.brandId), session.id, { proven, factor_at: now, factor_method: method, step_up_until: given.stepUpUntil || null, step_up_address: given.address, fresh_until: given.freshUntil || null });
    },
    markFactor(session, given) {
      // Of a break-glass session too: it stays exempt for its time, and is like any other after it.
      session.proven = 'password+code';
      session.usedFactor = true;
      session.given = given;
    },
    rotate(session) {
      const token = newToken();
      const statement = sessionRows.replaceToken(store.brand(session.brandId), session.id, Buffer.from(session.key, 'base64url'), token.hash);
      return { cookie: `${session.brandId}.${token.text}`, key: tokenKey(token.text), statement };
    },
    markRotated(session, { key }) {
      // Whoever is reading it by the token before must read again.
      forgotten += 1;
      rekey(session, key);
    },
    usingFresh: (session, now) => sessionRows.useFresh(store.brand(session.brandId), session.id, now),
    forget(brandId) {
      forgotten += 1;
      for (const session of live.values()) if (session.brandId === brandId) session.stale = true;
    },
    forgetFramed(brandId) {
      forgotten += 1;
      for (const session of live.values()) if (session.brandId === brandId && session.framedBy !== null) session.stale = true;
    },
    each: () => live.values(),
    sweep() {
      for (const [key, session] of live) if (session.endedBy !== null) live.delete(key);
    },
    size: () => live.size,
  };
}

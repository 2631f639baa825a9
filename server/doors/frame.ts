// The frame door: the documents that other sites may present in a frame, the sign-in window beside them, and the code that it hands over.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideFraming, framersOf } from '#policy/decide/framing.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { networkOf } from '#policy/network.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import type { Parts } from '#server/parts.ts';
import { openRates } from '#server/rate.ts';
import { fromOwnPages } from '#server/same-site.ts';
import { framedProfile, headerProfile, type HeaderProfile, wearProfile } from '#server/security-headers.ts';

/**
 * What a route of this door is. `document`: what a listed site presents. `window`: the sign-in window, which nobody presents. `own`: asked
 * by our own page in a frame, by whom nobody knows yet.
 */
export type FrameRoute = 'document' | 'window' | 'own';

declare module 'fastify' {
  interface FastifyContextConfig {
    frame?: FrameRoute;
  }
  interface FastifyRequest {
    /** Of a document for frames: the origins that may present it. */
    framers: readonly string[];
  }
}

export interface FrameDoor {
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
}

const ANONYMOUS = Object.freeze({ kind: 'anonymous', id: null } as const);
const CROSS_SITE = deny('request.cross_site', null, {});
const TWO_CREDENTIALS = deny('request.two_credentials', null, {});
const RATE_LIMITED = deny('request.rate_limited', null, { retryAfterSeconds: 1 });
/** What a browser presents a document in (Fetch Metadata); a browser that does not say is held by the headers alone. */
const FRAMES: ReadonlySet<unknown> = new Set([undefined, 'iframe', 'frame']);

/** The origin of the page that asked for the document, where its browser says so. */
function refererOf(request: FastifyRequest): string | null {
  const url = URL.parse(request.headers.referer ?? '');
  return url === null || url.origin === 'null' ? null : url.origin;
}

export function frameDoor(parts: Parts): FrameDoor {
  const { brands, config, problems, uptime } = parts;
  const secure = config.publicUrl.protocol === 'https:';
  const rates = openRates(parts.entranceRate, uptime);
  // It speaks with the page that opened it, which stands on another site's page: a group of windows of its own would cut it off.
  const beside = headerProfile(secure, { 'cross-origin-opener-policy': 'unsafe-none' });
  const profiles = new WeakMap<ReadonlySet<string>, HeaderProfile>();

  function profileOf(brand: Brand): HeaderProfile {
    const framers = framersOf(brand.policy);
    const made = profiles.get(framers) ?? framedProfile(secure, [...framers]);
    profiles.set(framers, made);
    return made;
  }

  /** The browser judges every page around the frame by the header; the server judges what it is told: where the document goes, and who asked for it. */
  function judge(request: FastifyRequest, brand: Brand | null): Denial | null {
    // A brand that is not there answers as one that lets nobody.
    if (brand === null) return deny('frame.off', 'frame.allowed_origins', {});
    if (uptime() - brand.confirmedAt > UNCONFIRMED_MS) return deny('policy.unconfirmed', null, {});
    const referer = refererOf(request);
    const asked = referer === null || referer === config.publicUrl.origin ? [...framersOf(brand.policy)].slice(0, 1) : [referer];
    const decision = decideFraming(brand.policy, { ancestors: asked });
    parts.journal.note(brand.id, { question: 'framing', channel: null, subject: { kind: 'anonymous', id: null }, facts: { ancestors: asked }, decision, version: brand.policy.version });
    if (!decision.allowed) return decision;
    const into = request.headers['sec-fetch-dest'];
    return FRAMES.has(into) ? null : deny('frame.not_here', null, { into });
  }

  async function present(request: FastifyRequest, reply: FastifyReply, done: () => void): Promise<void> {
    const { brand: slug, id } = request.params as { brand: string; id?: string };
    // Opened in a tab of its own it is the workspace itself, with all rights.
    if (request.headers['sec-fetch-dest'] === 'document') {
      await reply.redirect(`/b/${encodeURIComponent(slug)}/inbox${id === undefined ? '' : `/${encodeURIComponent(id)}`}`, 303);
      return;
    }
    const brand = await brands.bySlug(slug);
    const denial = judge(request, brand);
    if (denial !== null || brand === null) {
      await problems.refuse(request, reply, denial ?? deny('frame.off', 'frame.allowed_origins', {}), { door: 'frame', brand, actor: ANONYMOUS });
      return;
    }
    request.framers = [...framersOf(brand.policy)];
    wearProfile(reply.raw, profileOf(brand));
    done();
  }

  return {
    enter(request, reply, done) {
      const stop = (denial: Denial): void => void problems.refuse(request, reply, denial, { door: 'frame', brand: null, actor: ANONYMOUS }).catch((error: unknown) => reply.send(error));
      switch (request.marks.frame) {
        case 'document':
          return void present(request, reply, done).catch((error: unknown) => reply.send(error));
        case 'window':
          wearProfile(reply.raw, beside);
          return done();
        default:
          if (request.headers.authorization !== undefined) return stop(TWO_CREDENTIALS);
          if (!fromOwnPages(request.method, request.headers, config.publicUrl.origin)) return stop(CROSS_SITE);
          return rates.take(networkOf(request.client.address)) ? done() : stop(RATE_LIMITED);
      }
    },
  };
}

// The media door: every fetch of a file is judged here anew, the whole, a part, a thumbnail or a question whether it changed, by session or by link.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideMedia, type MediaFacts } from '#policy/decide/media.ts';
import { type Denial, deny } from '#policy/decision.ts';
import { networkOf } from '#policy/network.ts';
import { agentMayRead, customerMayRead, isThere } from '#inbox/file-sight.ts';
import { type FileLink, linkHolds, readFileLink } from '#media/file-links.ts';
import type { Opening } from '#media/openings.ts';
import { type OpenableFile, openableFile } from '#store/openable-files.ts';
import { type Brand, UNCONFIRMED_MS } from '#server/brands.ts';
import { type Asker, openAskers, type Seats, showsChatToken } from '#server/file-asker.ts';
import { type OpenedFile, openingJournal } from '#server/file-journal.ts';
import { isVisit, sendFilePage } from '#server/file-pages.ts';
import type { Subject } from '#server/journal.ts';
import type { Parts } from '#server/parts.ts';
import { openRates } from '#server/rate.ts';
import { fromOwnPages } from '#server/same-site.ts';
import { openSights, type Sights } from '#server/sights.ts';

/** What a route of this door gives: the file, its thumbnail, the file by a link; or what it does with a link for one recipient, which judges itself. */
export type MediaRoute = 'file' | 'thumbnail' | 'link' | 'recipient';

/** What was judged, for the route that hands it out. */
export interface Openable {
  readonly brand: Brand;
  readonly file: OpenableFile;
  /** Who counts as one of those who ask. */
  readonly viewer: string;
  readonly opening: Opening;
  /** Judges all of it anew. */
  again(): Promise<Denial | null>;
  /** The row of what was cut. */
  refused(denial: Denial): void;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    media?: MediaRoute;
  }
  interface FastifyRequest {
    openable: Openable;
  }
}

export interface MediaDoor {
  /** An onRequest hook: goes on with `done`, or answers. */
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
}

/** `asked`: what the decision was made from; undefined where none was asked. */
type Judged = ({ readonly ok: true; readonly file: OpenableFile } | { readonly ok: false; readonly denial: Denial }) & { readonly asked?: OpenedFile };

const NOT_FOUND = deny('media.not_found', null, {});
const SIGN_IN = deny('media.sign_in_required', null, {});
/** Links that strangers may try, by network. */
const TRIES = Object.freeze({ perSecond: 50, burst: 400 });
/** What people outside ask of their links, by network: a person opens a mail once or twice. */
const RECIPIENTS = Object.freeze({ perSecond: 0.5, burst: 40 });
const CROSS_SITE = deny('request.cross_site', null, {});
const NOBODY = Object.freeze({ kind: 'anonymous', id: null } as const);
const wait = (ms: number): Denial => deny('request.rate_limited', null, { retryAfterSeconds: Math.max(1, Math.ceil(ms / 1_000)) });

/** What the other doors do with who asks: this one asks them, and then for the file. */
interface Neighbours extends Seats {
  readonly showsToken: (request: FastifyRequest) => boolean;
  readonly enterAsProgram: MediaDoor['enter'];
}

export function mediaDoor(parts: Parts, neighbours: Neighbours): MediaDoor {
  const { brands, store, problems, keyring, now, uptime, config } = parts;
  const askers = openAskers(parts, neighbours);
  const tries = openRates(TRIES, uptime);
  const recipients = openRates(RECIPIENTS, uptime);
  const known = new WeakMap<Brand, Sights>();
  const noted = openingJournal(parts.journal);

  function sightsOf(brand: Brand): Sights {
    const present = known.get(brand) ?? openSights(brand, store.brand(brand.id));
    known.set(brand, present);
    return present;
  }

  async function mayRead(brand: Brand, file: OpenableFile, asker: Asker): Promise<boolean> {
    // A credential of another brand is none here.
    if (asker.kind === 'nobody' || asker.brand !== brand) return false;
    if (asker.kind === 'customer') return customerMayRead(asker.known.session, file);
    // Of a key its scope was asked: it sees every conversation.
    if (asker.kind === 'key') return file.message_kind !== null || file.author_id === asker.id;
    const sights = sightsOf(brand);
    return agentMayRead((sights.present() ?? (await sights.load())).sightOf(asker.session.person), file);
  }

  async function judge(brand: Brand, fileId: string, link: FileLink | null, asker: Asker): Promise<Judged> {
    const no = (denial: Denial): Judged => ({ ok: false, denial });
    const unconfirmedMs = Math.round(uptime() - brand.confirmedAt);
    if (unconfirmedMs > UNCONFIRMED_MS) return no(deny('policy.unconfirmed', null, { unconfirmedMs }));
    const file = await openableFile(store.brand(brand.id), fileId);
    // A link that somebody made up names nothing, whoever shows it.
    if (file === undefined || (link !== null && !linkHolds(keyring, link, file.link_salt))) return no(NOT_FOUND);
    const policy = brand.policyIn(file.channel_id);
    const there = isThere(file, (channelId) => brand.policyIn(channelId), now());
    const ours = asker.kind !== 'nobody' && asker.brand === brand;
    const facts: MediaFacts = { asker: !ours ? 'nobody' : asker.kind === 'key' ? 'agent' : asker.kind, there, mayRead: there && (await mayRead(brand, file, asker)), holdsLink: link !== null };
    const decision = decideMedia(policy, facts);
    // Somebody of another brand is a stranger in this one's journal.
    const asked = { channelId: file.channel_id, subject: asker.brand === brand ? actorOf(asker) : NOBODY, facts, decision, policy };
    if (decision.allowed) return { ok: true, file, asked };
    const where = { file: fileId, channel: file.channel_id, ...(file.conversation_id === null ? {} : { conversation: file.conversation_id }) };
    return { asked, ...no(deny(decision.code, decision.setting, { ...decision.facts, ...where, ...(asker.kind === 'nobody' && asker.because !== null ? { session: asker.because.code } : {}) })) };
  }

  function actorOf(asker: Asker): Subject {
    if (asker.kind === 'agent') return { kind: 'agent', id: asker.session.person.id };
    if (asker.kind === 'customer') return { kind: 'customer', id: asker.known.session.customerId };
    if (asker.kind === 'key') return { kind: 'key', id: asker.id };
    if (asker.agentId !== undefined) return { kind: 'agent', id: asker.agentId };
    return asker.customerId === undefined ? { kind: 'anonymous', id: null } : { kind: 'customer', id: asker.customerId };
  }

  /** An agent's link leads a person to sign in; whoever else comes in a browser reads a page; programs are told in their own way. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, denial: Denial, brand: Brand | null, { link, asker, fileId }: { link: FileLink | null; asker: Asker; fileId: string }): Promise<void> {
    const refused = { door: 'media', brand, actor: actorOf(asker) };
    const asAgent = link === null ? asker.kind === 'nobody' && asker.customerId === undefined : link.kind === 'workspace';
    const mayCome = denial.code === 'media.sign_in_required' || (asker.kind === 'nobody' && denial === asker.because && denial.code !== 'request.rate_limited');
    if (!isVisit(request) || link?.kind === 'api') return void (await problems.refuse(request, reply, denial, refused));
    const id = await problems.record(request, denial, refused);
    if (mayCome && asAgent) return void reply.code(303).header('cache-control', 'no-store').redirect(brand === null ? '/' : `/b/${brand.slug}/files/${fileId}`);
    sendFilePage(reply, denial, id);
  }

  function viewerOf(asker: Asker, request: FastifyRequest): string {
    if (asker.kind === 'agent') return asker.session.id;
    if (asker.kind === 'key') return asker.id;
    return asker.kind === 'customer' ? asker.known.session.id : `network ${networkOf(request.client.address)}`;
  }

  async function admit(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const params = request.params as { id?: string; link?: string };
    const by: MediaRoute = request.marks.media ?? 'file';
    const link = by === 'link' ? readFileLink(params.link ?? '') : null;
    const asker = await askers.of(request);
    const fileId = link?.fileId ?? params.id ?? '';
    const stop = async (denial: Denial, brand: Brand | null): Promise<false> => {
      await refuse(request, reply, denial, brand, { link, asker, fileId });
      return false;
    };
    const network = networkOf(request.client.address);
    if (asker.kind === 'nobody' && !tries.take(network)) return stop(wait(tries.wait(network)), null);
    if (by === 'link' && link === null) return stop(NOT_FOUND, null);
    // By its name alone a file is for whoever is somebody here.
    if (link === null && asker.kind === 'nobody') return stop(asker.because ?? SIGN_IN, asker.brand);
    const brand = link === null ? asker.brand : await brands.byId(link.brandId);
    if (brand === null) return stop(NOT_FOUND, null);
    const judged = await judge(brand, fileId, link, asker);
    if (judged.asked !== undefined) noted(brand.id, judged.asked);
    if (!judged.ok) return stop(judged.denial, brand);
    const { file } = judged;
    const actor = actorOf(asker);
    const viewer = viewerOf(asker, request);
    request.openable = {
      brand, file, viewer,
      opening: {
        actor, viewer, fileId, conversationId: file.conversation_id, what: by === 'thumbnail' ? 'thumbnail' : 'file', address: request.client.text,
        by: asker.kind === 'nobody' || asker.brand !== brand ? 'link' : 'session',
      },
      again: async () => {
        const gone = await askers.again(asker, request.client);
        // Who came by a link and lost the session meanwhile is somebody with a link.
        const present: Asker = gone === null ? asker : { kind: 'nobody', because: gone, brand };
        if (gone !== null && link === null) return gone;
        const found = await judge(brand, fileId, link, present);
        return found.ok ? null : found.denial;
      },
      refused: (denial) => void problems.record(request, denial, { door: 'media', brand, actor }).catch((error: unknown) => parts.log.error({ err: error }, 'the row of a file that was cut off could not be written')),
    };
    return true;
  }

  /** No list of addresses holds here (SETTINGS.md, `management.allowlist`): the link and its code do. */
  function outside(request: FastifyRequest): Denial | null {
    if (!fromOwnPages(request.method, request.headers, config.publicUrl.origin) && !isVisit(request)) return CROSS_SITE;
    const network = networkOf(request.client.address);
    return recipients.take(network) ? null : wait(recipients.wait(network));
  }

  return {
    enter(request, reply, done) {
      if (request.marks.media === 'recipient') {
        const denial = outside(request);
        if (denial === null) return done();
        problems.refuse(request, reply, denial, { door: 'media', brand: null, actor: NOBODY }).catch((error: unknown) => reply.send(error));
        return;
      }
      const goOn = (yes: boolean): void => {
        if (yes) done();
      };
      const judgeFile = (): void => void admit(request, reply).then(goOn, (error: unknown) => reply.send(error));
      // Whoever shows a key is judged as a program first.
      if (neighbours.showsToken(request) && !showsChatToken(request)) return neighbours.enterAsProgram(request, reply, judgeFile);
      judgeFile();
    },
  };
}

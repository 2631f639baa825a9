// The files of the chat: the loader for other people's pages, the frame's document with its own list of who may frame it, and its assets.
import { existsSync, readFileSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import { sitesOf } from '#policy/decide/chat.ts';
import type { Policy } from '#policy/effective.ts';
import { readChannelAddress } from '#identity/chat-opening.ts';
import * as channelRows from '#store/channels.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { type HeaderProfile, headerProfile, wearProfile } from '#server/security-headers.ts';

const DIST = new URL('../../widget/dist/', import.meta.url);
const page = (title: string, sentence: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1><p>${sentence}</p></html>`;
const OFF = page('No chat here', 'This chat is not open. Reach the company another way, or try again later.');
const NOT_BUILT = page('Not built', 'The chat is not built. Start the server with <code>npm start</code>, which builds it.');

export function chatPageRoutes(app: App, { config, brands, store }: Parts): void {
  const { origin, protocol, host } = config.publicUrl;
  const secure = protocol === 'https:';
  const onAnyPage = headerProfile(secure, { 'cross-origin-resource-policy': 'cross-origin' });
  const read = (name: string): Buffer | null => (existsSync(new URL(name, DIST)) ? readFileSync(new URL(name, DIST)) : null);
  const [loader, frame] = [read('chat.js'), read('frame.html')];
  /** Of each policy, by the site it is for; '' for all of them. */
  const profiles = new WeakMap<Policy, Map<string, HeaderProfile>>();
  const nobody = profileFor([]);

  /** Strict as the workspace's, but framed by the channel's sites. X-Frame-Options knows no list: frame-ancestors stands in its place (CSP Level 3 §6.4.2). */
  function profileFor(sites: readonly string[]): HeaderProfile {
    const socket = `${secure ? 'wss' : 'ws'}://${host}`;
    return headerProfile(secure, {
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ${socket}; form-action 'none'; base-uri 'none'; frame-ancestors ${sites.length === 0 ? "'none'" : sites.join(' ')}; require-trusted-types-for 'script'; trusted-types 'none'`,
      'x-frame-options': sites.length === 0 ? 'DENY' : null,
      // For sites that ask of all they embed whether it may be (COEP).
      'cross-origin-resource-policy': sites.length === 0 ? 'same-origin' : 'cross-origin',
    });
  }

  /**
   * `site`: what the loader says it stands on. Its own site is all that its browser must know, and it is named only when it is listed:
   * who does not say one is told the whole list, who says another is framed by nobody.
   */
  function frameProfile(policy: Policy | null, site: unknown): HeaderProfile {
    const listed = policy === null ? null : sitesOf(policy);
    if (policy === null || listed === null || (site !== undefined && !(typeof site === 'string' && listed.has(site)))) return nobody;
    const known = profiles.get(policy) ?? new Map<string, HeaderProfile>();
    profiles.set(policy, known);
    const name = typeof site === 'string' ? site : '';
    const made = known.get(name) ?? profileFor(name === '' ? [...listed] : [name]);
    known.set(name, made);
    return made;
  }

  const html = (reply: FastifyReply, status: number, body: Buffer | string): FastifyReply => reply.code(status).header('content-type', 'text/html; charset=utf-8').send(body);

  void app.register(async (part) => {
    // A plugin of its own: `sendFile` looks into the chat's folder here.
    await part.register(fastifyStatic, { root: DIST, serve: false, index: false, dotfiles: 'deny' });
    part.get('/chat/assets/*', { config: { door: 'chat', chat: 'document' } }, (request, reply) => {
      wearProfile(reply.raw, onAnyPage);
      return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(`assets/${(request.params as { '*': string })['*']}`, { cacheControl: false });
    });
  });

  app.get('/chat.js', { config: { door: 'chat', chat: 'document' } }, (_request, reply) => {
    wearProfile(reply.raw, onAnyPage);
    const body = loader ?? `throw new Error(${JSON.stringify(`Portcullis: the chat of ${origin} is not built.`)});`;
    return reply.header('content-type', 'text/javascript; charset=utf-8').header('cache-control', loader === null ? 'no-store' : 'public, max-age=300').send(body);
  });

  app.get('/chat/frame/:address', { config: { door: 'chat', chat: 'document' } }, async (request, reply) => {
    const named = readChannelAddress((request.params as { address: string }).address);
    const brand = named === null ? null : await brands.byId(named.brandId);
    const channel = named === null || brand === null ? undefined : await channelRows.chatById(store.brand(brand.id), named.channelId);
    // The list of a channel that is off still says who may show its words.
    wearProfile(reply.raw, frameProfile(channel === undefined || brand === null ? null : brand.policyIn(channel.id), (request.query as { site?: unknown }).site));
    if (channel === undefined || channel.disabled_at !== null) return html(reply, 404, OFF);
    return frame === null ? html(reply, 503, NOT_BUILT) : html(reply, 200, frame);
  });
}

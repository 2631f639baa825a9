// Settings → Channels over HTTP: the list, one channel, making, changing and switching off.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import * as channelRows from '#store/channels.ts';
import type { ChannelRow } from '#store/channels.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import { Conflict } from '#store/store.ts';
import { changeChannel, channelFaults, type ChannelParts, createChannel, nameFaults } from '#inbox/channels.ts';
import { Channel, Channels } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Brand } from '#server/brands.ts';
import type { Parts } from '#server/parts.ts';
import { mailChannelRoutes } from '#server/routes/mail-channels.ts';
import { namesOf, settingsDesk } from '#server/settings-desk.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Text = Type.String({ maxLength: 4_000 });
const FIELDS = { name: Type.Optional(Text), title: Type.Optional(Text), greeting: Type.Optional(Text), awayText: Type.Optional(Text), colour: Type.Optional(Text) };
/** One of mail is made at a path of its own: it has other fields. */
const Made = Type.Object({ ...FIELDS, kind: Type.Optional(Type.Union([Type.Literal('chat'), Type.Literal('api')])) }, { additionalProperties: false });
const Changed = Type.Object({ ...FIELDS, enabled: Type.Optional(Type.Boolean()) }, { additionalProperties: false });

export const MISSING_CHANNEL = deny('channel.missing', null, {});

/** What the list says of the state a channel is in. */
interface Known {
  readonly names: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, number>;
  readonly chats: ReadonlyMap<string, number>;
}

function shownChannel(row: ChannelRow, brand: Brand, { names, keys, chats }: Known) {
  const policy = brand.savedIn(row.id);
  const { state, entries } = policy.values['channel.site_origins'];
  const origins = Object.values(policy.origins);
  return {
    id: row.id,
    /** Public: it stands in the snippet, and in the `aud` of tickets. */
    address: `${brand.id}.${row.id}`,
    kind: row.kind,
    name: row.name,
    title: row.title,
    greeting: row.greeting,
    awayText: row.away_text,
    colour: row.colour,
    enabled: row.disabled_at === null,
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
    createdByName: row.created_by === null ? null : (names.get(row.created_by) ?? null),
    sites: { from: policy.origins['channel.site_origins'].from, state, count: entries.length, first: entries.slice(0, 20).map((entry) => entry.value) },
    keys: keys.get(row.id) ?? 0,
    openChats: chats.get(row.id) ?? 0,
    own: origins.filter((origin) => origin.from === 'channel' || origin.clamped).length,
    looser: origins.filter((origin) => origin.looser).length,
    clamped: origins.filter((origin) => origin.clamped).length,
  };
}

export function channelRoutes(app: App, parts: Parts): void {
  const { brands, problems, store, now } = parts;
  const { refuse, stepUp } = settingsDesk(parts);

  async function knownOf(brand: Brand): Promise<Known> {
    const rows = store.brand(brand.id);
    const [names, keys, open] = await Promise.all([namesOf(rows), channelRows.keysByChannel(rows), chatSessionRows.openBySite(rows, now())]);
    const chats = new Map<string, number>();
    for (const one of open) chats.set(one.channel_id, (chats.get(one.channel_id) ?? 0) + one.open);
    return { names, keys, chats };
  }
  const changing = ({ brand, session, client }: FastifyRequest): ChannelParts => ({ brand: store.brand(brand.id), commit: brands.commit, now, session, address: client.text });

  async function answer(request: FastifyRequest, reply: FastifyReply, id: string, status = 200): Promise<FastifyReply> {
    const row = await channelRows.byId(store.brand(request.brand.id), id);
    return row === undefined ? refuse(request, reply, MISSING_CHANNEL) : reply.code(status).send(shownChannel(row, request.brand, await knownOf(request.brand)));
  }

  /** What a guard of the unit found is told as it is. */
  async function told(request: FastifyRequest, reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return refuse(request, reply, error.code === 'channel.missing' ? MISSING_CHANNEL : deny(error.code === 'session.ended' ? 'session.ended' : 'capability.missing', null, {}));
    }
  }

  app.get('/api/v1/channels', { config: { door: 'workspace', scope: 'channels:read' }, schema: { summary: 'Channels', answers: { 200: Channels } } }, async ({ brand }) => {
    const [rows, known] = await Promise.all([channelRows.all(store.brand(brand.id)), knownOf(brand)]);
    return { channels: rows.map((row) => shownChannel(row, brand, known)), origin: parts.config.publicUrl.origin };
  });

  app.get('/api/v1/channels/:id', { config: { door: 'workspace', scope: 'channels:read' }, schema: { summary: 'One channel', params: Id, answers: { 200: Channel } } }, (request, reply) => answer(request, reply, request.params.id));

  app.post('/api/v1/channels', { config: { door: 'workspace', capability: 'manage_settings' }, schema: { body: Made } }, async (request, reply) => {
    // The faults first: nobody gives a code for what cannot be taken.
    const { kind = 'chat', ...fields } = request.body;
    const faults = (kind === 'api' ? nameFaults : channelFaults)(fields, true, await channelRows.all(store.brand(request.brand.id)));
    if (faults.length > 0) return problems.invalid(reply, faults);
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    return told(request, reply, async () => answer(request, reply, await createChannel(changing(request), fields, kind), 201));
  });

  app.patch('/api/v1/channels/:id', { config: { door: 'workspace', capability: 'manage_settings' }, schema: { params: Id, body: Changed } }, async (request, reply) => {
    const { enabled, ...fields } = request.body;
    const all = await channelRows.all(store.brand(request.brand.id));
    const channel = all.find(({ id }) => id === request.params.id);
    if (channel === undefined) return refuse(request, reply, MISSING_CHANNEL);
    const faults = (channel.kind === 'api' ? nameFaults : channelFaults)(fields, false, all.filter(({ id }) => id !== channel.id));
    if (faults.length > 0) return problems.invalid(reply, faults);
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    return told(request, reply, async () => {
      await changeChannel(changing(request), channel, fields, enabled);
      return answer(request, reply, channel.id);
    });
  });
  mailChannelRoutes(app, parts);
}

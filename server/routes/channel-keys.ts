// Settings → Channels → Keys over HTTP: the public keys with which a site signs tickets for a channel.
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DenialCode, deny } from '#policy/decision.ts';
import { type Fault, firstUnstorable } from '#policy/fault.ts';
import { stillMay } from '#identity/actor.ts';
import { readTicketKey } from '#identity/ticket-keys.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as channelKeyRows from '#store/channel-keys.ts';
import * as channelRows from '#store/channels.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as feed from '#store/feed.ts';
import { Conflict, type Entry, type Statement } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { judgeStepUp } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';

const Registering = Type.Object({
  label: Type.String({ maxLength: 400 }),
  /** A JWK as an object, or as text; or PEM. */
  key: Type.Union([Type.String({ maxLength: 8_000 }), Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { maxProperties: 40 })]),
  mayOverride: Type.Optional(Type.Boolean()),
}, { additionalProperties: false });
const OfChannel = Type.Object({ id: Type.String({ maxLength: 100 }) });
const OfKey = Type.Object({ id: Type.String({ maxLength: 100 }), keyId: Type.String({ maxLength: 100 }) });
const config = { door: 'workspace', capability: 'manage_settings' } as const;
const MAX_LABEL = 100;
/** Live ones: enough for several sites and a rotation of each. */
const MOST_KEYS = 20;

/** What a guard of the unit found, as the person is told. */
const CONFLICTS: Readonly<Record<string, DenialCode>> = { 'session.ended': 'session.ended', 'agent.changed': 'capability.missing', 'key.missing': 'key.missing' };

/** RFC 7638: what both sides can compare a key by. The kept JWK has its members, but not in their order. */
function thumbprint(jwk: string): string {
  const members = JSON.parse(jwk) as Record<string, string>;
  return createHash('sha256').update(JSON.stringify(Object.fromEntries(Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1))))).digest('base64url');
}

export function channelKeyRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, now } = parts;

  const refuse = (request: FastifyRequest, reply: FastifyReply, code: DenialCode): Promise<FastifyReply> =>
    problems.refuse(request, reply, deny(code, null, {}), { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });

  /** The window of an hour, as for settings. */
  async function windowOpen({ session, brand, client }: FastifyRequest): Promise<boolean> {
    if (judgeStepUp(session, brand, client, now()).allowed) return true;
    await sessions.refresh(session);
    return judgeStepUp(session, brand, client, now()).allowed;
  }
  async function keep({ brand, session }: FastifyRequest, statements: readonly Statement[], entry: Entry, bumps: readonly 'inbox'[] = []): Promise<DenialCode | null> {
    const rows = store.brand(brand.id);
    try {
      await brands.commit([rows.part({ statements: [...stillMay(rows, session, 'manage_settings'), ...statements], entries: [entry], bumps })]);
      return null;
    } catch (error) {
      const code = error instanceof Conflict ? CONFLICTS[error.code] : undefined;
      if (code === undefined) throw error;
      return code;
    }
  }
  const entryOf = ({ session, client }: FastifyRequest, event: string, row: channelKeyRows.ChannelKeyRow, at: number, more: Readonly<Record<string, unknown>> = {}): Entry => ({
    id: newId('evt'), at, actor: { kind: 'agent', id: session.person.id }, event, entity: { kind: 'channel_key', id: row.id },
    facts: { label: row.label, channel: row.channel_id, alg: row.alg, thumbprint: thumbprint(row.jwk), mayOverride: row.may_override === 1, address: client.text, ...more },
  });
  const shown = (row: channelKeyRows.ChannelKeyRow, names: ReadonlyMap<string, string>) => ({
    id: row.id, label: row.label, alg: row.alg, thumbprint: thumbprint(row.jwk), mayOverride: row.may_override === 1, createdAt: row.created_at, createdBy: names.get(row.created_by ?? '') ?? null, revokedAt: row.revoked_at,
  });

  app.get('/api/v1/channels/:id/keys', { config, schema: { params: OfChannel } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const channel = await channelRows.chatById(rows, request.params.id);
    if (channel === undefined) return refuse(request as FastifyRequest, reply, 'channel.missing');
    const [keys, people] = await Promise.all([channelKeyRows.ofChannel(rows, channel.id), agentRows.all(rows)]);
    const names = new Map(people.map(({ id, name }) => [id, name]));
    return reply.send({ keys: keys.map((row) => shown(row, names)), audience: `${rows.id}.${channel.id}` });
  });

  app.post('/api/v1/channels/:id/keys', { config, schema: { params: OfChannel, body: Registering } }, async (request, reply) => {
    const { brand, session, body } = request;
    const rows = store.brand(brand.id);
    const channel = await channelRows.chatById(rows, request.params.id);
    if (channel === undefined) return refuse(request as FastifyRequest, reply, 'channel.missing');
    const label = body.label.trim();
    const key = readTicketKey(body.key);
    const live = (await channelKeyRows.ofChannel(rows, channel.id)).filter((row) => row.revoked_at === null);
    const faults: Fault[] = [];
    if (label === '' || [...label].length > MAX_LABEL || firstUnstorable(label) !== undefined) faults.push({ path: 'label', code: 'channel_key.label', message: `Name must have 1 to ${MAX_LABEL} characters and no control characters: say which site signs with the key.` });
    if (!key.ok) faults.push({ path: 'key', code: key.code, message: key.sentence });
    else if (live.some((row) => row.jwk === key.value.jwk)) faults.push({ path: 'key', code: 'channel_key.present', message: 'This key is registered here already.' });
    if (live.length >= MOST_KEYS) faults.push({ path: 'key', code: 'channel_key.many', message: `A channel must have at most ${MOST_KEYS} keys: revoke one that is not used any more.` });
    if (!key.ok || faults.length > 0) return problems.invalid(reply, faults);
    if (!(await windowOpen(request as FastifyRequest))) return refuse(request as FastifyRequest, reply, 'step_up.required');
    const at = now();
    const row: channelKeyRows.ChannelKeyRow = { id: newId('key'), channel_id: channel.id, label, ...key.value, may_override: body.mayOverride === true ? 1 : 0, created_at: at, created_by: session.person.id, revoked_at: null };
    const denied = await keep(request as FastifyRequest, [channelKeyRows.insert(rows, row)], entryOf(request as FastifyRequest, 'channel_key.registered', row, at));
    if (denied !== null) return refuse(request as FastifyRequest, reply, denied);
    const self = await agentRows.byId(rows, session.person.id);
    return reply.code(201).send({ key: shown(row, new Map([[session.person.id, self?.name ?? '']])), audience: `${rows.id}.${channel.id}` });
  });

  app.delete('/api/v1/channels/:id/keys/:keyId', { config, schema: { params: OfKey } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const row = await channelKeyRows.byId(rows, request.params.keyId);
    if (row === undefined || row.channel_id !== request.params.id || row.revoked_at !== null) return refuse(request as FastifyRequest, reply, 'key.missing');
    if (!(await windowOpen(request as FastifyRequest))) return refuse(request as FastifyRequest, reply, 'step_up.required');
    const at = now();
    // What was bought with it ends in the same unit: whoever had the key could name anybody.
    const ended = await chatSessionRows.countByKey(rows, row.id, at);
    const entry = entryOf(request as FastifyRequest, 'channel_key.revoked', row, at, { chatsEnded: ended });
    const statements = [feed.advance(rows), channelKeyRows.revoke(rows, row.id, at), chatSessionRows.endByKey(rows, row.id, at)];
    const denied = await keep(request as FastifyRequest, statements, entry, ['inbox']);
    return denied === null ? reply.send({ chatsEnded: ended }) : refuse(request as FastifyRequest, reply, denied);
  });
}

// Settings → API keys over HTTP: the list, making one, whose text is shown this once, and revoking. Both ask for a fresh code.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DenialCode, deny } from '#policy/decision.ts';
import { apiKeyOf, apiKeyRow, newApiKey, readApiKeyFields } from '#identity/api-keys.ts';
import { SCOPES } from '#identity/api-scopes.ts';
import { freshOpen, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as feed from '#store/feed.ts';
import * as sessionRows from '#store/sessions.ts';
import { Conflict, type Entry, type Statement } from '#store/store.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';

const Making = Type.Object({ name: Type.String({ maxLength: 400 }), scopes: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 20 }), expiresAt: Type.Optional(Type.Union([Type.Integer(), Type.Null()])) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const config = { door: 'workspace', adminOnly: true } as const;

/** What a guard of the unit found, as the person is told. */
const CONFLICTS: Readonly<Record<string, DenialCode>> = { 'step_up.required': 'step_up.required', 'session.ended': 'session.ended', 'agent.changed': 'capability.missing', 'key.missing': 'key.missing' };

export function apiKeyRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, now } = parts;

  const refuse = (request: FastifyRequest, reply: FastifyReply, code: DenialCode): Promise<FastifyReply> =>
    problems.refuse(request, reply, deny(code, null, {}), { door: 'workspace', brand: request.brand, actor: { kind: 'agent', id: request.session.person.id } });

  /** Credentials ask each time. Another node may have taken the code: that is read before anybody is asked again. */
  async function fresh({ session, client }: FastifyRequest): Promise<boolean> {
    const facts = { address: client.text, now: now() };
    if (freshOpen(session, facts)) return true;
    await sessions.refresh(session);
    return freshOpen(session, facts);
  }

  /** Commits a change of keys with the fresh code it uses up; gives the code of its refusal, null when it is done. */
  async function keep({ brand, session }: FastifyRequest, statements: readonly Statement[], entry: Entry, bumps: readonly 'inbox'[] = []): Promise<DenialCode | null> {
    const rows = store.brand(brand.id);
    const still = [sessionRows.stillOpen(rows, session.id), agentRows.stillMay(rows, session.person.id, 'admin'), sessions.usingFresh(session, entry.at)];
    try {
      await brands.commit([rows.part({ statements: [...still, ...statements], entries: [entry], bumps: ['people', ...bumps] })]);
    } catch (error) {
      const code = error instanceof Conflict ? CONFLICTS[error.code] : undefined;
      if (code === undefined) throw error;
      return code;
    }
    useUpFresh(session);
    return null;
  }
  const entryOf = ({ session, client }: FastifyRequest, event: string, row: apiKeyRows.ApiKeyRow, at: number, more: Readonly<Record<string, unknown>> = {}): Entry => ({
    id: newId('evt'), at, actor: { kind: 'agent', id: session.person.id }, event, entity: { kind: 'api_key', id: row.id },
    facts: { name: row.name, scopes: apiKeyOf(row).scopes, expiresAt: row.expires_at, address: client.text, ...more },
  });
  const shown = (row: apiKeyRows.ApiKeyRow, names: ReadonlyMap<string, string>) => ({
    ...apiKeyOf(row), createdAt: row.created_at, createdBy: names.get(row.created_by ?? '') ?? null, expiresAt: row.expires_at, revokedAt: row.revoked_at, lastUsedAt: row.last_used_at, lastUsedFrom: row.last_used_from,
  });

  app.get('/api/v1/api-keys', { config: { ...config, scope: 'keys:read' } }, async ({ brand }) => {
    const rows = store.brand(brand.id);
    const [keys, people] = await Promise.all([apiKeyRows.all(rows), agentRows.all(rows)]);
    const names = new Map(people.map(({ id, name }) => [id, name]));
    return { keys: keys.map((row) => shown(row, names)), scopes: SCOPES };
  });

  app.post('/api/v1/api-keys', { config, schema: { body: Making } }, async (request, reply) => {
    const { brand, session, body } = request;
    const at = now();
    // The faults first: nobody gives a code for what cannot be made.
    const { fields, faults } = readApiKeyFields(body, at);
    if (faults.length > 0) return problems.invalid(reply, faults);
    if (!(await fresh(request))) return refuse(request, reply, 'step_up.required');
    const rows = store.brand(brand.id);
    const made = newApiKey(brand.id);
    const row = apiKeyRow(fields, made.hash, session.person.id, at);
    const denied = await keep(request, [apiKeyRows.insert(rows, row)], entryOf(request, 'api_key.created', row, at));
    if (denied !== null) return refuse(request, reply, denied);
    const self = await agentRows.byId(rows, session.person.id);
    return reply.code(201).header('cache-control', 'no-store').send({ key: shown(row, new Map([[session.person.id, self?.name ?? '']])), secret: made.text });
  });

  app.delete('/api/v1/api-keys/:id', { config, schema: { params: Id } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const row = await apiKeyRows.byId(rows, request.params.id);
    if (row === undefined || row.revoked_at !== null) return refuse(request, reply, 'key.missing');
    if (!(await fresh(request))) return refuse(request, reply, 'step_up.required');
    const at = now();
    // What was bought with it ends in the same unit: whoever had the key could name anybody.
    const ended = await chatSessionRows.countByKey(rows, row.id, at);
    const entry = entryOf(request, 'api_key.revoked', row, at, { chatsEnded: ended });
    const statements = [feed.advance(rows), apiKeyRows.revoke(rows, row.id, at), chatSessionRows.endByKey(rows, row.id, at)];
    const denied = await keep(request, statements, entry, ['inbox']);
    return denied === null ? reply.send({ chatsEnded: ended }) : refuse(request, reply, denied);
  });
}

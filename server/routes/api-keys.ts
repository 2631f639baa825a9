// Settings → API keys over HTTP: the list, making one, whose text is shown this once, changing, rotating and revoking, each with a fresh code; and a trial.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseAddress } from '#policy/address.ts';
import { type DenialCode, deny } from '#policy/decision.ts';
import { fault } from '#policy/fault.ts';
import { stillMay } from '#identity/actor.ts';
import { allowlistOf, apiKeyOf, apiKeyRow, newApiKey, readApiKeyFields } from '#identity/api-keys.ts';
import { API_SCOPES, SCOPES } from '#identity/api-scopes.ts';
import { freshOpen, useUpFresh } from '#identity/sessions.ts';
import { newId } from '#identity/tokens.ts';
import * as accessTokenRows from '#store/access-tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as chatSessionRows from '#store/chat-sessions.ts';
import * as feed from '#store/feed.ts';
import { Conflict, type Entry, type Statement } from '#store/store.ts';
import { cursorOf, placeOf } from '#inbox/cursors.ts';
import { list, Moment, oneOf, orNull, shape, text } from '#server/api/shapes.ts';
import type { App } from '#server/app.ts';
import { tryKey } from '#server/key-trial.ts';
import type { Parts } from '#server/parts.ts';

const Fields = {
  name: Type.String({ maxLength: 400 }), scopes: Type.Array(Type.String({ maxLength: 60 }), { maxItems: 40 }), expiresAt: Type.Optional(orNull(Type.Integer())), allowlist: Type.Optional(Type.Unknown()),
};
const Making = Type.Object(Fields, { additionalProperties: false });
const Changing = Type.Partial(Type.Object(Fields), { additionalProperties: false, minProperties: 1 });
const Rotating = Type.Object({ graceDays: Type.Integer({ minimum: 0, maximum: 30 }) }, { additionalProperties: false });
const Trying = Type.Object({ from: Type.Optional(Type.String({ maxLength: 60 })) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Page = Type.Object({ cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_-]+$' })) }, { additionalProperties: false });
const config = { door: 'workspace', adminOnly: true } as const;
const PAGE = 100;
const DAY = 86_400_000;

const Key = shape({
  id: text, name: text, scopes: list(oneOf(...SCOPES)), unused: list(oneOf(...SCOPES)), createdAt: Moment, createdBy: orNull(text), expiresAt: orNull(Moment), revokedAt: orNull(Moment), lastUsedAt: orNull(Moment), lastUsedFrom: orNull(text),
  allowlist: shape({ state: oneOf('any', 'only'), entries: list(Type.Object({ value: text, note: Type.Optional(text) })) }),
  rotatedAt: orNull(Moment), previousUntil: orNull(Moment), previousUsedAt: orNull(Moment),
});
const Keys = shape({ keys: list(Key), next: orNull(text), scopes: list(shape({ scope: oneOf(...SCOPES), label: text, help: text, needs: orNull(text) })) });

/** What a guard of the unit found, as the person is told. */
const CONFLICTS: Readonly<Record<string, DenialCode>> = { 'step_up.required': 'step_up.required', 'session.ended': 'session.ended', 'agent.changed': 'capability.missing', 'key.missing': 'key.missing' };
const scopeTexts = SCOPES.map((scope) => ({ scope, label: API_SCOPES[scope].label, help: API_SCOPES[scope].help, needs: (API_SCOPES[scope] as { needs?: string }).needs ?? null }));

export function apiKeyRoutes(app: App, parts: Parts): void {
  const { apiKeys, brands, problems, sessions, store, now } = parts;
  const refuse = (request: FastifyRequest, reply: FastifyReply, code: DenialCode): Promise<FastifyReply> => problems.refuseActor(request, reply, deny(code, null, {}));

  /** Credentials ask each time. Another node may have taken the code: that is read before anybody is asked again. */
  async function fresh({ session, client }: FastifyRequest): Promise<boolean> {
    const facts = { address: client.text, now: now() };
    if (freshOpen(session, facts)) return true;
    await sessions.refresh(session);
    return freshOpen(session, facts);
  }

  /** Commits a change of keys with the fresh code it uses up; gives the code of its refusal, null when it is done. Other nodes drop what they know by the bump. */
  async function keep({ brand, session }: FastifyRequest, statements: readonly Statement[], entry: Entry, bumps: readonly 'inbox'[] = []): Promise<DenialCode | null> {
    const rows = store.brand(brand.id);
    const still = [...stillMay(rows, session, 'admin'), sessions.usingFresh(session, entry.at)];
    try {
      await brands.commit([rows.part({ statements: [...still, ...statements], entries: [entry], bumps: ['people', ...bumps] })]);
    } catch (error) {
      const code = error instanceof Conflict ? CONFLICTS[error.code] : undefined;
      if (code === undefined) throw error;
      return code;
    } finally {
      apiKeys.forget(brand.id);
    }
    useUpFresh(session);
    return null;
  }
  const entryOf = ({ actor, client }: FastifyRequest, event: string, row: apiKeyRows.ApiKeyRow, at: number, more: Readonly<Record<string, unknown>> = {}): Entry => ({
    id: newId('evt'), at, actor, event, entity: { kind: 'api_key', id: row.id },
    facts: { name: row.name, scopes: apiKeyOf(row).scopes, expiresAt: row.expires_at, addresses: allowlistOf(row).entries.length, address: client.text, ...more },
  });
  function shown(row: apiKeyRows.ApiKeyRow, names: ReadonlyMap<string, string>) {
    const key = apiKeyOf(row);
    const used = new Set(JSON.parse(row.used_scopes) as string[]);
    return {
      ...key, unused: key.scopes.filter((scope) => !used.has(scope)), createdAt: row.created_at, createdBy: names.get(row.created_by ?? '') ?? null, expiresAt: row.expires_at, revokedAt: row.revoked_at,
      lastUsedAt: row.last_used_at, lastUsedFrom: row.last_used_from, allowlist: allowlistOf(row), rotatedAt: row.rotated_at, previousUntil: row.previous_until, previousUsedAt: row.previous_used_at,
    };
  }
  const working = async ({ brand }: FastifyRequest, id: string): Promise<apiKeyRows.ApiKeyRow | undefined> => {
    const row = await apiKeyRows.byId(store.brand(brand.id), id);
    return row === undefined || row.revoked_at !== null ? undefined : row;
  };

  app.get('/api/v1/api-keys', { config: { ...config, scope: 'keys:read' }, schema: { summary: 'API keys, the newest first', querystring: Page, answers: { 200: Keys } } }, async ({ brand, query }, reply) => {
    const after = query.cursor === undefined ? undefined : placeOf(query.cursor);
    if (query.cursor !== undefined && after === undefined) return problems.invalid(reply, [{ path: 'cursor', code: 'cursor.invalid', message: 'The cursor must be one that a page before gave; begin again without one.' }]);
    const rows = store.brand(brand.id);
    const [keys, names] = await Promise.all([apiKeyRows.page(rows, PAGE + 1, after), agentRows.namesById(rows)]);
    const page = keys.slice(0, PAGE);
    const last = page.at(-1);
    return reply.send({ keys: page.map((row) => shown(row, names)), next: keys.length > PAGE && last !== undefined ? cursorOf({ at: last.created_at, id: last.id }) : null, scopes: scopeTexts });
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
    return reply.code(201).header('cache-control', 'no-store').send({ key: shown(row, await agentRows.namesById(rows)), secret: made.text });
  });

  app.patch('/api/v1/api-keys/:id', { config, schema: { params: Id, body: Changing } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const row = await working(request, request.params.id);
    if (row === undefined) return refuse(request, reply, 'key.missing');
    const at = now();
    const given = request.body;
    const { fields, faults } = readApiKeyFields({ name: row.name, scopes: apiKeyOf(row).scopes, expiresAt: row.expires_at, allowlist: allowlistOf(row), ...given }, at);
    if (faults.length > 0) return problems.invalid(reply, faults);
    if (!(await fresh(request))) return refuse(request, reply, 'step_up.required');
    const set = { name: fields.name, scopes: JSON.stringify(fields.scopes), expires_at: fields.expiresAt, allowlist: JSON.stringify(fields.allowlist) };
    const what = (Object.keys(set) as (keyof typeof set)[]).filter((column) => set[column] !== row[column]);
    const next = { ...row, ...set };
    const entry = { ...entryOf(request, 'api_key.changed', next, at, { what: what.join(', ') }), before: { scopes: apiKeyOf(row).scopes, allowlist: allowlistOf(row), expiresAt: row.expires_at }, after: { scopes: fields.scopes, allowlist: fields.allowlist, expiresAt: fields.expiresAt } };
    const denied = what.length === 0 ? null : await keep(request, [apiKeyRows.change(rows, row.id, set)], entry);
    return denied === null ? reply.send({ key: shown(next, await agentRows.namesById(rows)) }) : refuse(request, reply, denied);
  });

  app.post('/api/v1/api-keys/:id/rotate', { config, schema: { params: Id, body: Rotating } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const row = await working(request, request.params.id);
    if (row === undefined) return refuse(request, reply, 'key.missing');
    const at = now();
    if (row.expires_at !== null && row.expires_at <= at) return problems.invalid(reply, [fault('expiresAt', 'api_key.over', 'The key', 'still work: give it a later end date first', 'one that has reached its end date')]);
    if (!(await fresh(request))) return refuse(request, reply, 'step_up.required');
    const { graceDays } = request.body;
    const made = newApiKey(request.brand.id);
    const next = { ...row, secret_hash: made.hash, previous_hash: row.secret_hash, previous_until: at + graceDays * DAY, previous_used_at: null, rotated_at: at };
    // What a secret bought ends with it, where one ends now: without grace, or the one that a rotation before left. Whoever holds a good one buys anew.
    const over = graceDays === 0 || (row.previous_until ?? 0) > at ? [accessTokenRows.endByKey(rows, row.id)] : [];
    const denied = await keep(request, [apiKeyRows.rotate(rows, row, made.hash, at, next.previous_until), ...over], entryOf(request, 'api_key.rotated', row, at, { graceDays }));
    if (denied !== null) return refuse(request, reply, denied);
    return reply.header('cache-control', 'no-store').send({ key: shown(next, await agentRows.namesById(rows)), secret: made.text });
  });

  app.delete('/api/v1/api-keys/:id', { config, schema: { params: Id } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const row = await working(request, request.params.id);
    if (row === undefined) return refuse(request, reply, 'key.missing');
    if (!(await fresh(request))) return refuse(request, reply, 'step_up.required');
    const at = now();
    // What was bought with it ends in the same unit: whoever had the key could name anybody.
    const ended = await chatSessionRows.countByKey(rows, row.id, at);
    const entry = entryOf(request, 'api_key.revoked', row, at, { chatsEnded: ended });
    const statements = [feed.advance(rows), apiKeyRows.revoke(rows, row.id, at), accessTokenRows.endByKey(rows, row.id), chatSessionRows.endByKey(rows, row.id, at)];
    const denied = await keep(request, statements, entry, ['inbox']);
    return denied === null ? reply.send({ chatsEnded: ended }) : refuse(request, reply, denied);
  });

  app.post('/api/v1/api-keys/:id/test', { config, schema: { params: Id, body: Trying } }, async (request, reply) => {
    const { brand, client, params, body } = request;
    const row = await apiKeyRows.byId(store.brand(brand.id), params.id);
    if (row === undefined) return refuse(request, reply, 'key.missing');
    const from = body.from === undefined ? client.address : parseAddress(body.from.trim());
    if (from === undefined) return problems.invalid(reply, [fault('from', 'address.malformed', 'The address', 'be one IPv4 or IPv6 address, such as 203.0.113.9', 'something else')]);
    return reply.send(tryKey(brand.policy, row, from, now()));
  });
}

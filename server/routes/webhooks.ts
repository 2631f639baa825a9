// Settings → Webhooks over HTTP: where events are sent, secrets, a test, the log of deliveries, and sending again.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideWebhookTarget } from '#policy/decide/webhook-target.ts';
import { type DenialCode, deny, sentenceOf } from '#policy/decision.ts';
import type { Fault } from '#policy/fault.ts';
import { newId } from '#identity/tokens.ts';
import { newWebhookSecret } from '#identity/webhook-secrets.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as channelRows from '#store/channels.ts';
import { Conflict, type Entry, type Statement } from '#store/store.ts';
import * as deliveryRows from '#store/webhook-deliveries.ts';
import * as webhookRows from '#store/webhooks.ts';
import type { App } from '#server/app.ts';
import { judgeStepUp } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';
import { EVENT_NAMES, TEST_EVENT, WEBHOOK_EVENTS } from '#server/webhook-events.ts';
import { Deliveries, deliveryShown, MadeWebhook, NewSecret, OneWebhook, RemovedWebhook, Replaying, ReplayingSince, Tested, Webhooks, webhookShown } from '#server/webhook-views.ts';
import { attempt, sealedTo } from '#server/workers/webhooks.ts';

const fields = {
  name: Type.String({ minLength: 1, maxLength: 80 }), url: Type.String({ minLength: 1, maxLength: 2_000 }), events: Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 40 }),
  channels: Type.Union([Type.Null(), Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 100 })]), includeText: Type.Boolean(),
};
const Making = Type.Object({ ...fields, channels: Type.Optional(fields.channels), includeText: Type.Optional(fields.includeText) }, { additionalProperties: false });
const Changing = Type.Partial(Type.Object({ ...fields, enabled: Type.Boolean() }), { additionalProperties: false, minProperties: 1 });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Both = Type.Object({ id: Type.String({ maxLength: 100 }), delivery: Type.String({ maxLength: 100 }) });
const Page = Type.Object({ before: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}_[a-z]{1,8}_[0-9a-z]{26}$' })) }, { additionalProperties: false });
const Since = Type.Object({ since: Type.String({ format: 'date-time', maxLength: 40 }) }, { additionalProperties: false });
const MOST = 20;
const PAGE = 30;
const OLD_SECRET_MS = 24 * 3_600_000;
const DAY = 86_400_000;
/** As long as deliveries are kept. */
const REPLAY_DAYS = 30;
const reading = { door: 'workspace', scope: 'webhooks:read', capability: 'manage_settings' } as const;
const writing = { door: 'workspace', scope: 'webhooks:write', capability: 'manage_settings' } as const;

export function webhookRoutes(app: App, parts: Parts): void {
  const { brands, problems, store, now, keyring, config } = parts;

  const refuse = (request: FastifyRequest, reply: FastifyReply, code: DenialCode): Promise<FastifyReply> => problems.refuseActor(request, reply, deny(code, null, {}));
  const rowsOf = (request: FastifyRequest) => store.brand(request.brand.id);

  /** A person gives a fresh code, as for any setting; a key was made with one. */
  async function mayChange(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    if (request.apiKey !== undefined) return true;
    const judge = () => judgeStepUp(request.session, request.brand, request.client, now());
    if (judge().allowed) return true;
    await parts.sessions.refresh(request.session);
    const judged = judge();
    if (judged.allowed) return true;
    await problems.refuseActor(request, reply, judged);
    return false;
  }

  /** What was said goes out only where a program may read it anyway. */
  async function mayTellText(request: FastifyRequest, reply: FastifyReply, { include_text: includeText }: Pick<webhookRows.WebhookRow, 'include_text'>): Promise<boolean> {
    if (request.apiKey === undefined || includeText === 0 || request.apiKey.scopes.includes('conversations:read')) return true;
    await problems.refuseActor(request, reply, deny('api.scope_missing', null, { key: request.actor.id, scope: 'conversations:read' }));
    return false;
  }

  /** All faults at once. */
  async function faultsOf(request: FastifyRequest, given: { url?: string | undefined; events?: readonly string[] | undefined; channels?: readonly string[] | null | undefined }): Promise<Fault[]> {
    const target = given.url === undefined ? null : decideWebhookTarget({ url: given.url, addresses: null, allowed: config.webhookAllow });
    const unknown = (given.events ?? []).filter((one) => !(EVENT_NAMES as readonly string[]).includes(one));
    const known = new Set((await channelRows.all(rowsOf(request))).map(({ id }) => id));
    return [
      ...(target === null || target.allowed ? [] : [{ path: 'url', code: target.code, message: sentenceOf(target) }]),
      ...unknown.map((one) => ({ path: 'events', code: 'webhook.event_unknown', message: `The events must be among ${EVENT_NAMES.join(', ')}, not "${one}".` })),
      ...(given.channels ?? []).filter((id) => !known.has(id)).map((id) => ({ path: 'channels', code: 'channel.missing', message: `The channels must be among those of this brand, not "${id}".` })),
    ];
  }

  const entryOf = (request: FastifyRequest, event: string, id: string, facts: Readonly<Record<string, unknown>>): Entry =>
    ({ id: newId('evt'), at: now(), actor: { kind: request.actor.kind, id: request.actor.id }, event, entity: { kind: 'webhook', id }, facts: { ...facts, address: request.client.text } });

  /** Null when it is kept; else it was answered. */
  async function keep(request: FastifyRequest, reply: FastifyReply, statements: readonly Statement[], entry: Entry): Promise<FastifyReply | null> {
    try {
      await brands.commit([rowsOf(request).part({ statements: [request.actor.still(rowsOf(request)), ...statements], entries: [entry] })]);
      return null;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (error.code === 'webhook.missing') return refuse(request, reply, 'webhook.missing');
      if (error.code === 'session.ended' || error.code === 'api.key_revoked') return refuse(request, reply, error.code);
      throw error;
    }
  }

  app.get('/api/v1/webhooks', { config: reading, schema: { summary: 'Webhooks, and the events there are', answers: { 200: Webhooks } } }, async (request) => ({
    webhooks: (await webhookRows.all(rowsOf(request))).map((row) => webhookShown(row, now())), events: EVENT_NAMES.map((type) => ({ type, label: WEBHOOK_EVENTS[type] })),
  }));

  app.post('/api/v1/webhooks', { config: writing, schema: { summary: 'Make a webhook; its secret is shown this once', body: Making, answers: { 201: MadeWebhook } } }, async (request, reply) => {
    if (!(await mayChange(request, reply))) return reply;
    const { name, url, events, channels = null, includeText = false } = request.body;
    const faults = await faultsOf(request, { url, events, channels });
    if (faults.length > 0) return problems.invalid(reply, faults);
    if (!(await mayTellText(request, reply, { include_text: includeText ? 1 : 0 }))) return reply;
    const rows = rowsOf(request);
    if ((await webhookRows.all(rows)).length >= MOST) return refuse(request, reply, 'webhook.too_many');
    const [id, secret] = [newId('whk'), newWebhookSecret()];
    const head = await auditRows.last(rows);
    const row: webhookRows.WebhookRow = {
      id, name, url: new URL(url).href, events: JSON.stringify([...new Set(events)]), channels: channels === null ? null : JSON.stringify(channels), include_text: includeText ? 1 : 0, secret_sealed: keyring.seal(secret, sealedTo(id)),
      old_secret_sealed: null, old_secret_until: null, cursor_seq: head?.seq ?? 0, created_at: now(), created_by: request.actor.id, disabled_at: null, disabled_why: null, failing_since: null,
    };
    const entry = entryOf(request, 'webhook.created', id, { name, events, includeText });
    return (await keep(request, reply, [webhookRows.insert(rows, row)], entry)) ?? reply.code(201).header('cache-control', 'no-store').send({ webhook: webhookShown(row, now()), secret });
  });

  app.patch('/api/v1/webhooks/:id', { config: writing, schema: { summary: 'Change a webhook, or switch it off or on', params: Id, body: Changing, answers: { 200: OneWebhook } } }, async (request, reply) => {
    if (!(await mayChange(request, reply))) return reply;
    const { name, url, events, channels, includeText, enabled } = request.body;
    const faults = await faultsOf(request, { url, events, channels });
    if (faults.length > 0) return problems.invalid(reply, faults);
    const rows = rowsOf(request);
    const before = await webhookRows.byId(rows, request.params.id);
    if (before === undefined) return refuse(request, reply, 'webhook.missing');
    const turned = enabled === undefined || enabled === (before.disabled_at === null) ? {}
      // What happened while it was off is sent only when somebody asks for it.
      : enabled ? { disabled_at: null, disabled_why: null, failing_since: null, cursor_seq: (await auditRows.last(rows))?.seq ?? 0 } : { disabled_at: now(), disabled_why: 'person' };
    const change = {
      ...(name === undefined ? {} : { name }), ...(url === undefined ? {} : { url: new URL(url).href }), ...(events === undefined ? {} : { events: JSON.stringify([...new Set(events)]) }),
      ...(channels === undefined ? {} : { channels: channels === null ? null : JSON.stringify(channels) }), ...(includeText === undefined ? {} : { include_text: includeText ? 1 : 0 }), ...turned,
    };
    // To switch one off is anybody's who may write; with another address it is a change like any other.
    const offAlone = enabled === false && Object.keys(request.body).length === 1;
    if (!offAlone && !(await mayTellText(request, reply, { ...before, ...change }))) return reply;
    if (Object.keys(change).length === 0) return reply.send({ webhook: webhookShown(before, now()) });
    const entry = entryOf(request, 'webhook.changed', before.id, { name: before.name, what: Object.keys(request.body) });
    return (await keep(request, reply, [webhookRows.change(rows, before.id, change)], entry)) ?? reply.send({ webhook: webhookShown({ ...before, ...change }, now()) });
  });

  app.delete('/api/v1/webhooks/:id', { config: writing, schema: { summary: 'Remove a webhook and its log', params: Id, answers: { 200: RemovedWebhook } } }, async (request, reply) => {
    if (!(await mayChange(request, reply))) return reply;
    const before = await webhookRows.byId(rowsOf(request), request.params.id);
    if (before === undefined) return refuse(request, reply, 'webhook.missing');
    return (await keep(request, reply, [webhookRows.remove(rowsOf(request), before.id)], entryOf(request, 'webhook.removed', before.id, { name: before.name }))) ?? reply.send({ removed: before.id });
  });

  /** For a day both secrets sign. */
  app.post('/api/v1/webhooks/:id/secret', { config: writing, schema: { summary: 'A new secret; for a day both sign', params: Id, answers: { 200: NewSecret } } }, async (request, reply) => {
    if (!(await mayChange(request, reply))) return reply;
    const before = await webhookRows.byId(rowsOf(request), request.params.id);
    if (before === undefined) return refuse(request, reply, 'webhook.missing');
    const [secret, until] = [newWebhookSecret(), now() + OLD_SECRET_MS];
    const change = { secret_sealed: keyring.seal(secret, sealedTo(before.id)), old_secret_sealed: before.secret_sealed, old_secret_until: until };
    return (await keep(request, reply, [webhookRows.change(rowsOf(request), before.id, change)], entryOf(request, 'webhook.secret_rotated', before.id, { name: before.name })))
      ?? reply.header('cache-control', 'no-store').send({ secret, oldSecretUntil: new Date(until).toISOString() });
  });

  /** One try, now, whatever else waits; it is not tried again and counts as no failure. */
  app.post('/api/v1/webhooks/:id/test', { config: writing, schema: { summary: 'Send a test event now', params: Id, answers: { 200: Tested } } }, async (request, reply) => {
    const rows = rowsOf(request);
    const hook = await webhookRows.byId(rows, request.params.id);
    if (hook === undefined) return refuse(request, reply, 'webhook.missing');
    // Taken up as it is put down: no round takes it too.
    const row = { id: newId('dlv'), webhook_id: hook.id, event_id: newId('evt'), seq: null, type: TEST_EVENT, happened_at: now(), due_at: now() + DAY, attempts: 1, done_at: null, given_up_at: null };
    const refused = await keep(request, reply, [deliveryRows.put(rows, row)], entryOf(request, 'webhook.tested', hook.id, { name: hook.name }));
    if (refused !== null) return refused;
    const called = await attempt(parts, rows, hook, row);
    return reply.send({ ok: called?.ok === true, status: called?.status ?? null, ms: called?.ms ?? 0, answer: called?.answer ?? '', fault: called?.fault ?? null });
  });

  app.get('/api/v1/webhooks/:id/deliveries', { config: reading, schema: { summary: 'The log of a webhook, the newest first', params: Id, querystring: Page, answers: { 200: Deliveries } } }, async (request, reply) => {
    const rows = rowsOf(request);
    const hook = await webhookRows.byId(rows, request.params.id);
    if (hook === undefined) return refuse(request, reply, 'webhook.missing');
    const given = request.query.before;
    const before = given === undefined ? undefined : { at: Number(given.slice(0, given.indexOf('_'))), id: given.slice(given.indexOf('_') + 1) };
    const found = await deliveryRows.page(rows, hook.id, PAGE + 1, before);
    const shown = found.slice(0, PAGE);
    const tries = await deliveryRows.triesOf(rows, shown.map(({ id }) => id));
    const last = shown.at(-1);
    return reply.send({ deliveries: shown.map((row) => deliveryShown(row, tries)), next: found.length > PAGE && last !== undefined ? `${last.happened_at}_${last.id}` : null });
  });

  app.post('/api/v1/webhooks/:id/deliveries/:delivery/replay', { config: writing, schema: { summary: 'Send one delivery again', params: Both, answers: { 202: Replaying } } }, async (request, reply) => {
    const rows = rowsOf(request);
    const row = await deliveryRows.byId(rows, request.params.delivery);
    if (row === undefined || row.webhook_id !== request.params.id || row.seq === null) return refuse(request, reply, 'webhook.delivery_missing');
    const again = deliveryRows.mark(rows, row.id, { due_at: now(), attempts: 0, done_at: null, given_up_at: null });
    return (await keep(request, reply, [again], entryOf(request, 'webhook.replayed', row.webhook_id, { deliveries: 1, event: row.event_id }))) ?? reply.code(202).send({ replaying: 1 });
  });

  /** Goes back in the trail: everything since is sent again under the ids it had. */
  app.post('/api/v1/webhooks/:id/replay', { config: writing, schema: { summary: 'Send everything since a time again', params: Id, body: Since, answers: { 202: ReplayingSince } } }, async (request, reply) => {
    const rows = rowsOf(request);
    const hook = await webhookRows.byId(rows, request.params.id);
    if (hook === undefined) return refuse(request, reply, 'webhook.missing');
    const since = Date.parse(request.body.since);
    if (Number.isNaN(since) || since > now() || since < now() - REPLAY_DAYS * DAY) return problems.invalid(reply, [{ path: 'since', code: 'webhook.since', message: `The time to go back to must lie within the last ${REPLAY_DAYS} days.` }]);
    const first = await auditRows.firstSince(rows, since);
    const cursor = first === undefined ? hook.cursor_seq : Math.min(hook.cursor_seq, first.seq - 1);
    return (await keep(request, reply, [webhookRows.change(rows, hook.id, { cursor_seq: cursor })], entryOf(request, 'webhook.replayed', hook.id, { since: request.body.since })))
      ?? reply.code(202).send({ since: new Date(since).toISOString() });
  });
}

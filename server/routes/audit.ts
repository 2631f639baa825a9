// The audit trail over HTTP: pages by filter, one row by its id, and the state of the chain.
import { Type } from 'typebox';
import type { FastifyRequest } from 'fastify';
import { catalogue, type Key } from '#policy/catalogue.ts';
import { deny } from '#policy/decision.ts';
import { begun } from '#policy/sentence.ts';
import { sentenceOf } from '#audit/events.ts';
import { search } from '#audit/search.ts';
import { may } from '#identity/person.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as keyRows from '#store/api-keys.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as headRows from '#store/heads.ts';
import type { BrandStore } from '#store/store.ts';
import { AuditPage, AuditRow } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { problemOf, send } from '#server/problems.ts';

const Filter = Type.Object(
  {
    who: Type.Optional(Type.String({ maxLength: 200 })),
    what: Type.Optional(Type.String({ maxLength: 100, description: 'An event, or a family of events by what stands before its first dot, with the dot (sign_in.); several with commas.' })),
    entity: Type.Optional(Type.String({ maxLength: 200 })),
    from: Type.Optional(Type.String({ maxLength: 40 })),
    to: Type.Optional(Type.String({ maxLength: 40 })),
    before: Type.Optional(Type.String({ maxLength: 200 })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
    // At most what a number holds exactly: a longer one was never given out, and no database could compare it.
    cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })),
  },
  { additionalProperties: false },
);
const Id = Type.Object({ id: Type.String({ maxLength: 200 }) });
const PAGE = 50;

interface Detail {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** `2026-11-23`, or an RFC 3339 time (UTC where it names no zone), as ms; undefined when it is none, or a day that no calendar has. */
function timeOf(text: string | undefined): number | undefined {
  const read = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(text ?? '');
  const [, day = '', time = '', zone = 'Z'] = read ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  if (read === null || Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  const at = Date.parse(`${day}${time === '' ? 'T00:00' : time}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

function nameOf(kind: string, id: string | null, names: ReadonlyMap<string, string>): string {
  if (kind === 'agent') return id === null ? 'an agent' : (names.get(id) ?? id);
  if (kind === 'key' && id !== null && names.has(id)) return `the key “${names.get(id)}”`;
  if (kind === 'setting' && id !== null) return catalogue[id as Key]?.label ?? id;
  if (kind === 'host') return 'the server’s host';
  if (kind === 'system') return 'the system';
  if (kind === 'anonymous') return 'somebody not signed in';
  // Nobody's name may stand where nobody erases it: which one is said by the id beside it.
  if (kind === 'customer') return 'a customer';
  return id ?? kind;
}

function show(row: auditRows.AuditRow, names: ReadonlyMap<string, string>) {
  const detail = JSON.parse(row.detail) as Detail;
  const facts = detail.facts ?? {};
  const actor = nameOf(row.actor_kind, row.actor_id, names);
  const entity = nameOf(row.entity_kind, row.entity_id, names);
  return {
    seq: row.seq,
    id: row.id,
    at: new Date(row.at).toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id, name: actor },
    event: row.event,
    sentence: (row.actor_kind === 'agent' ? String : begun)(sentenceOf(row, { actor, actorKnown: row.actor_kind !== 'anonymous', entity, person: (id) => nameOf('agent', typeof id === 'string' ? id : null, names) }, facts)),
    entity: { kind: row.entity_kind, id: row.entity_id, name: entity },
    before: detail.before ?? null,
    after: detail.after ?? null,
    facts,
    hash: row.hash,
  };
}

/** The names of the keys that did something in these rows. */
const keyNames = (brand: BrandStore, rows: readonly auditRows.AuditRow[]): Promise<Map<string, string>> =>
  keyRows.namesOf(brand, [...new Set(rows.flatMap(({ actor_kind, actor_id }) => (actor_kind === 'key' && actor_id !== null ? [actor_id] : [])))]);

/** Whom "who" means: people by a part of their name or address, else an id or a kind of actor as it stands. */
function actorsOf(who: string | undefined, agents: readonly agentRows.AgentRow[]): string[] | undefined {
  if (who === undefined) return undefined;
  const text = who.toLowerCase();
  return [who, ...agents.filter((agent) => agent.name.toLowerCase().includes(text) || agent.email_key.includes(text)).map((agent) => agent.id)];
}

export function auditRoutes(app: App, parts: Parts): void {
  const { store, problems } = parts;

  const mayRead = ({ actor }: FastifyRequest): boolean => may(actor, 'see_audit');
  const missing = deny('capability.missing', null, { capability: 'see_audit' });

  app.get('/api/v1/audit', { config: { door: 'workspace', scope: 'audit:read' }, schema: { summary: 'The audit trail, the newest first', querystring: Filter, answers: { 200: AuditPage } } }, async (request, reply) => {
    if (!mayRead(request)) return problems.refuseActor(request, reply, missing);
    const { who, what, entity, from, to, before, after, cursor } = request.query;
    const faults = (['from', 'to'] as const)
      .filter((name) => request.query[name] !== undefined && timeOf(request.query[name]) === undefined)
      .map((name) => ({ path: name, code: 'time.invalid', message: `${name} must be a day such as 2026-11-23 or a time such as 2026-11-23T08:00:00Z.` }));
    if (faults.length > 0) return problems.invalid(reply, faults);
    const rows = store.brand(request.brand.id);
    const agents = await agentRows.all(rows);
    const names = new Map(agents.map((agent) => [agent.id, agent.name]));
    const asked = { actors: actorsOf(who, agents), event: what?.split(','), entity, from: timeOf(from), to: timeOf(to), before: cursor === undefined ? undefined : Number(cursor), beforeHas: before, afterHas: after };
    const found = await search(rows, asked, PAGE);
    for (const [id, name] of await keyNames(rows, found.rows)) names.set(id, name);
    const shown = found.rows.map((row) => show(row, names));
    const [head, signed] = await Promise.all([auditRows.last(rows), headRows.latest(store.system, request.brand.id)]);
    return reply.send({
      rows: shown,
      next: found.next === null ? null : String(found.next),
      chain: { length: head?.seq ?? 0, head: head?.hash ?? null, signedAt: signed === undefined ? null : new Date(signed.at).toISOString(), signedSeq: signed?.seq ?? null },
    });
  });

  app.get('/api/v1/audit/:id', { config: { door: 'workspace', scope: 'audit:read' }, schema: { summary: 'One row: why something was refused, or what changed', params: Id, answers: { 200: AuditRow } } }, async (request, reply) => {
    if (!mayRead(request)) return problems.refuseActor(request, reply, missing);
    const rows = store.brand(request.brand.id);
    const { id } = request.params;
    const row = await auditRows.byId(rows, id);
    if (row === undefined) {
      return send(reply, problemOf(404, 'audit.not_found', 'No row has this id. A flood of refusals is folded into one row that appears when its minute is over.', newId('req')));
    }
    const names = new Map([...(await agentRows.namesById(rows)), ...(await keyNames(rows, [row]))]);
    const shown = show(row, names);
    const origin = shown.facts['origin'] as { setBy?: string } | undefined;
    const setting = shown.facts['setting'];
    const known = typeof setting === 'string' && Object.hasOwn(catalogue, setting);
    return reply.send({ ...shown, setting: known ? { key: setting, label: catalogue[setting as Key].label, origin: origin === undefined ? null : { ...origin, setByName: names.get(origin.setBy ?? '') ?? null } } : null });
  });
}

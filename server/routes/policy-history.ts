// The versions of the policy over HTTP: the list, how one differs from another, going back to one; and the change that is on trial.
import { setImmediate as turn } from 'node:timers/promises';
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKey } from '#policy/catalogue.ts';
import { deny, sentenceOf } from '#policy/decision.ts';
import { differences, readKeptChanges } from '#policy/history.ts';
import * as channelRows from '#store/channels.ts';
import * as trialRows from '#store/policy-trials.ts';
import * as versionRows from '#store/policy-versions.ts';
import type { BrandStore } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { onceEach } from '#server/draft-policy.ts';
import type { Parts } from '#server/parts.ts';
import { judgeRestore, restore, restoring, shownChanges, stateOf } from '#server/policy-history.ts';
import { limitOf } from '#server/policy-returns.ts';
import { confirmTrial, undoTrial } from '#server/policy-trials.ts';
import { previewSessions } from '#server/policy-preview.ts';
import { MANNER, mannerFaults } from '#server/routes/policy-manner.ts';
import { namesOf, settingsDesk } from '#server/settings-desk.ts';
import { previewShutOut } from '#server/shut-out-preview.ts';
import { chatsClosing } from '#server/site-preview.ts';
import { touchedNow } from '#server/touched-now.ts';

const PAGE = 50;
const VERSION = { pattern: '^[0-9]{1,12}$' };
const Version = Type.Object({ version: Type.String(VERSION) });
const Before = Type.Object({ before: Type.Optional(Type.String(VERSION)) }, { additionalProperties: false });
const With = Type.Object({ with: Type.Optional(Type.String(VERSION)) }, { additionalProperties: false });
const Going = Type.Object(MANNER, { additionalProperties: false });
const Trial = Type.Object({ id: Type.String({ maxLength: 60 }) }, { additionalProperties: false });
const UNKNOWN = deny('policy.version_unknown', null, {});
const config = { door: 'workspace', capability: 'manage_settings' } as const;

/** Who approved it, where somebody had to. */
const approvalsOf = (text: string | null, names: ReadonlyMap<string, string>) =>
  (text === null ? [] : (JSON.parse(text) as { by: string; at: number }[])).map(({ by, at }) => ({ by: { id: by, name: names.get(by) ?? by }, at }));

export function policyHistoryRoutes(app: App, parts: Parts): void {
  const { problems, store, now } = parts;
  const { refuse, stepUp, baseOf, notKept, waits } = settingsDesk(parts);
  const channelNames = async (rows: BrandStore): Promise<ReadonlyMap<string, string>> => new Map((await channelRows.all(rows)).map((row) => [row.id, row.name]));

  app.get('/api/v1/policy/versions', { config, schema: { querystring: Before } }, async ({ brand, query }) => {
    const rows = store.brand(brand.id);
    const found = await versionRows.heads(rows, PAGE + 1, query.before === undefined ? undefined : Number(query.before));
    const page = found.slice(0, PAGE);
    const [names, channels, trials] = await Promise.all([namesOf(rows), channelNames(rows), trialRows.ofVersions(rows, page.map(({ version }) => version))]);
    const versions = [];
    for (const { version, at, author, reason, approvals } of page) {
      // One after the other, and others are answered between.
      const changes = readKeptChanges(await versionRows.diffOf(rows, version));
      await turn();
      const trial = trials.get(version);
      versions.push({
        version, at, reason, approvals: approvalsOf(approvals, names), author: author === null ? null : { id: author, name: names.get(author) ?? author },
        /** Null: made by a version of the program that did not say it whole. */
        changes: changes === null ? null : shownChanges(changes, channels),
        trial: trial === undefined ? null : { state: trial.state, until: trial.until, endedAt: trial.ended_at, endedBy: trial.ended_by === null ? null : (names.get(trial.ended_by) ?? trial.ended_by) },
      });
    }
    return { versions, present: brand.policy.version, next: found.length > PAGE ? page.at(-1)?.version ?? null : null };
  });

  app.get('/api/v1/policy/versions/:version', { config, schema: { params: Version, querystring: With } }, async (request, reply) => {
    const rows = store.brand(request.brand.id);
    const [one, other] = [Number(request.params.version), request.query.with === undefined ? request.brand.policy.version : Number(request.query.with)];
    const known = await Promise.all([one, other].map(async (version) => version === request.brand.policy.version || version === 0 || (await versionRows.byVersion(rows, version)) !== undefined));
    const [from, to] = known.includes(false) ? [null, null] : await Promise.all([stateOf(rows, one), stateOf(rows, other)]);
    if (from === null || to === null) return refuse(request, reply, UNKNOWN);
    return reply.send({ from: one, to: other, changes: shownChanges(differences(from, to), await channelNames(rows)) });
  });

  app.post('/api/v1/policy/versions/:version/restore/check', { config, schema: { params: Version } }, async (request, reply) => {
    const { brand, session, client } = request;
    const rows = store.brand(brand.id);
    const going = await restoring(rows, Number(request.params.version), { session, client }, now());
    if (going.kind === 'unknown') return refuse(request, reply, UNKNOWN);
    if (going.kind === 'invalid') return reply.send({ faults: going.faults, warnings: [], changed: [], sessionsEnding: 0, sessionsAskedForCode: 0, sessionsHeldBack: 0, chatsClosing: 0, mayShutOut: false });
    const { policy, changes, channelPolicy } = going;
    const denial = await judgeRestore(rows, going, { session: { ...session, usedFactor: true }, client }, now());
    const draft = { current: brand.savedIn, next: onceEach(policy, channelPolicy), changed: [...new Set(changes.map(({ key }) => key).filter(isKey))] };
    const [touched, closing, shutOut, names, touchesNow] = await Promise.all([
      previewSessions(parts, brand.id, brand.policy, policy, session.id), chatsClosing(rows, now(), draft.current, draft.next),
      previewShutOut(parts, brand.id, session.person.id, brand.policy, policy), channelNames(rows), touchedNow(rows, draft, now()),
    ]);
    const refusal = denial === null ? [] : [{ key: denial.setting, code: denial.code, message: sentenceOf(denial) }];
    const changed = shownChanges(changes, names).map(({ channel, key, beforeText, afterText }) => ({ key, ...(channel === null ? {} : { channelName: channel.name }), beforeText, afterText }));
    return reply.send({ faults: [], warnings: refusal, refused: denial !== null, changed, sessionsEnding: touched.ending, sessionsAskedForCode: touched.askedForCode, sessionsHeldBack: touched.heldBack, chatsClosing: closing, shutOut, touchesNow });
  });

  app.post('/api/v1/policy/versions/:version/restore', { config, schema: { params: Version, body: Going } }, async (request, reply) => {
    const { brand, session, client, body } = request;
    const faults = mannerFaults(body);
    if (faults.length > 0) return problems.invalid(reply, faults);
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    const base = baseOf(request);
    if (typeof base !== 'number') return refuse(request, reply, base);
    const rows = store.brand(brand.id);
    const going = await restoring(rows, Number(request.params.version), { session, client }, now());
    if (going.kind === 'unknown') return refuse(request, reply, UNKNOWN);
    if (going.kind === 'invalid') return problems.invalid(reply, going.faults);
    const refusal = await judgeRestore(rows, going, { session, client }, now());
    if (refusal !== null) return refuse(request, reply, refusal);
    const kept = going.changes.length === 0 ? 'saved' : await restore(parts, brand, Number(request.params.version), going, base, { session, client }, body);
    if (kept === 'proposed') return waits(request, reply);
    if (kept !== 'saved') return refuse(request, reply, notKept(request, kept));
    return reply.header('etag', `"v${brand.policy.version}"`).send({ version: brand.policy.version });
  });

  async function shownTrial(request: FastifyRequest) {
    const rows = store.brand(request.brand.id);
    const row = await trialRows.waiting(rows);
    if (row === undefined) return { trial: null, serverTime: now() };
    const [names, channels] = await Promise.all([namesOf(rows), channelNames(rows)]);
    const began = row.began_by === null ? null : (names.get(row.began_by) ?? row.began_by);
    return { trial: { id: row.id, version: row.version, beganAt: row.began_at, beganBy: began, until: row.until, limit: limitOf(row), stays: row.stays === 1, changes: shownChanges(readKeptChanges(row.undo) ?? [], channels) }, serverTime: now() };
  }

  async function ending(request: FastifyRequest, reply: FastifyReply, id: string, end: typeof confirmTrial): Promise<FastifyReply> {
    const denial = (await stepUp(request)) ?? (await end(parts, request.brand, id, { session: request.session, client: request.client }));
    if (denial !== null) return refuse(request, reply, denial);
    return reply.header('etag', `"v${request.brand.policy.version}"`).send({ version: request.brand.policy.version });
  }

  app.get('/api/v1/policy/trial', { config }, (request) => shownTrial(request));
  app.post('/api/v1/policy/trial/confirm', { config, schema: { body: Trial } }, (request, reply) => ending(request, reply, request.body.id, confirmTrial));
  app.post('/api/v1/policy/trial/undo', { config, schema: { body: Trial } }, (request, reply) => ending(request, reply, request.body.id, undoTrial));
}

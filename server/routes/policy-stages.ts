// The change on stage over HTTP: what it is and what it changed so far, beginning it, whom it holds for, enforcing it and taking it back.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { labelOf } from '#policy/catalogue.ts';
import { type DenialCode, denials, deny } from '#policy/decision.ts';
import type { KeptChange } from '#policy/history.ts';
import { placeOf } from '#policy/history.ts';
import { isQuestion, questions } from '#policy/questions.ts';
import { stageApplies } from '#policy/stage.ts';
import type { StageFigures } from '#policy/stage-figures.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as stageRows from '#store/policy-stages.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';
import type { App } from '#server/app.ts';
import type { RunningStage } from '#server/brands.ts';
import type { Parts } from '#server/parts.ts';
import { shownChanges } from '#server/policy-history.ts';
import { metOutside } from '#server/policy-outside.ts';
import { limitOf } from '#server/policy-returns.ts';
import { beginStage, enforceStage, figuresSince, OVER, type Staged, takeStageBack, widenStage } from '#server/policy-stages.ts';
import { LIMIT, MANNER, mannerFaults } from '#server/routes/policy-manner.ts';
import { namesOf, settingsDesk } from '#server/settings-desk.ts';

const MOST_KEYS = 200;
const BODY_LIMIT = 32 * 1024 * 1024;
/** As long as the journal reaches back. */
const MOST_DAYS = 30;
const Id = Type.String({ maxLength: 100 });
const HOLDING = {
  kind: Type.Union([Type.Literal('report'), Type.Literal('share'), Type.Literal('team'), Type.Literal('channel')]),
  /** Whole percent of people. */
  share: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
  team: Type.Optional(Id),
  /** The channel it holds in. */
  in: Type.Optional(Id),
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_DAYS })),
  limit: Type.Optional(LIMIT),
};
const Beginning = Type.Object({
  /** Whose values are staged; null: the module's. */
  channel: Type.Optional(Type.Union([Id, Type.Null()])),
  settings: Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), { maxProperties: MOST_KEYS }), reason: MANNER.reason, ...HOLDING,
}, { additionalProperties: false });
const Widening = Type.Object({ id: Id, ...HOLDING }, { additionalProperties: false });
const Enforcing = Type.Object({ id: Id, ...MANNER }, { additionalProperties: false });
const Which = Type.Object({ id: Id }, { additionalProperties: false });
const config = { door: 'workspace', capability: 'manage_settings' } as const;
const USUAL_DAYS = 7;
const MOST_DIFFERENCES = 20;

const titleOf = (code: string | null): string | null => (code === null ? null : (denials[code as DenialCode]?.title ?? code));

function shownFigures({ differences, ...sums }: StageFigures) {
  return { ...sums, differences: differences.slice(0, MOST_DIFFERENCES).map((one) => ({ ...one, did: isQuestion(one.question) ? questions[one.question].did : one.question, wasTitle: titleOf(one.was), becomesTitle: titleOf(one.becomes) })) };
}

export function policyStageRoutes(app: App, parts: Parts): void {
  const { problems, store, now, journal } = parts;
  const { refuse, stepUp, baseOf, notKept, waits } = settingsDesk(parts);

  async function changesOf(rows: BrandStore, { draft: { channel, settings } }: RunningStage) {
    const [stored, channels] = [await settingRows.kept(rows), new Map((await channelRows.all(rows)).map((one) => [one.id, one.name]))];
    const changes = Object.entries(settings).map(([key, value]): KeptChange => {
      const before = stored.get(placeOf(channel, key)) ?? null;
      return { channel, key, before, after: value === null ? null : { value, locked: before?.locked ?? false, setBy: null, setAt: 0 } };
    });
    return shownChanges(changes, channels);
  }

  /** How many of those who work here it holds for; null where it is not by person. */
  async function peopleOf(rows: BrandStore, stage: RunningStage) {
    if (stage.kind === 'report' || stage.kind === 'channel') return null;
    const people = (await agentRows.all(rows)).filter((one) => one.deactivated_at === null);
    return { within: people.filter(({ id }) => stageApplies(stage, id)).length, of: people.length };
  }

  async function shown({ brand, session }: FastifyRequest) {
    const { stage } = brand;
    if (stage === null) return null;
    const rows = store.brand(brand.id);
    const { row } = stage;
    const [names, team, channel] = await Promise.all([namesOf(rows), row.team_id === null ? undefined : teamRows.byId(rows, row.team_id), row.channel_id === null ? undefined : channelRows.byId(rows, row.channel_id)]);
    return {
      id: row.id, kind: row.kind, share: row.share, reason: row.reason, beganAt: row.began_at, beganBy: row.began_by === null ? null : (names.get(row.began_by) ?? row.began_by), until: row.until,
      team: row.team_id === null ? null : { id: row.team_id, name: team?.name ?? null }, in: row.channel_id === null ? null : { id: row.channel_id, name: channel?.name ?? null },
      limit: limitOf(row), changes: await changesOf(rows, stage), draft: stage.draft, people: await peopleOf(rows, stage), you: stageApplies(stage, session.person.id), figures: shownFigures(await figuresSince(rows, row.id, row.began_at)),
      // Whoever was told was told in no new version: it is read as it lies there.
      outside: row.kind === 'report' ? null : { ...(await metOutside(rows, row)), since: row.phase_at, told: (await stageRows.running(rows))?.told_at != null },
    };
  }

  /** The one that ended last, for whoever wonders where it is. */
  async function shownLast(rows: BrandStore) {
    const row = await stageRows.latestEnded(rows);
    if (row === undefined) return null;
    const names = await namesOf(rows);
    const labels = Object.keys((JSON.parse(row.draft) as { settings: object }).settings).map(labelOf);
    return { id: row.id, state: row.state, endedAt: row.ended_at, endedBy: row.ended_by === null ? null : (names.get(row.ended_by) ?? row.ended_by), labels, figures: row.figures === null ? null : shownFigures(JSON.parse(row.figures) as StageFigures) };
  }

  app.get('/api/v1/policy/stage', { config }, async (request) => {
    // What was decided a moment ago counts too, on this node.
    if (request.brand.stage !== null) await journal.flush();
    const rows = store.brand(request.brand.id);
    const [teams, channels] = await Promise.all([teamRows.all(rows), channelRows.all(rows)]);
    const named = ({ id, name }: { id: string; name: string }) => ({ id, name });
    // What it may be made to hold for stands beside it: whoever may change settings need not be one who may read teams.
    return { stage: await shown(request), last: await shownLast(rows), teams: teams.map(named), channels: channels.map(named), serverTime: now() };
  });

  function answer(request: FastifyRequest, reply: FastifyReply, staged: Staged): FastifyReply | Promise<FastifyReply> {
    switch (staged.kind) {
      case 'invalid':
        return problems.invalid(reply, staged.faults);
      case 'denied':
        return refuse(request, reply, staged.denial);
      case 'running':
        return refuse(request, reply, deny('policy.stage_running', null, {}));
      case 'over':
        return refuse(request, reply, OVER);
      case 'stale':
      case 'on_trial':
      case 'many':
        return refuse(request, reply, notKept(request, staged.kind));
      case 'proposed':
        return waits(request, reply);
      case 'done':
      case 'unchanged':
        return reply.header('etag', `"v${request.brand.policy.version}"`).send({ version: request.brand.policy.version });
    }
  }

  app.post('/api/v1/policy/stage', { config, bodyLimit: BODY_LIMIT, schema: { body: Beginning } }, async (request, reply) => {
    const { brand, session, client, body: { channel = null, days = USUAL_DAYS, ...rest } } = request;
    const faults = mannerFaults(rest);
    if (faults.length > 0) return problems.invalid(reply, faults);
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    const base = baseOf(request);
    if (typeof base !== 'number') return refuse(request, reply, base);
    return answer(request, reply, await beginStage(parts, brand, { ...rest, channel, days }, base, { session, client }));
  });

  app.post('/api/v1/policy/stage/widen', { config, schema: { body: Widening } }, async (request, reply) => {
    const { brand, session, client, body: { id, days = USUAL_DAYS, ...to } } = request;
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    return answer(request, reply, await widenStage(parts, brand, id, { ...to, days }, { session, client }));
  });

  app.post('/api/v1/policy/stage/enforce', { config, schema: { body: Enforcing } }, async (request, reply) => {
    const { brand, session, client, body: { id, ...manner } } = request;
    const faults = mannerFaults(manner);
    if (faults.length > 0) return problems.invalid(reply, faults);
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    await journal.flush();
    return answer(request, reply, await enforceStage(parts, brand, id, { session, client }, manner));
  });

  app.post('/api/v1/policy/stage/take-back', { config, schema: { body: Which } }, async (request, reply) => {
    const { brand, session, client, body: { id } } = request;
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    await journal.flush();
    return answer(request, reply, await takeStageBack(parts, brand, id, { session, client }));
  });
}

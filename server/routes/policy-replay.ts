// The replay of a draft over HTTP: one line of JSON a step, so that the page can show how far it is; closing the request stops it.
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { deny } from '#policy/decision.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PolicyFor } from '#policy/replay.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as channelRows from '#store/channels.ts';
import type { BrandStore } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { proposeForChannel } from '#server/channel-policy-save.ts';
import { draftPolicy } from '#server/draft-policy.ts';
import type { Parts } from '#server/parts.ts';
import { type ReplayStep, replayJournal } from '#server/policy-replay.ts';
import { propose } from '#server/policy-save.ts';
import { openBrandTurns } from '#server/brand-turns.ts';
import { OVER } from '#server/policy-stages.ts';
import { MISSING_CHANNEL } from '#server/routes/channels.ts';
import { namesOf, settingsDesk } from '#server/settings-desk.ts';

const MOST_KEYS = 200;
const BUSY = deny('request.rate_limited', null, { retryAfterSeconds: 5 });
const BODY_LIMIT = 32 * 1024 * 1024;
const Draft = Type.Object({ settings: Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), { maxProperties: MOST_KEYS }) }, { additionalProperties: false });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const config = { door: 'workspace', capability: 'manage_settings' } as const;

/** With the names of people, keys and channels, for whoever reads. */
async function* named(rows: BrandStore, steps: AsyncGenerator<ReplayStep, void, void>): AsyncGenerator<string, void, void> {
  for await (const step of steps) {
    if (step.step === 'progress') {
      yield `${JSON.stringify(step)}\n`;
      continue;
    }
    const ofKeys = step.result.examples.flatMap(({ subject: { kind, id } }) => (kind === 'key' && id !== null ? [id] : []));
    const [people, keys, channels] = await Promise.all([namesOf(rows), apiKeyRows.namesOf(rows, [...new Set(ofKeys)]), channelRows.all(rows)]);
    const names = new Map([...people, ...keys]);
    const places = new Map(channels.map(({ id, name }) => [id, name]));
    const examples = step.result.examples.map((one) => ({
      ...one, subject: { ...one.subject, name: one.subject.id === null ? null : (names.get(one.subject.id) ?? null) }, channelName: one.channel === null ? null : (places.get(one.channel) ?? null),
    }));
    yield `${JSON.stringify({ step: 'done', result: { ...step.result, examples } })}\n`;
  }
}

export function policyReplayRoutes(app: App, parts: Parts): void {
  const { problems, store, now, journal } = parts;
  const { refuse } = settingsDesk(parts);

  const turns = openBrandTurns();

  async function answer(request: FastifyRequest, reply: FastifyReply, current: PolicyFor, draft: PolicyFor, from = 0): Promise<FastifyReply> {
    const { brand } = request;
    const turn = turns.take(brand.id);
    if (turn === null) return refuse(request, reply, BUSY);
    // Ended with the answer, also where nobody reads it to its end.
    reply.raw.once('close', turn.end);
    const rows = store.brand(brand.id);
    // What was decided a moment ago counts too.
    if (!(await turn.begins)) return reply;
    await journal.flush();
    return reply.header('content-type', 'application/x-ndjson').header('cache-control', 'no-store').send(Readable.from(named(rows, replayJournal(rows, current, draft, now(), { from, staged: brand.stage === null ? undefined : brand.compared?.after }))));
  }

  app.post('/api/v1/policy/replay', { config, bodyLimit: BODY_LIMIT, schema: { body: Draft } }, async (request, reply) => {
    const { brand, body } = request;
    const rows = store.brand(brand.id);
    const proposal = await propose(store, brand, body.settings);
    if (!proposal.ok) return problems.invalid(reply, proposal.faults);
    return answer(request, reply, brand.savedIn, await draftPolicy(rows, proposal));
  });

  /** What is on stage, over what was decided since it began. */
  app.post('/api/v1/policy/stage/replay', { config, schema: { body: Type.Object({ settings: Type.Optional(Type.Object({}, { additionalProperties: false })) }, { additionalProperties: false }) } }, (request, reply) => {
    const { stage, compared } = request.brand;
    if (stage === null || compared === null) return refuse(request, reply, OVER);
    return answer(request, reply, compared.before, compared.after, stage.row.from_version);
  });

  app.post('/api/v1/channels/:id/policy/replay', { config, bodyLimit: BODY_LIMIT, schema: { params: Id, body: Draft } }, async (request, reply) => {
    const { brand, params, body } = request;
    const rows = store.brand(brand.id);
    if ((await channelRows.byId(rows, params.id)) === undefined) return refuse(request, reply, MISSING_CHANNEL);
    const proposal = await proposeForChannel(rows, params.id, body.settings);
    if (!proposal.ok) return problems.invalid(reply, proposal.faults);
    const { savedIn } = brand;
    return answer(request, reply, savedIn, (channel) => (channel === params.id ? proposal.policy : savedIn(channel)));
  });
}

// Why: what decides a question under the settings as they stand or as a draft would have them, or decided a refusal of before; and what would have to change.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import * as auditRows from '#store/audit-rows.ts';
import { Explained } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import { gather } from '#server/explain-gathering.ts';
import type { ExplainAnswer } from '#server/explain-work.ts';
import { refusalOf } from '#server/explaining.ts';
import type { Parts } from '#server/parts.ts';

const Name = Type.String({ maxLength: 200 });
const Which = Type.Object({ refusal: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false });
const Patch = Type.Record(Name, Type.Unknown(), { maxProperties: 200 });
const Question = Type.Object({
  question: Type.String({ maxLength: 60 }), channel: Type.Optional(Name), facts: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Unknown(), { maxProperties: 40 })),
  draft: Type.Optional(Type.Object({ settings: Patch, channel: Type.Optional(Name) }, { additionalProperties: false })),
}, { additionalProperties: false });
const config = { door: 'workspace', capability: 'manage_settings', scope: 'policy:read' } as const;
const BODY_LIMIT = 32 * 1024 * 1024;
const BUSY = deny('request.rate_limited', null, { retryAfterSeconds: 5 });
const MISSING = deny('channel.missing', null, {});

export function policyExplainRoutes(app: App, parts: Parts): void {
  const { store, problems, explainers, now } = parts;

  function tell(request: FastifyRequest, reply: FastifyReply, answer: ExplainAnswer | 'busy'): FastifyReply | Promise<FastifyReply> {
    if (answer === 'busy') return problems.refuseActor(request, reply, BUSY);
    if (answer === 'channel.missing') return problems.refuseActor(request, reply, MISSING);
    return 'faults' in answer ? problems.invalid(reply, answer.faults) : reply.send(answer.explained);
  }

  app.get('/api/v1/policy/explain', { config, schema: { summary: 'Why something was refused, by the id of the refusal, and what would be decided now', querystring: Which, answers: { 200: Explained } } }, async (request, reply) => {
    const { brand, query } = request;
    const rows = store.brand(brand.id);
    const refusal = refusalOf(await auditRows.byId(rows, query.refusal.trim()));
    if (refusal === null) return problems.invalid(reply, [{ path: 'refusal', code: 'refusal.unknown', message: 'No refusal has this reference: copy it whole. Of a flood only the first ones are rows; the others are one row together, once their minute is over.' }]);
    return tell(request, reply, await explainers.explain(brand.id, rows, async () => ({ gathered: await gather(rows, brand.policy.version), refusal })));
  });

  app.post('/api/v1/policy/explain', { config, bodyLimit: BODY_LIMIT, schema: { summary: 'What would be decided, by which setting, and what would have to change', body: Question, answers: { 200: Explained } } }, async (request, reply) => {
    const { brand, body } = request;
    const rows = store.brand(brand.id);
    return tell(request, reply, await explainers.explain(brand.id, rows, async () => ({ gathered: await gather(rows, brand.policy.version), asked: body, at: now() })));
  });
}

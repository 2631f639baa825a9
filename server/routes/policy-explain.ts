// Why: what decides a question under the settings as they stand, or decided a refusal of before, and who set that setting when.
import { Type } from 'typebox';
import { catalogue, isKey } from '#policy/catalogue.ts';
import { type DenialCode, denials, deny, sentenceOf } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import { fault, isRecord, shown } from '#policy/fault.ts';
import type { Kind } from '#policy/kind.ts';
import { factFaults } from '#policy/policy-file-tests.ts';
import { askAgain, isQuestion, questions, withUsual } from '#policy/questions.ts';
import * as agentRows from '#store/agents.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as channelRows from '#store/channels.ts';
import { Explained } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import type { Brand } from '#server/brands.ts';
import type { Parts } from '#server/parts.ts';

const Which = Type.Object({ refusal: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false });
const Asked = Type.Object({ question: Type.String({ maxLength: 60 }), channel: Type.Optional(Type.String({ maxLength: 60 })), facts: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Unknown(), { maxProperties: 40 })) }, { additionalProperties: false });
const config = { door: 'workspace', capability: 'manage_settings', scope: 'policy:read' } as const;
const MISSING = deny('channel.missing', null, {});

export function policyExplainRoutes(app: App, parts: Parts): void {
  const { store, problems } = parts;

  /** The setting that decided, as it stands now. */
  async function settingOf(brand: Brand, policy: Policy, key: unknown) {
    if (typeof key !== 'string' || !isKey(key)) return null;
    const { from, locked, setBy, setAt } = policy.origins[key];
    const names = await agentRows.namesById(store.brand(brand.id));
    const origin = { from, locked, setBy: setBy ?? null, setByName: setBy === undefined ? null : (names.get(setBy) ?? null), setAt: setAt ?? null };
    return { key, label: catalogue[key].label, value: (catalogue[key].kind as Kind<unknown>).print(policy.values[key]), origin };
  }

  app.get('/api/v1/policy/explain', { config, schema: { summary: 'Why something was refused, by the id of the refusal', querystring: Which, answers: { 200: Explained } } }, async (request, reply) => {
    const { brand, query } = request;
    const rows = store.brand(brand.id);
    const row = await auditRows.byId(rows, query.refusal);
    const { facts } = row?.event === 'request.refused' ? (JSON.parse(row.detail) as { facts?: unknown }) : {};
    const code = isRecord(facts) ? facts['code'] : undefined;
    if (!isRecord(facts) || typeof code !== 'string' || !Object.hasOwn(denials, code)) {
      return problems.invalid(reply, [fault('refusal', 'refusal.unknown', 'The refusal', 'be the id of one in the audit trail; a flood is folded into one row when its minute is over', 'another')]);
    }
    const channel = facts['channel'];
    const policy = typeof channel === 'string' && (await channelRows.byId(rows, channel)) !== undefined ? brand.policyIn(channel) : brand.policy;
    const sentence = sentenceOf({ allowed: false, code: code as DenialCode, setting: null, facts });
    return reply.send({ allowed: false, code, sentence, setting: await settingOf(brand, policy, facts['setting']) });
  });

  app.post('/api/v1/policy/explain', { config, schema: { summary: 'What would be decided, and by which setting', body: Asked, answers: { 200: Explained } } }, async (request, reply) => {
    const { brand, body } = request;
    const { question, channel, facts = {} } = body;
    if (!isQuestion(question)) return problems.invalid(reply, [fault('question', 'question.unknown', 'The question', `be one of ${Object.keys(questions).join(', ')}`, shown(question))]);
    const faults = factFaults(question, facts, 'facts');
    if (faults.length > 0) return problems.invalid(reply, faults);
    if (channel !== undefined && (await channelRows.byId(store.brand(brand.id), channel)) === undefined) return problems.refuseActor(request, reply, MISSING);
    const policy = channel === undefined ? brand.policy : brand.policyIn(channel);
    const decision = askAgain(question, policy, withUsual(question, facts));
    if (decision.allowed) return reply.send({ allowed: true, code: null, sentence: 'Allowed.', setting: null });
    return reply.send({ allowed: false, code: decision.code, sentence: sentenceOf(decision), setting: await settingOf(brand, policy, decision.setting) });
  });
}

// The settings over HTTP: read, check a draft, save it, and their JSON Schema.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catalogue, type Key, keys, tabs } from '#policy/catalogue.ts';
import { type Decision, deny, sentenceOf } from '#policy/decision.ts';
import { decidePolicyByKey } from '#policy/decide/policy-by-key.ts';
import { notEnforced } from '#policy/not-enforced.ts';
import { policySchema } from '#policy/schema.ts';
import { duePreview } from '#inbox/retention.ts';
import * as agentRows from '#store/agents.ts';
import { JsonSchema, PolicyAnswer } from '#server/api/representations.ts';
import type { App } from '#server/app.ts';
import { insideList, judgeStepUp } from '#server/doors/workspace.ts';
import { draftPolicy } from '#server/draft-policy.ts';
import type { Parts } from '#server/parts.ts';
import { previewSessions } from '#server/policy-preview.ts';
import { judgeProposal, propose, savePolicy } from '#server/policy-save.ts';
import { MANNER, mannerFaults } from '#server/routes/policy-manner.ts';
import { settingsDesk } from '#server/settings-desk.ts';
import { previewShutOut } from '#server/shut-out-preview.ts';
import { chatsClosing } from '#server/site-preview.ts';
import { touchedNow } from '#server/touched-now.ts';

/** Some more keys than there are settings: each unknown one is compared with all of them, so a million would hold everybody up. */
const MOST_KEYS = 200;
const Draft = Type.Object({ settings: Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), { maxProperties: MOST_KEYS }) }, { additionalProperties: false });
/** 100,000 white-list entries with notes fit. */
const BODY_LIMIT = 32 * 1024 * 1024;
const Saving = Type.Object({ ...Draft.properties, ...MANNER }, { additionalProperties: false });
const ETAG = /^"v(\d{1,12})"$/;

export function policyRoutes(app: App, parts: Parts): void {
  const { problems, store } = parts;

  const { refuse, notKept, waits } = settingsDesk(parts);

  async function steppedUp({ session, brand, client }: FastifyRequest): Promise<Decision> {
    const judged = judgeStepUp(session, brand, client, parts.now());
    if (judged.allowed) return judged;
    // The code may have been given at another node.
    await parts.sessions.refresh(session);
    return judgeStepUp(session, brand, client, parts.now());
  }

  async function answerPolicy(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { brand, client } = request;
    const { policy } = brand;
    const names = await agentRows.namesById(store.brand(brand.id));
    const settings = Object.fromEntries(
      keys.map((key) => {
        const origin = policy.origins[key];
        const until = notEnforced[key];
        return [
          key,
          {
            value: policy.values[key],
            default: catalogue[key].default,
            origin: { from: origin.from, locked: origin.locked, setBy: origin.setBy ?? null, setByName: origin.setBy === undefined ? null : (names.get(origin.setBy) ?? null), setAt: origin.setAt ?? null },
            enforced: until === undefined,
            ...(until === undefined ? {} : { notEnforcedUntil: until }),
          },
        ];
      }),
    );
    return reply.header('etag', `"v${policy.version}"`).send({ version: policy.version, tabs, settings, address: client.text, insideList: insideList(policy, client) });
  }

  app.get('/api/v1/policy', { config: { door: 'workspace', capability: 'manage_settings', scope: 'policy:read' }, schema: { summary: 'The settings, each with its origin', answers: { 200: PolicyAnswer } } }, answerPolicy);

  app.get('/api/v1/policy/schema', { config: { door: 'workspace', scope: 'policy:read' }, schema: { summary: 'JSON Schema of the settings', answers: { 200: JsonSchema } } }, () => policySchema());

  app.post('/api/v1/policy/check', { config: { door: 'workspace', capability: 'manage_settings' }, bodyLimit: BODY_LIMIT, schema: { body: Draft } }, async (request, reply) => {
    const { brand, session, client } = request;
    const proposal = await propose(store, brand, request.body.settings);
    if (!proposal.ok) return reply.send({ faults: proposal.faults, warnings: [], sessionsEnding: 0, sessionsAskedForCode: 0, sessionsHeldBack: 0, conversationsDue: 0, changed: [] });
    // Saving needs a fresh factor, so the check judges as if it had been given.
    const stepped = { ...session, usedFactor: true };
    const denial = await judgeProposal(store, brand, proposal, { session: stepped, client }, parts.now());
    const touched = await previewSessions(parts, brand.id, brand.policy, proposal.policy, session.id);
    const rows = store.brand(brand.id);
    const [current, next] = [brand.savedIn, await draftPolicy(rows, proposal)];
    const closing = await chatsClosing(rows, parts.now(), current, next);
    const touchesNow = await touchedNow(rows, { current, next, changed: proposal.changed.map(({ key }) => key) }, parts.now());
    const shutOut = await previewShutOut(parts, brand.id, session.person.id, brand.policy, proposal.policy);
    const conversationsDue = await duePreview(parts, brand.id, brand.policy, proposal.policy);
    const changed = proposal.changed.map((change) => {
      const { kind } = catalogue[change.key as Key];
      const say = kind.print as (value: unknown) => string;
      return { ...change, beforeText: say(change.before), afterText: say(change.after) };
    });
    const refusal = denial === null ? [] : [{ key: denial.setting, code: denial.code, message: sentenceOf(denial) }];
    return reply.send({ faults: [], warnings: [...refusal, ...proposal.warnings], refused: denial !== null, sessionsEnding: touched.ending, sessionsAskedForCode: touched.askedForCode, sessionsHeldBack: touched.heldBack, chatsClosing: closing, conversationsDue, shutOut, touchesNow, changed });
  });

  app.patch('/api/v1/policy', { config: { door: 'workspace', capability: 'manage_settings', scope: 'policy:write' }, bodyLimit: BODY_LIMIT, schema: { summary: 'Change settings, on top of the version they were read with', body: Saving, answers: { 200: PolicyAnswer } } }, async (request, reply) => {
    const { actor, brand, session, client } = request;
    const { settings, ...manner } = request.body;
    const faults = mannerFaults(manner);
    if (faults.length > 0) return problems.invalid(reply, faults);
    const byProgram = actor.kind === 'key';
    const may = byProgram ? decidePolicyByKey({ named: Object.keys(settings) }) : await steppedUp(request);
    if (!may.allowed) return refuse(request, reply, may);
    const base = ETAG.exec(request.headers['if-match'] ?? '');
    if (base === null) return refuse(request, reply, deny('policy.version_missing', null, {}));
    const saved = await savePolicy(parts, brand, settings, Number(base[1]), byProgram ? { program: actor, client } : { session, client }, manner);
    switch (saved.kind) {
      case 'invalid':
        return problems.invalid(reply, saved.faults);
      case 'denied':
        return refuse(request, reply, saved.denial);
      case 'proposed':
        return waits(request, reply);
      case 'saved':
      case 'unchanged':
        return answerPolicy(request, reply);
      default:
        return refuse(request, reply, notKept(request, saved.kind));
    }
  });
}

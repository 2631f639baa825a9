// Changes that wait for a second person, over HTTP: what waits with its difference, approving, rejecting, withdrawing, and proposing anew on newer settings.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKey, settingOf } from '#policy/catalogue.ts';
import { deny, type Denial } from '#policy/decision.ts';
import { type Fault, fault, firstUnstorable } from '#policy/fault.ts';
import { differences, type KeptChange } from '#policy/history.ts';
import { PINNED } from '#policy/policy-file.ts';
import * as agentRows from '#store/agents.ts';
import * as channelRows from '#store/channels.ts';
import * as proposalRows from '#store/policy-proposals.ts';
import type { PolicyProposalRow } from '#store/policy-proposals.ts';
import * as settingRows from '#store/settings.ts';
import type { BrandStore } from '#store/store.ts';
import type { App } from '#server/app.ts';
import type { Brand } from '#server/brands.ts';
import type { Parts } from '#server/parts.ts';
import { approveProposal, isUntouched, mannerOf, proposeAgain, rejectProposal, withdrawProposal } from '#server/policy-approval.ts';
import { approversOf, judgeApproval, signingAdmins } from '#server/policy-approvers.ts';
import { shownChanges, stateOf } from '#server/policy-history.ts';
import { changesOf, stillWaiting } from '#server/policy-proposal-ends.ts';
import { figuresSince } from '#server/policy-stages.ts';
import { settingsDesk } from '#server/settings-desk.ts';

const SHOWN_ENDED = 10;
const LONGEST_WHY = 500;
const Id = Type.Object({ id: Type.String({ maxLength: 60 }) });
const Why = Type.Object({ why: Type.String({ minLength: 1, maxLength: 2_000 }) }, { additionalProperties: false });
const config = { door: 'workspace', capability: 'manage_settings' } as const;

function whyFaults(why: string): Fault[] {
  const length = [...why.trim()].length;
  if (length === 0 || length > LONGEST_WHY) return [fault('why', 'reason.too_long', 'The reason', `have from 1 to ${LONGEST_WHY} characters`, String(length))];
  const bad = firstUnstorable(why);
  return bad === undefined ? [] : [fault('why', 'reason.unstorable', 'The reason', 'have no control characters', bad)];
}

/** The draft as a replay takes it; null where it is not all of one place. */
function draftOf(changes: readonly KeptChange[]): { readonly channel: string | null; readonly settings: Readonly<Record<string, unknown>> } | null {
  const places = new Set(changes.map(({ channel }) => channel));
  const [channel = null] = places;
  if (places.size !== 1 || channel === PINNED || changes.some(({ key }) => !isKey(key))) return null;
  return { channel, settings: Object.fromEntries(changes.map(({ key, after }) => [key, after === null ? (channel === null && isKey(key) ? settingOf(key).default : null) : after.value])) };
}

export function policyProposalRoutes(app: App, parts: Parts): void {
  const { problems, store, now } = parts;
  const { refuse, stepUp, notKept } = settingsDesk(parts);

  app.get('/api/v1/policy/proposals', { config }, async ({ brand, session: { person } }) => {
    const rows = store.brand(brand.id);
    const waiting = await stillWaiting(parts, brand);
    const [ended, names, channels, admins, present] = await Promise.all([
      proposalRows.ended(rows, SHOWN_ENDED), agentRows.namesById(rows), channelRows.all(rows), signingAdmins(rows), settingRows.kept(rows),
    ]);
    const places = new Map(channels.map(({ id, name }) => [id, name]));
    const named = (id: string | null) => (id === null ? null : { id, name: names.get(id) ?? id });
    const shown = (row: PolicyProposalRow) => {
      const { reason = null, trialMinutes = null } = mannerOf(row);
      return { id: row.id, state: row.state, proposedAt: row.proposed_at, by: named(row.proposed_by), until: row.until, reason, trialMinutes, changes: shownChanges(changesOf(row), places), endedAt: row.ended_at, endedBy: named(row.ended_by), why: row.why };
    };
    const open = await Promise.all(waiting.map(async (row) => {
      const stale = row.base_version !== brand.policy.version;
      const then = stale ? await stateOf(rows, row.base_version) : null;
      const { enforces } = mannerOf(row);
      const may = await judgeApproval(rows, row, person, brand.policy.version, now());
      return {
        ...shown(row), mine: row.proposed_by === person.id, stale, mayApprove: may.allowed, approvers: row.proposed_by === person.id ? (await approversOf(rows, row)).length : null, mayReject: person.admin && row.proposed_by !== person.id, draft: draftOf(changesOf(row)),
        /** What was saved since it was proposed; null where the history does not reach so far. */
        meanwhile: then === null ? (stale ? null : []) : shownChanges(differences(then, present), places), untouched: isUntouched(present, changesOf(row)),
        /** It enforces what is on stage: what was counted of that; null of any other, `over` where the stage ended. */
        enforces: enforces === undefined ? null : await stagedFigures(rows, brand, enforces),
      };
    }));
    return { rule: brand.policy.values['policy.second_person'], administrators: admins.length, proposals: open, ended: ended.map(shown), serverTime: now() };
  });

  async function stagedFigures(rows: BrandStore, { stage }: Brand, id: string) {
    if (stage?.id !== id) return { over: true, beganAt: null, kind: null, decisions: 0, nowRefused: 0, nowAllowed: 0 };
    const { decisions, nowRefused, nowAllowed } = await figuresSince(rows, id, stage.row.began_at);
    return { over: false, beganAt: stage.row.began_at, kind: stage.kind, decisions, nowRefused, nowAllowed };
  }

  async function ending(request: FastifyRequest, reply: FastifyReply, end: () => Promise<Denial | null>): Promise<FastifyReply> {
    const denial = (await stepUp(request)) ?? (await end());
    if (denial !== null) return refuse(request, reply, denial);
    return reply.send({ version: request.brand.policy.version });
  }

  app.post('/api/v1/policy/proposals/:id/approve', { config, schema: { params: Id } }, async (request, reply) => {
    const { brand, session, client, params } = request;
    const denial = await stepUp(request);
    if (denial !== null) return refuse(request, reply, denial);
    const approved = await approveProposal(parts, brand, params.id, { session, client });
    if (approved.kind === 'denied') return refuse(request, reply, approved.denial);
    // A proposal of a proposal there is not: an approval is what it waits for.
    if (approved.kind === 'proposed') return refuse(request, reply, deny('policy.proposal_over', null, {}));
    if (approved.kind !== 'saved') return refuse(request, reply, approved.kind === 'stale' ? deny('policy.proposal_stale', null, {}) : notKept(request, approved.kind));
    return reply.header('etag', `"v${brand.policy.version}"`).send({ version: brand.policy.version });
  });

  app.post('/api/v1/policy/proposals/:id/reject', { config, schema: { params: Id, body: Why } }, async (request, reply) => {
    const { brand, session, client, params, body: { why } } = request;
    const faults = whyFaults(why);
    if (faults.length > 0) return problems.invalid(reply, faults);
    return ending(request, reply, () => rejectProposal(parts, brand, params.id, why.trim(), { session, client }));
  });

  app.post('/api/v1/policy/proposals/:id/withdraw', { config, schema: { params: Id } }, (request, reply) =>
    ending(request, reply, () => withdrawProposal(parts, request.brand, request.params.id, { session: request.session, client: request.client })));

  app.post('/api/v1/policy/proposals/:id/again', { config, schema: { params: Id } }, (request, reply) =>
    ending(request, reply, () => proposeAgain(parts, request.brand, request.params.id, { session: request.session, client: request.client })));
}

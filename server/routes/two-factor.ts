// The two-factor module over HTTP: what a draft of the settings would mean for the people there are. Nothing is saved.
import { Type } from 'typebox';
import { countTwoFactor } from '#policy/two-factor-counts.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { propose } from '#server/policy-save.ts';
import { seenPeople } from '#server/two-factor-counts.ts';

const Draft = Type.Object({ settings: Type.Record(Type.String({ maxLength: 200 }), Type.Unknown(), { maxProperties: 200 }) }, { additionalProperties: false });
/** 100,000 white-list entries with notes fit. */
const BODY_LIMIT = 32 * 1024 * 1024;

export function twoFactorRoutes(app: App, parts: Parts): void {
  const { store, problems } = parts;

  app.post('/api/v1/two-factor/counts', { config: { door: 'workspace', capability: 'manage_settings' }, bodyLimit: BODY_LIMIT, schema: { body: Draft } }, async (request, reply) => {
    const { brand } = request;
    const proposal = await propose(store, brand, request.body.settings);
    if (!proposal.ok) return problems.invalid(reply, proposal.faults);
    return countTwoFactor(proposal.policy, await seenPeople(parts, brand.id));
  });
}

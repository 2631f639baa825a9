// The mailed link of a lock over HTTP: it lets the browser that gives it try again, and signs nobody in.
import { Type } from 'typebox';
import { redeemAdmission } from '#identity/admission.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { callerOf, deviceCookie } from '#server/routes/sign-in.ts';

const Admission = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false });

export function admissionRoutes(app: App, { brands, problems, store, keyring, now }: Parts): void {
  const identity = { store, keyring, commit: brands.commit, now, policyOf: async (brandId: string) => (await brands.byId(brandId))?.policy ?? null };

  app.post('/api/v1/admission', { config: { door: 'entrance' }, schema: { body: Admission } }, async (request, reply) => {
    const admitted = await redeemAdmission(identity, request.body.token, callerOf(request));
    const brand = admitted.brandId === null ? null : await brands.byId(admitted.brandId);
    if (admitted.ok) return reply.header('set-cookie', deviceCookie(admitted.token)).send({ next: 'sign_in', brand: brand?.slug ?? null });
    const actor = admitted.agentId === null ? ({ kind: 'anonymous', id: null } as const) : ({ kind: 'agent', id: admitted.agentId } as const);
    return problems.refuse(request, reply, admitted.denial, { door: 'workspace', brand, actor });
  });
}

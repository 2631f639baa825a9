// Setup over HTTP: look at the one-time link, then complete it.
import { Type } from 'typebox';
import { denials } from '#policy/decision.ts';
import { completeSetup, openSetup } from '#identity/setup.ts';
import { newId } from '#identity/tokens.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { problemOf, send } from '#server/problems.ts';

const Token = Type.String({ minLength: 1, maxLength: 200 });
const Text = Type.String({ maxLength: 4_000 });
const Open = Type.Object({ token: Token }, { additionalProperties: false });
const Complete = Type.Object(
  {
    token: Token,
    brand: Type.Optional(Type.Object({ name: Text, slug: Text }, { additionalProperties: false })),
    admin: Type.Object({ name: Text, email: Text, password: Text }, { additionalProperties: false }),
    code: Text,
  },
  { additionalProperties: false },
);

export function setupRoutes(app: App, parts: Parts): void {
  const { config, problems, store, keyring, brands, now } = parts;
  const setup = { store, keyring, commit: brands.commit, now };
  const gone = { door: 'workspace', brand: null, actor: { kind: 'anonymous', id: null } } as const;
  const linkInvalid = { allowed: false, code: 'link.invalid', setting: null, facts: { link: 'setup' } } as const;

  app.post('/api/v1/setup/open', { config: { door: 'entrance' }, schema: { body: Open } }, async (request, reply) => {
    const opened = await openSetup(setup, request.body.token);
    if (opened === null) return problems.refuse(request, reply, linkInvalid, gone);
    return reply.send({ expiresAt: opened.expiresAt, brand: opened.brand, totp: opened.totp, publicUrl: config.publicUrl.origin });
  });

  app.post('/api/v1/setup/complete', { config: { door: 'entrance' }, schema: { body: Complete } }, async (request, reply) => {
    const { token, ...wanted } = request.body;
    const completed = await completeSetup(setup, token, wanted);
    switch (completed.kind) {
      case 'link_invalid':
        return problems.refuse(request, reply, linkInvalid, gone);
      case 'invalid':
        return problems.invalid(reply, completed.faults);
      case 'busy':
        return send(reply, problemOf(503, 'sign_in.busy', denials['sign_in.busy'].sentence, newId('req')), { 'retry-after': '2' });
      case 'done':
        return reply.code(201).send({ recoveryCodes: completed.recoveryCodes, signInUrl: `/b/${completed.slug}/` });
    }
  });
}

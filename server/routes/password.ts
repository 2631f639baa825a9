// A person's own password over HTTP: changed by choice, or because it must be.
import { Type } from 'typebox';
import { freshOpen } from '#identity/sessions.ts';
import { changeOwnPassword } from '#identity/own-password.ts';
import type { App } from '#server/app.ts';
import type { Parts } from '#server/parts.ts';
import { personChanged } from '#server/person-changed.ts';

/** Longer than any password may be: too long is told in words, not as a malformed request. */
const Text = Type.String({ maxLength: 8_000 });
const Change = Type.Object({ current: Text, password: Text }, { additionalProperties: false });

export function passwordRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, keyring, breach, now } = parts;
  const identity = { store, keyring, sessions, breach, commit: brands.commit, now };

  app.post('/api/v1/account/password', { config: { door: 'workspace', whileHeldBack: ['password.change_required'] }, schema: { body: Change } }, async (request, reply) => {
    const { brand, session, client, body } = request;
    // Another node may have taken the code, or the factors may have changed: read before it is judged.
    await sessions.refresh(session);
    const fresh = freshOpen(session, { address: client.text, now: now() });
    const changed = await changeOwnPassword(identity, { session, brand: { slug: brand.slug, name: brand.name, policy: brand.policyFor(session.person.id) }, fresh, address: client.text, current: body.current, password: body.password });
    if (changed.ok) {
      await personChanged(parts, brand.id, session.person.id);
      return reply.send({ breachLookup: changed.breachLookup });
    }
    if ('faults' in changed) return problems.invalid(reply, changed.faults);
    return problems.refuse(request, reply, changed.denial, { door: 'workspace', brand, actor: { kind: 'agent', id: session.person.id } });
  });
}

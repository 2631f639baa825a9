// A person's own devices over HTTP: browsers that have signed in as them, and which of those are trusted.
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { deviceToken, devicesOf, forgetDevices } from '#identity/devices.ts';
import { freshOpen } from '#identity/sessions.ts';
import { Conflict } from '#store/store.ts';
import type { App } from '#server/app.ts';
import { DEVICE_COOKIE, readCookie } from '#server/cookies.ts';
import type { Parts } from '#server/parts.ts';
import { personChanged } from '#server/person-changed.ts';

const Id = Type.Object({ id: Type.String({ pattern: '^dev_', maxLength: 100 }) });

export function deviceRoutes(app: App, parts: Parts): void {
  const { brands, problems, sessions, store, now } = parts;
  const identity = { store, sessions, commit: brands.commit, now };

  app.get('/api/v1/account/devices', { config: { door: 'workspace' } }, async ({ brand, session, headers }) => {
    const token = deviceToken(readCookie(headers.cookie, DEVICE_COOKIE));
    return { devices: await devicesOf(store.brand(brand.id), brand.policy, session.person.id, token, now()), trustDays: brand.policy.values['two_factor.trust_days'] };
  });

  /** A device that is known or trusted is a credential: each change asks for a fresh code (SETTINGS.md, "Step-up"). */
  async function forget(request: FastifyRequest, reply: FastifyReply, which: string): Promise<FastifyReply> {
    const { session, brand, client } = request;
    const refuse = (code: 'step_up.required' | 'device.missing') =>
      problems.refuse(request, reply, deny(code, null, {}), { door: 'workspace', brand, actor: { kind: 'agent', id: session.person.id } });
    const facts = { address: client.text, now: now() };
    if (!freshOpen(session, facts)) {
      // Another node may have taken the code.
      await sessions.refresh(session);
      if (!freshOpen(session, facts)) return refuse('step_up.required');
    }
    try {
      if (!(await forgetDevices(identity, session, which))) return refuse('device.missing');
    } catch (error) {
      if (error instanceof Conflict && error.code === 'step_up.required') return refuse('step_up.required');
      throw error;
    }
    await personChanged(parts, brand.id, session.person.id);
    return reply.code(204).send();
  }

  app.delete('/api/v1/account/devices/:id', { config: { door: 'workspace' }, schema: { params: Id } }, (request, reply) => forget(request, reply, request.params.id));
  app.post('/api/v1/account/devices/forget-all', { config: { door: 'workspace' } }, (request, reply) => forget(request, reply, 'all'));
}

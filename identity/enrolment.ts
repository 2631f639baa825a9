// The enrolment link: somebody without a factor enrols the first one, with the password, from wherever the table lets them be.
import { deny } from '#policy/decision.ts';
import * as linkRows from '#store/links.ts';
import { Conflict, type Entry } from '#store/store.ts';
import { codeOfLink, firstAuthenticator } from '#identity/first-authenticator.ts';
import { type LinkCaller, linkInvalid, type LinkPerson, type LinkUseParts, type NoLink, personOfLink, refusedUse, type Used } from '#identity/link-person.ts';
import { totpOf } from '#identity/link-secrets.ts';
import { afterWrongPassword } from '#identity/lock-mails.ts';
import * as locks from '#identity/locks.ts';
import { verifyPassword } from '#identity/passwords.ts';
import { newId } from '#identity/tokens.ts';

export interface OpenedEnrolment {
  readonly email: string;
  readonly brand: { readonly slug: string; readonly name: string };
  readonly totp: { readonly secret: string; readonly uri: string };
  readonly expiresAt: number;
}

/** Who has a factor gets no further one by a link: what it would add is asked for with the factor there is. */
async function enrolling(parts: LinkUseParts, token: string, caller: LinkCaller): Promise<LinkPerson | NoLink> {
  const found = await personOfLink(parts, 'enrol', token, caller);
  if (!found.ok || (found.agent.has_factor === 0 && found.agent.password_hash !== null)) return found;
  return { ok: false, denial: linkInvalid('enrol'), brandId: found.brand.id, agentId: found.agent.id };
}

/** Looks at an enrolment link; never uses it up. */
export async function openEnrolment(parts: LinkUseParts, token: string, caller: LinkCaller): Promise<OpenedEnrolment | NoLink> {
  const found = await enrolling(parts, token, caller);
  if (!found.ok) return found;
  const { brand, agent, link } = found;
  return { email: agent.email, brand: { slug: brand.slug, name: brand.name }, totp: totpOf(parts.keyring, link, agent.email, brand.name), expiresAt: link.expires_at };
}

/** Enrols. A wrong code is told before the password is looked at (the code is no secret to whoever holds the link); tries of the password count as sign-ins do. */
export async function completeEnrolment(parts: LinkUseParts, given: { readonly token: string; readonly password: string; readonly code: string }, caller: LinkCaller): Promise<Used<readonly string[]>> {
  const found = await enrolling(parts, given.token, caller);
  if (!found.ok) return { kind: 'denied', denial: found.denial, brandId: found.brandId, agentId: found.agentId };
  const { link, rows, brand, agent } = found;
  const { keyring } = parts;
  const now = parts.now();
  if (codeOfLink(keyring, link, given.code, now) === null) return refusedUse(deny('code.wrong', null, { method: 'totp', link: 'enrol' }), found);

  const lane = locks.signInLane(keyring, rows, agent.email_key, caller.network);
  const counted = await locks.attemptSignIn(lane, now);
  if ('allowed' in counted) return refusedUse(counted, found);
  const verified = await verifyPassword(agent.password_hash as string, given.password);
  if (verified === 'busy') return refusedUse(deny('sign_in.busy', null, {}), found);
  if (verified !== 'match') {
    await afterWrongPassword(parts, { brand: rows, slug: brand.slug, name: brand.name }, agent, lane, counted.count, now);
    return refusedUse(deny('password.wrong', null, { link: 'enrol' }), found);
  }

  const first = await firstAuthenticator({ keyring, rows, agent, link, brandName: brand.name, now }, given.code);
  if (!first.ok) return refusedUse(first.denial, found);
  const { system } = parts.store;
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agent.id }, event: 'factor.enrolled', entity: { kind: 'brand', id: brand.id }, facts: { method: 'totp', via: 'enrol', link: link.id } };
  try {
    await parts.commit([
      system.part({ statements: [linkRows.use(system, link.id, now), linkRows.voidOf(system, brand.id, agent.id, now, ['enrol'])], entries: [entry] }),
      rows.part({ statements: [...first.statements, ...locks.clear(lane)], entries: first.entries, bumps: ['people'] }),
    ]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return refusedUse(deny('link.invalid', null, { link: 'enrol' }), found);
  }
  return { kind: 'done', brandId: brand.id, agentId: agent.id, done: first.recoveryCodes };
}

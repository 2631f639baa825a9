// Accepting an invitation: a name, a password, and an authenticator where the two-factor table asks one of this person. It never signs in.
import { decideEnrolmentDue } from '#policy/decide/enrolment.ts';
import { deny } from '#policy/decision.ts';
import type { Fault } from '#policy/fault.ts';
import * as agentRows from '#store/agents.ts';
import * as linkRows from '#store/links.ts';
import { Conflict, type Entry } from '#store/store.ts';
import { personName } from '#identity/brand-name.ts';
import { codeOfLink, firstAuthenticator } from '#identity/first-authenticator.ts';
import { type LinkCaller, linkInvalid, type LinkPerson, type LinkUseParts, type NoLink, personOfLink, refusedUse, type Used } from '#identity/link-person.ts';
import { totpOf } from '#identity/link-secrets.ts';
import { judgeChosen, newPassword } from '#identity/new-password.ts';
import type { Looked } from '#identity/password-judge.ts';
import { newId } from '#identity/tokens.ts';

export interface OpenedInvitation {
  readonly email: string;
  readonly name: string;
  readonly brand: { readonly slug: string; readonly name: string };
  /** A code of the authenticator must be typed: else it may be left for later. */
  readonly needsFactor: boolean;
  /** Null when this person has a factor already. */
  readonly totp: { readonly secret: string; readonly uri: string } | null;
  readonly expiresAt: number;
  readonly minLength: number;
}

function needsFactor(parts: LinkUseParts, { brand, agent, needs }: LinkPerson): boolean {
  if (agent.has_factor === 1) return false;
  return needs === 'password+code' || !decideEnrolmentDue(brand.policy, { now: parts.now(), hasFactor: false }).allowed;
}

/** Who has a password has joined: an old invitation must not become a way around its renewal. */
async function inviting(parts: LinkUseParts, token: string, caller: LinkCaller): Promise<LinkPerson | NoLink> {
  const found = await personOfLink(parts, 'invite', token, caller);
  if (!found.ok || found.agent.password_hash === null) return found;
  return { ok: false, denial: linkInvalid('invite'), brandId: found.brand.id, agentId: found.agent.id };
}

/** Looks at an invitation; never uses it up. */
export async function openInvitation(parts: LinkUseParts, token: string, caller: LinkCaller): Promise<OpenedInvitation | NoLink> {
  const found = await inviting(parts, token, caller);
  if (!found.ok) return found;
  const { brand, agent, link } = found;
  const totp = agent.has_factor === 1 ? null : totpOf(parts.keyring, link, agent.email, brand.name);
  return {
    email: agent.email,
    name: agent.name,
    brand: { slug: brand.slug, name: brand.name },
    needsFactor: needsFactor(parts, found),
    totp,
    expiresAt: link.expires_at,
    minLength: brand.policy.values['password.min_length'],
  };
}

export interface Accepting {
  readonly token: string;
  readonly name: string;
  readonly password: string;
  readonly code?: string | undefined;
}

const CODE_MISSING: Fault = Object.freeze({ path: 'code', code: 'code.missing', message: 'Code must be the six digits your authenticator app shows now: this workspace asks you for a second factor.' });
const CODE_WRONG: Fault = Object.freeze({ path: 'code', code: 'code.wrong', message: 'The code does not match. Check that the clock of your phone is right, and type the newest code.' });

function codeFaults(parts: LinkUseParts, found: LinkPerson, code: string | undefined): Fault[] {
  if (found.agent.has_factor === 1) return [];
  if (code === undefined) return needsFactor(parts, found) ? [CODE_MISSING] : [];
  return codeOfLink(parts.keyring, found.link, code, parts.now()) === null ? [CODE_WRONG] : [];
}

export interface Joined {
  /** Shown once; null when no authenticator was enrolled. */
  readonly recoveryCodes: readonly string[] | null;
  /** How the live look-up of the password ended: a failure is told, never silent. */
  readonly breachLookup: Looked;
}

/** Joins: everything that is wrong at once, and nothing is used up then. */
export async function completeInvitation(parts: LinkUseParts, given: Accepting, caller: LinkCaller): Promise<Used<Joined>> {
  const found = await inviting(parts, given.token, caller);
  if (!found.ok) return { kind: 'denied', denial: found.denial, brandId: found.brandId, agentId: found.agentId };
  const { link, rows, brand, agent } = found;
  const now = parts.now();
  const busy = refusedUse(deny('sign_in.busy', null, {}), found);
  const chosen = await judgeChosen({ policy: brand.policy, rows, breach: parts.breach, brand, agent, email: agent.email, name: given.name }, given.password);
  if (chosen.kind === 'busy') return busy;
  const faults = [...personName(given.name, 'name'), ...(chosen.kind === 'fault' ? [chosen.fault] : []), ...codeFaults(parts, found, given.code)];
  if (faults.length > 0 || chosen.kind === 'fault') return { kind: 'invalid', faults };

  const enrols = given.code !== undefined && agent.has_factor === 0;
  const first = enrols ? await firstAuthenticator({ keyring: parts.keyring, rows, agent, link, brandName: brand.name, now }, given.code) : null;
  if (first !== null && !first.ok) return refusedUse(first.denial, found);
  const stored = await newPassword({ brand: rows, system: parts.store.system }, agent, given.password, now);
  if (stored === null) return busy;

  const { system } = parts.store;
  const entry = (entity: Entry['entity']): Entry => ({ id: newId('evt'), at: now, actor: { kind: 'agent', id: agent.id }, event: 'user.joined', entity, facts: { link: link.id, address: caller.addressText, breachLookup: chosen.breachLookup } });
  const profile = { name: given.name, email: agent.email, email_key: agent.email_key };
  try {
    await parts.commit([
      system.part({ statements: [linkRows.use(system, link.id, now), ...stored.systemStatements], entries: [entry({ kind: 'brand', id: brand.id })] }),
      rows.part({
        statements: [agentRows.setProfile(rows, agent.id, profile), ...stored.brandStatements, ...(first?.statements ?? [])],
        entries: [entry({ kind: 'agent', id: agent.id }), ...(first?.entries ?? [])],
        bumps: ['people'],
      }),
    ]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return refusedUse(deny('link.invalid', null, { link: 'invite' }), found);
  }
  return { kind: 'done', brandId: brand.id, agentId: agent.id, done: { recoveryCodes: first?.recoveryCodes ?? null, breachLookup: chosen.breachLookup } };
}

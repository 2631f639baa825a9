// A renewal link in the hand of its person: what it asks for, and the new password it lets them choose. It never signs in.
import { deny } from '#policy/decision.ts';
import type { Fault } from '#policy/fault.ts';
import * as linkRows from '#store/links.ts';
import { Conflict, type Entry } from '#store/store.ts';
import { checkFactor, type Method, methodsOf, type Presented, type Right } from '#identity/factor-check.ts';
import { factorOptions, type Offered, type OptionsParts } from '#identity/factor-options.ts';
import { type LinkCaller, type LinkPerson, type LinkUseParts, type NoLink, personOfLink, refusedUse, type Used } from '#identity/link-person.ts';
import { afterWrongCode } from '#identity/lock-mails.ts';
import * as locks from '#identity/locks.ts';
import { type Chosen, judgeChosen, type NewPassword, newPassword } from '#identity/new-password.ts';
import { renewalNeeds } from '#identity/renewal.ts';
import { changedMail } from '#identity/password-change.ts';
import type { Looked } from '#identity/password-judge.ts';
import { newId } from '#identity/tokens.ts';

export type RenewalParts = LinkUseParts & OptionsParts;

export interface OpenedRenewal {
  readonly needs: 'nothing' | 'factor';
  readonly methods: readonly Method[];
  readonly expiresAt: number;
  readonly brand: { readonly slug: string; readonly name: string };
  readonly minLength: number;
}

/** The ways to prove oneself here: a text message only where there is nothing stronger (SETTINGS.md, `password.reset_without_otp`). */
export async function renewalMethods(parts: RenewalParts, { rows, agent }: LinkPerson): Promise<Method[]> {
  const methods = await methodsOf(rows, agent.id, { sms: parts.sms !== null });
  const stronger = methods.includes('passkey') || methods.includes('totp');
  return stronger ? methods.filter((method) => method !== 'sms') : methods;
}

/** Looks at a link; never uses it up, however often (mail scanners open links). Code beside those of `personOfLink`: `reset.needs_admin`. */
export async function openRenewal(parts: RenewalParts, token: string, caller: LinkCaller): Promise<OpenedRenewal | NoLink> {
  const found = await personOfLink(parts, 'reset', token, caller);
  if (!found.ok) return found;
  const { brand, agent, link } = found;
  const decided = renewalNeeds(brand, agent, link, false);
  if (!decided.allowed && decided.code !== 'second_factor.required') return { ok: false, denial: decided, brandId: brand.id, agentId: agent.id };
  const methods = decided.allowed ? [] : await renewalMethods(parts, found);
  return { needs: decided.allowed ? 'nothing' : 'factor', methods, expiresAt: link.expires_at, brand: { slug: brand.slug, name: brand.name }, minLength: brand.policy.values['password.min_length'] };
}

/** A text message sent, or a passkey asked for, bound to this link: neither counts anywhere else. */
export async function renewalOptions(parts: RenewalParts, token: string, method: 'sms' | 'passkey', caller: LinkCaller): Promise<Offered | NoLink> {
  const found = await personOfLink(parts, 'reset', token, caller);
  if (!found.ok) return found;
  const { brand, agent, link, rows } = found;
  const named = { brandId: brand.id, agentId: agent.id };
  if (!(await renewalMethods(parts, found)).includes(method)) return { ok: false, denial: deny('method.unavailable', null, { method, link: 'reset' }), ...named };
  const offered = await factorOptions(parts, { brand: rows, agentId: agent.id, brandName: brand.name, boundTo: link.id, purpose: 'renewal' }, method);
  return offered.ok ? offered : { ...offered, ...named };
}

/** A factor given with a link: counted in that factor's lane before it is looked at. */
async function factorOf(parts: RenewalParts, { rows, agent, link, brand }: LinkPerson, presented: Presented, caller: LinkCaller) {
  const now = parts.now();
  const lane = locks.codeLane(parts.keyring, rows, agent.id, presented.method);
  const slowed = await locks.attemptCode(lane, now);
  if (slowed !== null) return { ok: false, denial: slowed } as const;
  const check = { brand: rows, keyring: parts.keyring, agentId: agent.id, now, boundTo: link.id, site: parts.site, address: caller.addressText, brandName: brand.name };
  const checked = await checkFactor(check, presented);
  if (!checked.ok) {
    await afterWrongCode(parts, { brand: rows, brandName: brand.name, agentId: agent.id }, lane, now);
    return checked;
  }
  return { ...checked, statements: [...checked.statements, ...locks.clearCode(lane)] } satisfies Right;
}

const MISSING: Fault = Object.freeze({ path: 'factor', code: 'second_factor.required', message: 'Prove with your second factor that it is you.' });
const BUSY = deny('sign_in.busy', null, {});

/**
 * Takes the new password and uses the link up in one unit: of two at once one wins, and a password that will not do costs nothing. Before the
 * factor is right, a password is not compared with earlier ones: a link alone must not become a way to ask for them.
 */
export async function completeRenewal(parts: RenewalParts, given: { readonly token: string; readonly password: string; readonly factor?: Presented | undefined }, caller: LinkCaller): Promise<Used<Looked>> {
  const found = await personOfLink(parts, 'reset', given.token, caller);
  if (!found.ok) return { kind: 'denied', denial: found.denial, brandId: found.brandId, agentId: found.agentId };
  const { link, rows, brand, agent } = found;
  const asked = renewalNeeds(brand, agent, link, false);
  if (!asked.allowed && asked.code !== 'second_factor.required') return refusedUse(asked, found);

  const choosing = { policy: brand.policy, rows, breach: parts.breach, brand, email: agent.email, name: agent.name };
  const first = await judgeChosen(asked.allowed ? { ...choosing, agent } : { ...choosing, breach: null, agent: null }, given.password);
  if (first.kind === 'busy') return refusedUse(BUSY, found);
  const faults = [...(first.kind === 'fault' ? [first.fault] : []), ...(asked.allowed || given.factor !== undefined ? [] : [MISSING])];
  if (faults.length > 0) return { kind: 'invalid', faults };

  let right: Right | null = null;
  let chosen: Chosen = first;
  if (!asked.allowed && given.factor !== undefined) {
    const methods = await renewalMethods(parts, found);
    if (!methods.includes(given.factor.method)) return refusedUse(deny('method.unavailable', null, { method: given.factor.method, link: 'reset' }), found);
    const checked = await factorOf(parts, found, given.factor, caller);
    if (!checked.ok) return refusedUse(checked.denial, found);
    right = checked;
    chosen = await judgeChosen({ ...choosing, agent }, given.password);
  }
  if (chosen.kind === 'busy') return refusedUse(BUSY, found);
  if (chosen.kind === 'fault') {
    // The factor was right, only the password was not: its try is no failure. It was not used up.
    if (right !== null) await rows.note(locks.clearCode(locks.codeLane(parts.keyring, rows, agent.id, right.method)));
    return { kind: 'invalid', faults: [chosen.fault] };
  }
  const stored = await newPassword({ brand: rows, system: parts.store.system }, agent, given.password, parts.now());
  if (stored === null) return refusedUse(BUSY, found);
  return commitRenewal(parts, found, { stored, right, breachLookup: chosen.breachLookup }, caller);
}

interface Taking {
  readonly stored: NewPassword;
  readonly right: Right | null;
  readonly breachLookup: Looked;
}

async function commitRenewal(parts: RenewalParts, found: LinkPerson, { stored, right, breachLookup }: Taking, caller: LinkCaller): Promise<Used<Looked>> {
  const { link, rows, brand, agent } = found;
  const now = parts.now();
  const { system } = parts.store;
  const facts = { address: caller.addressText, link: link.id, breachLookup, ...(right === null ? {} : { method: right.method }) };
  const entry = (entity: Entry['entity']): Entry => ({ id: newId('evt'), at: now, actor: { kind: 'agent', id: agent.id }, event: 'password.renewed', entity, facts });
  const mail = changedMail(parts.keyring, rows, agent, brand.name, caller.addressText, now);
  try {
    await parts.commit([
      system.part({ statements: [linkRows.use(system, link.id, now), ...stored.systemStatements], entries: [entry({ kind: 'brand', id: brand.id })] }),
      rows.part({ statements: [...(right?.statements ?? []), ...stored.brandStatements, mail], entries: [...(right?.entries ?? []), entry({ kind: 'agent', id: agent.id })], bumps: ['people'] }),
    ]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return refusedUse(deny(error.code.startsWith('code.') ? 'code.used' : 'link.invalid', null, { link: 'reset' }), found);
  }
  return { kind: 'done', brandId: brand.id, agentId: agent.id, done: breachLookup };
}

// Setup: a one-time link makes a brand (or takes over a prepared one) and its first admin, with an authenticator and recovery codes.
import type { Fault } from '#policy/fault.ts';
import { sentenceOf } from '#policy/decision.ts';
import { effective } from '#policy/effective.ts';
import * as agentRows from '#store/agents.ts';
import * as brandRows from '#store/brands.ts';
import * as linkRows from '#store/links.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import * as totpRows from '#store/totp-factors.ts';
import { type Committed, Conflict, type Entry, type Part, type Statement, type Store } from '#store/store.ts';
import { brandFaults, personName } from '#identity/brand-name.ts';
import { parseEmailAddress } from '#identity/email-address.ts';
import { totpOwner } from '#identity/factor-check.ts';
import type { Keyring } from '#identity/keyring.ts';
import { sealNewSecret, secretOf } from '#identity/link-secrets.ts';
import { judgePassword, namesAtHand } from '#identity/password-judge.ts';
import { hashPassword } from '#identity/passwords.ts';
import { newRecoveryCodes } from '#identity/recovery-codes.ts';
import { newBrandId, newId, newToken, tokenHash } from '#identity/tokens.ts';
import { matchTotp, totpUri } from '#identity/totp.ts';

/** A setup link works for one hour and once; the terminal prints a new one at each start until it is used. */
export const SETUP_MS = 3_600_000;

export interface SetupParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
}

export interface Wanted {
  readonly brand?: { readonly name: string; readonly slug: string } | undefined;
  readonly admin: { readonly name: string; readonly email: string; readonly password: string };
  readonly code: string;
}

export interface OpenedSetup {
  readonly expiresAt: number;
  readonly brand: { readonly slug: string; readonly name: string } | null;
  readonly totp: { readonly secret: string; readonly uri: string };
}

export type Completed =
  | { readonly kind: 'done'; readonly slug: string; readonly recoveryCodes: readonly string[] }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  | { readonly kind: 'link_invalid' }
  | { readonly kind: 'busy' };

/** Makes a new link and voids the earlier ones for the same brand (or for "no brand yet"). Gives the token: printed once, stored hashed. */
export async function issueSetupLink(parts: SetupParts, targetBrand: string | null): Promise<string> {
  const now = parts.now();
  const token = newToken();
  const id = newId('lnk');
  const { system } = parts.store;
  const entry: Entry = {
    id: newId('evt'),
    at: now,
    actor: { kind: 'host', id: null },
    event: 'setup.link_issued',
    entity: { kind: 'link', id },
    facts: { expiresAt: now + SETUP_MS, brand: targetBrand },
  };
  const row = {
    id,
    kind: 'setup',
    target_brand: targetBrand,
    agent_id: null,
    token_hash: token.hash,
    payload: '{}',
    sealed: sealNewSecret(parts.keyring, { id, kind: 'setup' }),
    created_at: now,
    expires_at: now + SETUP_MS,
    used_at: null,
  } as const;
  await parts.commit([system.part({ statements: [linkRows.voidSetup(system, targetBrand, now), linkRows.insert(system, row)], entries: [entry] })]);
  return token.text;
}

async function usable(parts: SetupParts, token: string): Promise<linkRows.LinkRow | null> {
  const link = await linkRows.byTokenHash(parts.store.system, tokenHash(token));
  if (link === undefined || link.kind !== 'setup' || link.used_at !== null || link.expires_at <= parts.now()) return null;
  return link;
}

/** Looks at a link without using it up. Null when it is unknown, used or too old. */
export async function openSetup(parts: SetupParts, token: string): Promise<OpenedSetup | null> {
  const link = await usable(parts, token);
  if (link === null) return null;
  const brand = link.target_brand === null ? undefined : await brandRows.byId(parts.store.system, link.target_brand);
  const secret = secretOf(parts.keyring, link);
  const uri = totpUri({ secret, account: 'admin', brand: brand?.name ?? 'Portcullis' });
  return { expiresAt: link.expires_at, brand: brand === undefined ? null : { slug: brand.slug, name: brand.name }, totp: { secret, uri } };
}

/** There is no brand yet, so its settings are the defaults, and nobody has used a password before. */
async function passwordFaults(password: string, words: readonly string[]): Promise<Fault[]> {
  const judged = await judgePassword({ policy: effective({ version: 0, module: {} }), breach: null, brand: null }, { password, agent: null, words });
  return judged.ok !== false ? [] : [{ path: 'admin/password', code: judged.denial.code, message: sentenceOf(judged.denial) }];
}

/** Makes the brand and its admin in one unit, uses the link up, and gives the recovery codes: shown once, stored hashed. */
export async function completeSetup(parts: SetupParts, token: string, wanted: Wanted): Promise<Completed> {
  const link = await usable(parts, token);
  if (link === null) return { kind: 'link_invalid' };
  const now = parts.now();
  const { store, keyring } = parts;
  const prepared = link.target_brand === null ? undefined : await brandRows.byId(store.system, link.target_brand);
  const named = prepared ?? wanted.brand;

  const email = parseEmailAddress(wanted.admin.email);
  const secret = secretOf(parts.keyring, link);
  const match = matchTotp(secret, wanted.code, now);
  const faults: Fault[] = [
    ...(prepared === undefined ? brandFaults(wanted.brand) : []),
    ...personName(wanted.admin.name, 'admin/name'),
    ...(email.ok ? [] : [{ path: 'admin/email', code: 'email.invalid', message: email.sentence }]),
    ...(await passwordFaults(wanted.admin.password, namesAtHand(named ?? { name: '', slug: '' }, { name: wanted.admin.name, email: email.ok ? email.value.address : '' }))),
    ...(match === null ? [{ path: 'code', code: 'code.wrong', message: 'The code does not match. Check that the clock of your phone is right, and type the newest code.' }] : []),
  ];
  const addressStands = prepared === undefined && !faults.some((fault) => fault.path === 'brand/slug');
  if (addressStands && wanted.brand !== undefined && (await brandRows.bySlug(store.system, wanted.brand.slug)) !== undefined) {
    faults.push({ path: 'brand/slug', code: 'brand.slug_taken', message: `The address /b/${wanted.brand.slug} is taken. Choose another one.` });
  }
  if (faults.length > 0 || named === undefined || !email.ok || match === null) return { kind: 'invalid', faults };

  const [hashed, codes] = await Promise.all([hashPassword(wanted.admin.password), newRecoveryCodes(keyring)]);
  if (typeof hashed !== 'string' || 'busy' in codes) return { kind: 'busy' };

  const brandId = prepared?.id ?? newBrandId();
  const brand = store.brand(brandId);
  const agentId = newId('agt');
  const factorId = newId('fac');
  const agent: Entry['actor'] = { kind: 'agent', id: agentId };
  const made: Statement[] = prepared === undefined ? [brandRows.insert(store.system, { id: brandId, slug: named.slug, name: named.name, created_at: now })] : [];
  const event = (name: string, entity: Entry['entity'], facts?: unknown): Entry => ({ id: newId('evt'), at: now, actor: agent, event: name, entity, ...(facts === undefined ? {} : { facts }) });
  try {
    await parts.commit([
      store.system.part({
        statements: [linkRows.use(store.system, link.id, now), ...made],
        entries: [event('setup.completed', { kind: 'brand', id: brandId }, { link: link.id })],
      }),
      brand.part({
        statements: [
          agentRows.insert(brand, {
            id: agentId,
            email: email.value.address,
            email_key: email.value.key,
            name: wanted.admin.name,
            role: 'admin',
            capabilities: '[]',
            phone: null,
            phone_verified_at: null,
            password_hash: hashed,
            password_set_at: now,
            deactivated_at: null,
            created_at: now,
            must_change: null,
            password_reminded: null,
          }),
          totpRows.insert(brand, {
            id: factorId,
            agent_id: agentId,
            secret_sealed: keyring.seal(secret, totpOwner(agentId, factorId)),
            label: 'Authenticator app',
            verified_at: now,
            last_step: match.step,
            created_at: now,
          }),
          ...recoveryRows.replaceAll(brand, agentId, codes.map((code) => ({ id: newId('rec'), hash: code.hash })), now),
        ],
        entries: [
          event('brand.created', { kind: 'brand', id: brandId }, { slug: named.slug }),
          event('agent.created', { kind: 'agent', id: agentId }, { role: 'admin' }),
          event('factor.enrolled', { kind: 'factor', id: factorId }, { method: 'totp', recoveryCodes: codes.length }),
        ],
        bumps: ['policy', 'people'],
      }),
    ]);
  } catch (error) {
    if (error instanceof Conflict) return { kind: 'link_invalid' };
    throw error;
  }
  return { kind: 'done', slug: named.slug, recoveryCodes: codes.map((code) => code.text) };
}

/** Makes a brand that waits for its first admin (`portcullis brand add`). Gives its id, or null when the address is taken. */
export async function prepareBrand(parts: Pick<SetupParts, 'store' | 'commit' | 'now'>, named: { readonly name: string; readonly slug: string }): Promise<string | null> {
  const now = parts.now();
  const { system } = parts.store;
  if ((await brandRows.bySlug(system, named.slug)) !== undefined) return null;
  const id = newBrandId();
  const host: Entry['actor'] = { kind: 'host', id: null };
  const entry = (): Entry => ({ id: newId('evt'), at: now, actor: host, event: 'brand.created', entity: { kind: 'brand', id }, facts: { slug: named.slug } });
  await parts.commit([
    system.part({ statements: [brandRows.insert(system, { id, slug: named.slug, name: named.name, created_at: now })], entries: [entry()] }),
    parts.store.brand(id).part({ statements: [], entries: [entry()] }),
  ]);
  return id;
}

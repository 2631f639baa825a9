// The mailed link of a lock: it makes the browser that opens it a known device, which may try again. It never signs in.
import type { Address } from '#policy/address.ts';
import { signInNeeds } from '#policy/decide/management-access.ts';
import { type Denial, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import * as agentRows from '#store/agents.ts';
import * as linkRows from '#store/links.ts';
import { type Committed, Conflict, type Entry, type Part, type Store } from '#store/store.ts';
import { knowDevice } from '#identity/devices.ts';
import type { Keyring } from '#identity/keyring.ts';
import * as locks from '#identity/locks.ts';
import { personOf } from '#identity/person.ts';
import { newId, tokenHash } from '#identity/tokens.ts';

export interface AdmissionParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
  readonly policyOf: (brandId: string) => Promise<Policy | null>;
}

export interface AdmittedBy {
  readonly address: Address | null;
  readonly addressText: string | null;
  readonly userAgent: string;
  /** The token of the browser's device cookie. */
  readonly device: string | null;
}

export type Admitted = { readonly ok: true; readonly brandId: string; readonly token: string } | { readonly ok: false; readonly denial: Denial; readonly brandId: string | null; readonly agentId: string | null };

/**
 * Uses the link up. The browser then has a lane of its own; one that was known already begins its lane anew. From where its person may
 * not sign in at all, the link is refused and kept.
 */
export async function redeemAdmission(parts: AdmissionParts, token: string, by: AdmittedBy): Promise<Admitted> {
  const now = parts.now();
  const { store, keyring } = parts;
  const { system } = store;
  const link = await linkRows.byTokenHash(system, tokenHash(token));
  const invalid = (agentId: string | null = null): Admitted => ({ ok: false, denial: deny('link.invalid', null, { link: 'admit' }), brandId: link?.target_brand ?? null, agentId });
  if (link === undefined || link.kind !== 'admit' || link.used_at !== null || link.expires_at <= now || link.target_brand === null || link.agent_id === null) return invalid();
  const brand = store.brand(link.target_brand);
  const policy = await parts.policyOf(brand.id);
  const agent = await agentRows.byId(brand, link.agent_id);
  if (policy === null || agent === undefined || agent.deactivated_at !== null) return invalid(link.agent_id);
  const { id, admin, remoteAccess } = personOf(agent);
  if (signInNeeds(policy, { address: by.address, admin, remoteAccess, exempt: false }) === 'denied') {
    const denial = deny(by.address === null ? 'network.client_unknown' : 'network.not_allowed', 'management.allowlist', { at: 'admission' });
    return { ok: false, denial, brandId: brand.id, agentId: id };
  }
  const known = await knowDevice(brand, { agentId: id, token: by.device, address: by.addressText, userAgent: by.userAgent }, now);
  const lane = locks.signInLane(keyring, brand, agent.email_key, '', known.deviceId);
  const entry: Entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id }, event: 'device.admitted', entity: { kind: 'device', id: known.deviceId }, facts: { link: link.id, address: by.addressText } };
  try {
    await parts.commit([
      system.part({ statements: [linkRows.use(system, link.id, now)], entries: [{ ...entry, id: newId('evt'), entity: { kind: 'brand', id: brand.id } }] }),
      brand.part({ statements: [...known.statements, ...locks.clear(lane)], entries: [entry] }),
    ]);
  } catch (error) {
    if (error instanceof Conflict) return invalid(id);
    throw error;
  }
  return { ok: true, brandId: brand.id, token: known.token };
}

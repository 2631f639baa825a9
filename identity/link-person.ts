// Whose link this is, and whether it may be used from here: what the pages of an invitation, a renewal and an enrolment share.
import type { Address } from '#policy/address.ts';
import { type Needs, signInNeeds } from '#policy/decide/management-access.ts';
import { type Denial, deny } from '#policy/decision.ts';
import type { Policy } from '#policy/effective.ts';
import type { Fault } from '#policy/fault.ts';
import * as agentRows from '#store/agents.ts';
import type { LinkRow } from '#store/links.ts';
import type { BrandStore, Committed, Part, Store } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import type { BreachLookup } from '#identity/password-judge.ts';
import { usableLink } from '#identity/person-links.ts';
import { personOf } from '#identity/person.ts';

/** A brand as the pages of a link need it. */
export interface LinkBrand {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly policy: Policy;
}

export interface LinkCaller {
  readonly address: Address | null;
  readonly addressText: string | null;
  readonly network: string;
}

export interface LinkUseParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly commit: (parts: Part[]) => Promise<Committed>;
  readonly now: () => number;
  /** Of PUBLIC_URL: links are built from nothing else. */
  readonly origin: string;
  readonly breach: BreachLookup | null;
  readonly brandOf: (id: string) => Promise<LinkBrand | null>;
}

export interface LinkPerson {
  readonly ok: true;
  readonly link: LinkRow;
  readonly rows: BrandStore;
  readonly brand: LinkBrand;
  readonly agent: agentRows.KnownAgent;
  /** What the table asks of this person at this address. */
  readonly needs: Exclude<Needs, 'denied'>;
}

/** Why a link does nothing. `brandId` and `agentId` are for the row. */
export interface NoLink {
  readonly ok: false;
  readonly denial: Denial;
  readonly brandId: string | null;
  readonly agentId: string | null;
}

export type Used<Done> =
  | { readonly kind: 'done'; readonly brandId: string; readonly agentId: string; readonly done: Done }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }
  | ({ readonly kind: 'denied' } & Omit<NoLink, 'ok'>);

export const linkInvalid = (kind: LinkRow['kind']): Denial => deny('link.invalid', null, { link: kind });

/** Codes: `link.invalid`; `network.not_allowed` and `network.client_unknown` where the list denies this person from here (SETTINGS.md: the list is judged at these pages too). */
export async function personOfLink(parts: LinkUseParts, kind: 'invite' | 'reset' | 'enrol', token: string, caller: LinkCaller): Promise<LinkPerson | NoLink> {
  const found = await usableLink(parts.store, kind, token, parts.now());
  if (found === null) return { ok: false, denial: linkInvalid(kind), brandId: null, agentId: null };
  const brand = await parts.brandOf(found.brand.id);
  const agent = await agentRows.byId(found.brand, found.agentId);
  const named = { brandId: found.brand.id, agentId: found.agentId };
  if (brand === null || agent === undefined || agent.deactivated_at !== null) return { ok: false, denial: linkInvalid(kind), ...named };
  const { admin, remoteAccess } = personOf(agent);
  const needs = signInNeeds(brand.policy, { address: caller.address, admin, remoteAccess, exempt: false });
  if (needs !== 'denied') return { ok: true, link: found.link, rows: found.brand, brand, agent, needs };
  const code = caller.address === null ? 'network.client_unknown' : 'network.not_allowed';
  return { ok: false, denial: deny(code, 'management.allowlist', { link: kind }), ...named };
}

export const refusedUse = (denial: Denial, { brand, agent }: LinkPerson): Extract<Used<never>, { kind: 'denied' }> => ({ kind: 'denied', denial, brandId: brand.id, agentId: agent.id });

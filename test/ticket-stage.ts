// For tests of tickets below the server: a store with a channel and a site's key, tickets minted past the API, and redeeming as the door does.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Policy, effective } from '#policy/effective.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import type { BrandStore, Store } from '#store/store.ts';
import { addressOfChannel, type NotRedeemed, redeeming, type Redeemed } from '#inbox/ticket-redemption.ts';
import { apiKeyRow, newApiKey } from '#identity/api-keys.ts';
import { openKeyring } from '#identity/keyring.ts';
import { readCustomer } from '#identity/ticket-claims.ts';
import { mintTicket } from '#identity/ticket-minting.ts';
import { newBrand } from '#test/stores.ts';
import { addChannel, addSiteKey, type SiteKey } from '#test/tickets.ts';

export const NOW = 1_800_000_000_000;
const folder = mkdtempSync(join(tmpdir(), 'portcullis-tickets-'));
after(() => rmSync(folder, { recursive: true, force: true }));
export const keyring = openKeyring({ folder, create: true, now: NOW });
export const policyOf = (seconds: number): Policy => effective({ version: 1, module: { 'ticket.lifetime_seconds': { value: seconds } } });
export const POLICY = policyOf(60);

export interface Stage {
  readonly store: Store;
  readonly brand: BrandStore;
  readonly channelId: string;
  readonly site: SiteKey;
  readonly audience: string;
}

export async function stage(store: Store, options: Parameters<typeof addSiteKey>[2] = {}): Promise<Stage> {
  const brand = await newBrand(store);
  const channelId = await addChannel(brand);
  return { store, brand, channelId, site: await addSiteKey(brand, channelId, options), audience: addressOfChannel(brand.id, channelId) };
}

export type Outcome = { readonly ok: true; readonly value: Redeemed } | NotRedeemed;
/** Redeems as the door does: in a unit. */
export function redeem({ brand, channelId }: Stage, ticket: string, { now = NOW, policy = POLICY, store, channel = channelId }: { now?: number; policy?: Policy; store: Store; channel?: string }): Promise<Outcome> {
  return redeeming({ store, keyring }, { brandId: brand.id, channelId: channel, ticket, policy, now }, async (redeemed) => {
    await store.brand(brand.id).commit({ statements: redeemed.statements, entries: redeemed.entries, bumps: redeemed.bumps });
    return redeemed;
  });
}
export const codeOf = (outcome: Outcome): string => (outcome.ok ? 'redeemed' : `${outcome.denial.code} ${String(outcome.denial.facts['reason'])}`);
export function whoOf(outcome: Outcome): string {
  if (!outcome.ok) assert.fail(codeOf(outcome));
  return outcome.value.customerId;
}

/** Mints a ticket past the API. */
export async function minted({ brand, channelId }: Stage, claims: Readonly<Record<string, unknown>>, { policy = POLICY, now = NOW } = {}): Promise<{ text: string; keyId: string }> {
  const read = readCustomer(claims);
  if (!read.ok) assert.fail(read.sentence);
  const key = apiKeyRow({ name: 'k', scopes: ['tickets:write'], expiresAt: null, allowlist: { state: 'any', entries: [] } }, newApiKey(brand.id).hash, 'a1', now);
  const ticket = mintTicket(keyring, brand, { channelId, customer: read.value, keyId: key.id, policy, now, address: null });
  await brand.commit({ statements: [apiKeyRows.insert(brand, key), ticket.statement], entries: [ticket.entry] });
  return { text: ticket.text, keyId: key.id };
}

// What a page is given once a person chose a method that needs something first: a text message sent, or a passkey asked.
import { type Denial, deny } from '#policy/decision.ts';
import * as passkeyRows from '#store/passkeys.ts';
import type { Site } from '#identity/ceremonies.ts';
import { type AskedPasskey, passkeyOptions } from '#identity/passkeys.ts';
import { type Asking, sendFactorCode, type SmsParts } from '#identity/sms-factor.ts';

export interface OptionsParts extends SmsParts {
  readonly site: Site;
}

export type FactorOptions =
  | { readonly method: 'sms'; readonly sentTo: string; readonly expiresAt: number }
  | ({ readonly method: 'passkey' } & AskedPasskey);

export type Offered = { readonly ok: true; readonly options: FactorOptions } | { readonly ok: false; readonly denial: Denial };

/** The caller has proven that it may ask for this person: a right password, a session, a link. */
export async function factorOptions(parts: OptionsParts, asking: Asking, method: 'sms' | 'passkey'): Promise<Offered> {
  if (method === 'sms') {
    const sent = await sendFactorCode(parts, asking);
    return sent.ok ? { ok: true, options: { method, sentTo: sent.sentTo, expiresAt: sent.expiresAt } } : sent;
  }
  const { keyring, site, now } = parts;
  const { brand, agentId, boundTo } = asking;
  if (site.rpId === null) return { ok: false, denial: deny('passkey.unavailable', null, {}) };
  if ((await passkeyRows.ofAgent(brand, agentId)).length === 0) return { ok: false, denial: deny('method.unavailable', null, { method }) };
  return { ok: true, options: { method, ...(await passkeyOptions({ brand, keyring, site, agentId, boundTo, now: now(), userVerification: 'preferred' })) } };
}

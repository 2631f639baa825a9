// What the page of users shows beside a person's own row: factors, sessions and devices, read for everybody at once or for one.
import type { BrandStore } from '#store/store.ts';

export interface FactorFact {
  readonly agent_id: string;
  readonly id: string;
  readonly label: string;
  readonly created_at: number;
}

/** Verified authenticator apps. */
export function totp(brand: BrandStore, agentId?: string): Promise<FactorFact[]> {
  const query = brand.q.selectFrom('totp_factors').select(['agent_id', 'id', 'label', 'created_at']).where('verified_at', 'is not', null).orderBy('created_at');
  return brand.all(agentId === undefined ? query : query.where('agent_id', '=', agentId));
}

export function passkeys(brand: BrandStore, agentId?: string): Promise<FactorFact[]> {
  const query = brand.q.selectFrom('passkeys').select(['agent_id', 'id', 'label', 'created_at']).orderBy('created_at');
  return brand.all(agentId === undefined ? query : query.where('agent_id', '=', agentId));
}

const byAgent = (rows: readonly { agent_id: string; many: number }[]): Map<string, number> => new Map(rows.map((row) => [row.agent_id, row.many]));

/** How many recovery codes each has left. */
export async function recoveryCodes(brand: BrandStore, agentId?: string): Promise<Map<string, number>> {
  const query = brand.q.selectFrom('recovery_codes').select((eb) => ['agent_id', eb.fn.countAll<number>().as('many')]).where('used_at', 'is', null).groupBy('agent_id');
  return byAgent(await brand.all(agentId === undefined ? query : query.where('agent_id', '=', agentId)));
}

/** How many devices each has trusted; some may be too old under the policy of the day. */
export async function trustedDevices(brand: BrandStore, agentId?: string): Promise<Map<string, number>> {
  const query = brand.q.selectFrom('devices').select((eb) => ['agent_id', eb.fn.countAll<number>().as('many')]).where('trusted_at', 'is not', null).groupBy('agent_id');
  return byAgent(await brand.all(agentId === undefined ? query : query.where('agent_id', '=', agentId)));
}

export interface SeenFact {
  readonly address: string | null;
  readonly last_input_at: number;
}

/** Where and when one person was seen last, in a session that is still remembered. */
export function lastSeenOf(brand: BrandStore, agentId: string): Promise<SeenFact | undefined> {
  return brand.one(brand.q.selectFrom('sessions').select(['address', 'last_input_at']).where('agent_id', '=', agentId).orderBy('last_input_at', 'desc').orderBy('id').limit(1));
}

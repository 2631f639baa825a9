// The password asked for again inside a session, of somebody who has no second factor; wrong tries are counted.
import { type Denial, deny } from '#policy/decision.ts';
import * as agentRows from '#store/agents.ts';
import type { Store } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import type { LiveSession } from '#identity/live-session.ts';
import * as locks from '#identity/locks.ts';
import { verifyPassword } from '#identity/passwords.ts';

/** Null when it is right. Codes: `password.required`, `password.wrong`, `sign_in.locked`, `sign_in.busy`. */
export async function judgePasswordAgain(parts: { readonly store: Store; readonly keyring: Keyring; readonly now: () => number }, session: LiveSession, password: string | undefined): Promise<Denial | null> {
  const brand = parts.store.brand(session.brandId);
  const agent = await agentRows.byId(brand, session.person.id);
  if (password === undefined || agent?.password_hash == null) return deny('password.required', null, {});
  // Whoever holds a session may not guess the password here: counted as codes are, in a lane of its own.
  const lane = locks.codeLane(parts.keyring, brand, agent.id, 'password');
  const slowed = await locks.attempt(lane, parts.now());
  if (slowed !== null) return slowed;
  const verified = await verifyPassword(agent.password_hash, password);
  if (verified === 'busy') return deny('sign_in.busy', null, {});
  if (verified !== 'match') return deny('password.wrong', null, {});
  await brand.note(locks.clear(lane));
  return null;
}

// Reminds people by mail that their password ends: 14, 7 and 1 days before, each once, whichever node is first.
import { passwordEndsAt } from '#policy/decide/password-age.ts';
import type { Policy } from '#policy/effective.ts';
import { inUtc } from '#identity/letters.ts';
import { posting } from '#identity/post.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as brandRows from '#store/brands.ts';
import { Conflict } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

export const REMIND_EVERY_MS = 3_600_000;
const STAGES = [1, 7, 14] as const;
const DAY = 86_400_000;

type ReminderParts = Pick<Parts, 'store' | 'keyring' | 'brands' | 'config' | 'now'>;

/** The stage a password is in, days; null while it is in none. One that lives no longer than a stage is not reminded of it the day it is chosen. */
function stageOf(policy: Policy, setAt: number, now: number): { readonly stage: number; readonly endsAt: number; readonly days: number } | null {
  const endsAt = passwordEndsAt(policy, setAt);
  if (endsAt === null || now >= endsAt) return null;
  const stage = STAGES.find((days) => endsAt - now <= days * DAY && days < policy.values['password.max_age_days']);
  return stage === undefined ? null : { stage, endsAt, days: Math.ceil((endsAt - now) / DAY) };
}

async function remindOne({ store, keyring, brands, config, now }: ReminderParts, brand: { readonly id: string; readonly slug: string; readonly name: string }, agent: agentRows.KnownAgent, policy: Policy): Promise<void> {
  if (agent.deactivated_at !== null || agent.password_hash === null || agent.must_change !== null) return;
  const at = now();
  const due = stageOf(policy, agent.password_set_at ?? 0, at);
  // Only a later stage than the one that was mailed.
  if (due === null || (agent.password_reminded !== null && agent.password_reminded <= due.stage)) return;
  const rows = store.brand(brand.id);
  const facts = { days: due.days, at: inUtc(due.endsAt), link: `${config.publicUrl.origin}/b/${brand.slug}/account` };
  const mail = posting(keyring, rows, { to: agent.email, agentId: agent.id, name: agent.name, brandName: brand.name, kind: 'password_ends', facts }, at);
  const entry = { id: newId('evt'), at, actor: { kind: 'system', id: null }, event: 'password.reminded', entity: { kind: 'agent', id: agent.id }, facts: { days: due.days, endsAt: due.endsAt } } as const;
  try {
    await brands.commit([rows.part({ statements: [agentRows.remind(rows, agent.id, agent.password_reminded, due.stage), mail], entries: [entry] })]);
  } catch (error) {
    // Another node was first.
    if (!(error instanceof Conflict)) throw error;
  }
}

/** One round over all brands. */
export async function remindOfPasswords(parts: ReminderParts): Promise<void> {
  for (const { id } of await brandRows.all(parts.store.system)) {
    const brand = await parts.brands.byId(id);
    // A change on stage may set an age for some where there is none.
    if (brand === null || (brand.stage === null && brand.policy.values['password.max_age_days'] === 0)) continue;
    for (const agent of await agentRows.everybody(parts.store.brand(id))) await remindOne(parts, brand, agent, brand.policyFor(agent.id));
  }
}

// What a person's pages ask of their own account all the time, kept in memory for as long as the brand's people do not change.
import { type Method, methodsOf } from '#identity/factor-check.ts';
import type { LiveSession } from '#identity/sessions.ts';
import * as agentRows from '#store/agents.ts';
import * as recoveryRows from '#store/recovery-codes.ts';
import type { Store } from '#store/store.ts';
import type { Brand } from '#server/brands.ts';

export interface Card {
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly methods: readonly Method[];
  readonly recoveryCodesLeft: number;
}

interface Kept {
  /** The brand's people version it was read under: every change of factors, codes and phones raises it. */
  readonly version: number;
  readonly card: Card;
}

/** By session; beyond so many the oldest reading goes. */
const kept = new Map<string, Kept>();
const MOST_KEPT = 10_000;

async function read(store: Store, sms: boolean, brand: Brand, session: LiveSession): Promise<Card> {
  const rows = store.brand(brand.id);
  const { id } = session.person;
  // Taken before the reading: a change meanwhile makes what was read too old to be kept for the next.
  const version = brand.peopleVersion;
  const [methods, codes, agent] = await Promise.all([methodsOf(rows, id, { sms }), recoveryRows.unusedOf(rows, id), agentRows.byId(rows, id)]);
  const card = Object.freeze({ name: agent?.name ?? '', email: agent?.email ?? '', phone: agent?.phone ?? null, methods, recoveryCodesLeft: codes.length });
  kept.delete(session.id);
  kept.set(session.id, { version, card });
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string);
  return card;
}

/** Which provider of text messages there is never changes while the server runs. */
export function cardOf({ store, sms }: { readonly store: Store; readonly sms: object | null }, brand: Brand, session: LiveSession): Card | Promise<Card> {
  const present = kept.get(session.id);
  return present !== undefined && present.version === brand.peopleVersion ? present.card : read(store, sms !== null, brand, session);
}

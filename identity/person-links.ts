// One-time links that are mailed to a person: an invitation, the renewal of a password, the enrolment of a second factor.
import { enrolmentLinkEndsAt } from '#policy/decide/enrolment.ts';
import { decideRenewal } from '#policy/decide/renewal.ts';
import type { Policy } from '#policy/effective.ts';
import type { KnownAgent } from '#store/agents.ts';
import * as linkRows from '#store/links.ts';
import type { BrandStore, Entry, Part, Statement, Store } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc, type LetterKind } from '#identity/letters.ts';
import { sealNewSecret } from '#identity/link-secrets.ts';
import { posting } from '#identity/post.ts';
import { newId, newToken, tokenHash } from '#identity/tokens.ts';

/** How long each works, ms (SETTINGS.md: "24 h"; `password.reset_without_otp`: "30 minutes"). That of an enrolment follows its last day. */
export const INVITATION_MS = 24 * 3_600_000;
export const RENEWAL_MS = 30 * 60_000;

export interface LinkParts {
  readonly store: Store;
  readonly keyring: Keyring;
  /** The origin of PUBLIC_URL: links are built from nothing else. */
  readonly origin: string;
  /** This instant, ms. */
  readonly now: number;
  readonly policy: Policy;
}

export interface LinkFor {
  readonly brand: { readonly id: string; readonly slug: string; readonly name: string };
  /** Null: nobody. The same work is done, and what it makes opens nothing and is sent to no one. */
  readonly agent: KnownAgent | null;
  /** The administrator who sends it; null when somebody asked for it themselves. */
  readonly by: { readonly id: string; readonly name: string } | null;
  /** Put into the audit row, such as the address of whoever asked. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Commit `[systemPart, brand.part({ statements, entries, bumps })]` in one unit: the link, its mail and their rows stand or fall together. */
export interface IssuedLink {
  readonly linkId: string;
  readonly expiresAt: number;
  /** Of the brand: the mail. */
  readonly statements: Statement[];
  readonly entries: Entry[];
  /** Of the system: the link, and the end of earlier ones of its kind. */
  readonly systemPart: Part;
}

type Kind = 'invite' | 'reset' | 'enrol';

/** The page that each kind opens, under `/b/<brand>/`. */
export const LINK_PAGES: Readonly<Record<Kind, string>> = Object.freeze({ invite: 'invite', reset: 'reset', enrol: 'enrol' });

interface Making {
  readonly kind: Kind;
  readonly expiresAt: number;
  readonly event: string;
  readonly letter: LetterKind;
  /** False: the mail says something else, and the link is made dead. */
  readonly opens: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a renewal link holds: who started it. */
const renewalPayload = (byAdmin: boolean) => ({ byAdmin });

/** Of those asked for by anybody; what an administrator started is not one. */
export const ASKED_RENEWAL = JSON.stringify(renewalPayload(false));

/** Whether a link an administrator started is among these. */
export const startedByAdmin = (links: readonly linkRows.LinkRow[]): boolean => links.some(({ kind, payload }) => kind === 'reset' && payload !== ASKED_RENEWAL);

/**
 * The end of earlier links of the kind. Whoever knows an address may ask for a renewal: that ends only what was asked for, never what an
 * administrator started, and nothing when the new link is dead (the statement is made all the same: the work must not tell).
 */
function endOfEarlier({ store, now }: LinkParts, { brand, agent, by }: LinkFor, kind: Kind, dead: boolean): Statement {
  const agentId = dead ? '' : (agent?.id ?? '');
  if (kind === 'reset' && by === null) return linkRows.voidMadeWith(store.system, brand.id, agentId, now, kind, ASKED_RENEWAL);
  return linkRows.voidOf(store.system, brand.id, agentId, now, [kind]);
}

function issueLink(parts: LinkParts, target: LinkFor, { kind, expiresAt, event, letter, opens, payload }: Making): IssuedLink {
  const { store, keyring, now } = parts;
  const { brand, agent, by } = target;
  const { system } = store;
  const rows = store.brand(brand.id);
  const token = newToken();
  const id = newId('lnk');
  const dead = agent === null || !opens;
  const row = {
    id,
    kind,
    target_brand: brand.id,
    agent_id: agent?.id ?? null,
    token_hash: token.hash,
    payload: JSON.stringify(payload),
    sealed: kind === 'reset' ? null : sealNewSecret(keyring, { id, kind }),
    created_at: now,
    expires_at: dead ? now : expiresAt,
    used_at: null,
  } as const;
  const actor: Entry['actor'] = by === null ? { kind: 'anonymous', id: null } : { kind: 'agent', id: by.id };
  const facts = { ...(dead ? {} : { link: id, expiresAt }), ...target.facts };
  const entry = (entity: Entry['entity']): Entry => ({ id: newId('evt'), at: now, actor, event, entity, facts });
  const link = `${parts.origin}/b/${brand.slug}/${LINK_PAGES[kind]}#${token.text}`;
  const mail = posting(keyring, rows, {
    to: agent?.email ?? null,
    agentId: agent?.id ?? null,
    name: agent?.name ?? '',
    brandName: brand.name,
    kind: letter,
    facts: { link, until: inUtc(expiresAt), ...(by === null ? {} : { by: by.name }) },
  }, now);
  return {
    linkId: id,
    expiresAt,
    statements: [mail],
    entries: [entry({ kind: 'agent', id: agent?.id ?? null })],
    systemPart: system.part({
      statements: [endOfEarlier(parts, target, kind, dead), linkRows.insert(system, row)],
      entries: [entry({ kind: 'brand', id: brand.id })],
    }),
  };
}

/** Invites somebody whose account was just made (or renews an invitation that was not accepted). */
export function issueInvitation(parts: LinkParts, target: LinkFor): IssuedLink {
  return issueLink(parts, target, { kind: 'invite', expiresAt: parts.now + INVITATION_MS, event: 'user.invited', letter: 'invitation', opens: true, payload: {} });
}

/** The renewal of a password. Asked by the person: who could not end it (no factor, and the setting is off) is told to ask an administrator. */
export function issueRenewal(parts: LinkParts, target: LinkFor): IssuedLink {
  const byAdmin = target.by !== null;
  const opens = decideRenewal(parts.policy, { hasFactor: target.agent?.has_factor === 1, byAdmin, factorGiven: true }).allowed;
  return issueLink(parts, target, {
    kind: 'reset',
    expiresAt: parts.now + RENEWAL_MS,
    event: byAdmin ? 'password.renewal_started' : 'password.renewal_asked',
    letter: opens || target.agent === null ? 'renewal' : 'renewal_needs_admin',
    opens,
    payload: renewalPayload(byAdmin),
  });
}

/** A link by which somebody without a factor enrols the first one, with the password. */
export function issueEnrolment(parts: LinkParts, target: LinkFor): IssuedLink {
  const expiresAt = enrolmentLinkEndsAt(parts.policy, parts.now);
  return issueLink(parts, target, { kind: 'enrol', expiresAt, event: 'enrolment.link_issued', letter: 'enrolment', opens: true, payload: {} });
}

/** A link that can still be used, with its person. */
export interface UsableLink {
  readonly link: linkRows.LinkRow;
  readonly brand: BrandStore;
  readonly agentId: string;
}

/** Looks at a link without using it up. Null when it is unknown, of another kind, used, or too old at `now`. */
export async function usableLink(store: Store, kind: Kind, token: string, now: number): Promise<UsableLink | null> {
  const link = await linkRows.byTokenHash(store.system, tokenHash(token));
  if (link === undefined || link.kind !== kind || link.used_at !== null || link.expires_at <= now) return null;
  if (link.target_brand === null || link.agent_id === null) return null;
  return { link, brand: store.brand(link.target_brand), agentId: link.agent_id };
}

// Erases a customer and keeps the case: counted first, agreed to, marked, and then carried out text by text until nothing is left (GDPR Article 17).
import { createHash } from 'node:crypto';
import { decideErasure } from '#policy/decide/erasure.ts';
import { type Denial, deny } from '#policy/decision.ts';
import type { Keyring } from '#identity/keyring.ts';
import { newId } from '#identity/tokens.ts';
import * as tagRows from '#store/conversation-tags.ts';
import * as conversationRows from '#store/conversations.ts';
import type * as customerRows from '#store/customers.ts';
import * as decisionRows from '#store/decisions.ts';
import * as erasures from '#store/erasures.ts';
import * as fileRows from '#store/files.ts';
import * as uploadRows from '#store/uploads.ts';
import { advance } from '#store/feed.ts';
import * as mailRows from '#store/mails.ts';
import * as mailTokens from '#store/mail-tokens.ts';
import * as redactions from '#store/redactions.ts';
import * as keptAnswerRows from '#store/kept-answers.ts';
import * as saltRows from '#store/salts.ts';
import { type BrandStore, Conflict, type Statement } from '#store/store.ts';
import { emptyTexts, type Emptied } from '#inbox/erased-texts.ts';
import { readKnown } from '#inbox/known-customer.ts';
import { type Known, matcherOf } from '#inbox/known-values.ts';
import type { PrivacyParts } from '#inbox/redaction.ts';

export interface ErasureParts extends PrivacyParts {
  readonly keyring: Pick<Keyring, 'seal' | 'open'>;
}

/** What an erasure takes. Every number is of this customer's own conversations. */
export interface ErasureCounts {
  readonly conversations: number;
  readonly messages: number;
  /** Texts of the customer: emptied. */
  readonly customerMessages: number;
  /** Texts, notes and events of others in which something known is masked. */
  readonly mentions: number;
  readonly tags: number;
  readonly identities: number;
  readonly sessions: number;
  /** That the customer sent: emptied, their bytes removed. */
  readonly files: number;
}

export interface ErasurePlan {
  readonly customer: customerRows.CustomerRow;
  readonly counts: ErasureCounts;
  /** Numbers of the conversations on hold. */
  readonly held: readonly number[];
  /** Of the counts and of how far the conversations have come: agreed to, it is what happens. */
  readonly fingerprint: string;
  readonly known: Known;
  readonly feed: number;
  readonly conversations: readonly conversationRows.ConversationRow[];
}

const PAGE = 500;

/** Counts what an erasure would take, and takes nothing. Null: no such customer. */
export async function planErasure(brand: BrandStore, customerId: string): Promise<ErasurePlan | null> {
  const read = await readKnown(brand, customerId);
  if (read === undefined) return null;
  const { customer, known } = read;
  const [identities, sessions, conversations, files] = await Promise.all([erasures.identitiesOf(brand, customerId), erasures.sessionsOf(brand, customerId), conversationRows.ofCustomer(brand, customerId), fileRows.countOfCustomer(brand, customerId)]);
  const matcher = matcherOf(known);
  let [messages, customerMessages, mentions] = [0, 0, 0];
  for (const { id } of conversations) {
    for (let after = 0, rows; (rows = await redactions.messagesAfter(brand, id, after, PAGE)).length > 0; after = rows.at(-1)?.seq ?? Infinity) {
      messages += rows.length;
      for (const row of rows) {
        if (row.redacted_at !== null) continue;
        if (row.author_kind === 'customer' && row.kind !== 'event') customerMessages += 1;
        else if (matcher.mentions(row.text)) mentions += 1;
      }
      if (rows.length < PAGE) break;
    }
  }
  const tags = [...(await tagRows.of(brand, conversations.map(({ id }) => id))).values()].flat().filter((tag) => matcher.mentions(tag)).length;
  const counts: ErasureCounts = { conversations: conversations.length, messages, customerMessages, mentions, tags, identities: identities.length, sessions: sessions.length, files };
  const feed = Math.max(0, ...conversations.map((row) => row.feed));
  const fingerprint = createHash('sha256').update(JSON.stringify([customerId, counts, feed])).digest('base64url');
  return { customer, counts, held: conversations.filter((row) => row.hold_at !== null).map((row) => row.number), fingerprint, known, feed, conversations };
}

export interface Asking {
  readonly agentId: string;
  /** The fingerprint that the person saw. */
  readonly agreed: string;
  readonly maySee: (conversation: conversationRows.ConversationRow) => boolean;
  /** Uses the fresh code up, in the same unit. */
  readonly using: readonly Statement[];
}

export type Erased = { readonly ok: true; readonly counts: ErasureCounts } | { readonly ok: false; readonly denial: Denial };

/**
 * Marks the customer as erased in one unit: the row blanked, identities and salts gone, sessions ended. From then on nothing shows who they
 * were. What is known of them is kept sealed until their texts are through (`continueErasure`).
 */
export async function beginErasure(parts: ErasureParts, brandId: string, customerId: string, { agentId, agreed, maySee, using }: Asking): Promise<Erased> {
  const brand = parts.store.brand(brandId);
  const plan = await planErasure(brand, customerId);
  if (plan === null) return { ok: false, denial: deny('customer.not_found', null, {}) };
  const { customer, conversations, counts, known, held, feed, fingerprint } = plan;
  const decision = decideErasure({ erased: customer.erased_at !== null, held, allSeen: conversations.every(maySee), agreed, present: fingerprint });
  if (!decision.allowed) return { ok: false, denial: decision };
  const now = parts.now();
  const sealed = parts.keyring.seal(JSON.stringify(known), `erasure ${customerId}`);
  const statements = [
    advance(brand),
    ...mailRows.forget(brand, conversations.map(({ id }) => id), now),
    ...using,
    erasures.blank(brand, customerId, { at: now, agentId }, feed),
    erasures.forgetIdentities(brand, customerId),
    keptAnswerRows.empty(brand),
    mailTokens.forgetSenders(brand, customerId),
    mailTokens.forgetTokens(brand, customerId),
    ...erasures.endSessions(brand, customerId, now),
    // What no message carries yet goes at once; the others with their messages.
    fileRows.emptyWaiting(brand, { kind: 'customer', id: customerId }, now),
    uploadRows.forgetOf(brand, customerId),
    saltRows.drop(brand, customerId),
    decisionRows.forget(brand, customerId),
    ...decisionRows.forgetMails(brand, known.emails),
    erasures.begin(brand, { customer_id: customerId, sealed, begun_at: now, begun_by: agentId }),
    ...(conversations.length === 0 ? [] : [conversationRows.touch(brand, conversations.map(({ id }) => id))]),
  ];
  const entry = { id: newId('evt'), at: now, actor: { kind: 'agent', id: agentId }, event: 'customer.erased', entity: { kind: 'customer', id: customerId }, facts: { ...counts } } as const;
  try {
    await parts.commit([brand.part({ statements, entries: [entry], bumps: ['inbox'] })]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    if (error.code === 'step_up.required') return { ok: false, denial: deny('step_up.required', null, {}) };
    if (error.code !== 'customer.erasure_changed' && error.code !== 'conversation.changed') throw error;
    return { ok: false, denial: deny('customer.erasure_changed', null, {}) };
  }
  return { ok: true, counts };
}

/** Rounds after which a customer whose texts keep coming is left to the next round of the worker. */
const MOST_ROUNDS = 3;

/** Carries an erasure out, or goes on with one that was cut off: in units of bounded size, each safe to do again. True when it is over. */
export async function continueErasure(parts: ErasureParts, brandId: string, customerId: string): Promise<boolean> {
  const brand = parts.store.brand(brandId);
  const begun = await erasures.of(brand, customerId);
  if (begun === undefined) return true;
  const known = JSON.parse(Buffer.from(parts.keyring.open(begun.sealed, `erasure ${customerId}`)).toString('utf8')) as Known;
  const facts: Emptied = { brand, customerId, by: { at: begun.begun_at, agentId: begun.begun_by }, matcher: matcherOf(known) };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (const conversation of await conversationRows.ofCustomer(brand, customerId)) {
      await emptyTexts(parts, facts, conversation).catch((error: unknown) => {
        // Retention took the conversation meanwhile.
        if (!(error instanceof Conflict) || error.code !== 'conversation.changed') throw error;
      });
    }
    const entry = { id: newId('evt'), at: parts.now(), actor: { kind: 'system', id: null }, event: 'customer.erasure_finished', entity: { kind: 'customer', id: customerId } } as const;
    try {
      await parts.commit([brand.part({ statements: [erasures.finish(brand, customerId)], entries: [entry] })]);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict) || error.code !== 'erasure.unfinished') throw error;
      // Another node may have been first.
      if ((await erasures.of(brand, customerId)) === undefined) return true;
    }
  }
  return false;
}

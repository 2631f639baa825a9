// Search: the newest texts that hold all the words, as the conversations they stand in, with the place where they stand.
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandStore, Hit } from '#store/store.ts';
import type { Actor } from '#inbox/agent-message.ts';
import { customerName } from '#inbox/customer-card.ts';
import { markOf, type Place, searchCursorOf, type SearchPlace } from '#inbox/cursors.ts';
import { headText } from '#inbox/head-text.ts';
import { askedWords, type AskedWords, matches, placedWords } from '#inbox/search-words.ts';
import type { Summary } from '#inbox/shapes.ts';
import { isKept, maySee, sightOf } from '#inbox/sight.ts';
import { around, summaryOf } from '#inbox/summaries.ts';
import * as readRows from '#store/conversation-reads.ts';

export interface Found extends Summary {
  /** `messageId` is null where the words stand in what is known of the customer, in the tags, or are the number. */
  readonly found: { readonly messageId: string | null; readonly excerpt: string; readonly at: number };
}

export interface SearchAnswer {
  readonly conversations: readonly Found[];
  readonly next: string | null;
  /** What was looked for, to be marked in the page: folded, the last one may be a beginning. */
  readonly words: readonly string[];
}

const PAGE = 30;
/** Hits looked through for one page; where more are needed the cursor goes on from there. */
const MOST_HITS = 2_000;
const STEPS = [60, 240, 700, 1_000] as const;
/** Conversations that all pages of one search show: the cursor carries them. Who looks further says more words. */
const MOST_SHOWN = 900;
const EXCERPT = { before: 60, after: 120 } as const;

/** The text around its first word that was asked for: plain, on one line, whole characters. */
export function excerptOf(whole: string, asked: AskedWords): string {
  // Places are those of the composed form.
  const text = whole.normalize('NFC');
  let at = 0;
  for (const { word, start } of placedWords(text)) {
    if (!matches(asked, word)) continue;
    at = start;
    break;
  }
  const from = Math.max(0, at - EXCERPT.before);
  const to = Math.min(text.length, at + EXCERPT.after);
  // A cut through a pair of surrogates leaves halves at its ends.
  const piece = text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '').replace(/\s+/gu, ' ').trim();
  return `${from > 0 ? '…' : ''}${piece}${to < text.length ? '…' : ''}`;
}

interface Reading {
  readonly brand: BrandStore;
  readonly asked: AskedWords;
  readonly shows: (row: ConversationRow) => boolean;
}

/** The next conversations after `after`, each with its newest hit. `place`: where it stopped, undefined at the end. */
async function findNext(reading: Reading, after: SearchPlace | undefined): Promise<{ hits: { hit: Hit; row: ConversationRow }[]; place: Place | undefined }> {
  const { brand, asked, shows } = reading;
  const found = new Map<string, { hit: Hit; row: ConversationRow }>();
  const judged = new Set<string>();
  let place: Place | undefined = after;
  let looked = 0;
  for (const step of STEPS) {
    const limit = Math.min(step, MOST_HITS - looked);
    const hits = await brand.search({ ...asked, limit, ...(place === undefined ? {} : { after: place }) });
    looked += hits.length;
    const fresh = [...new Set(hits.map((hit) => hit.conversationId))].filter((id) => !judged.has(id));
    const rows = await conversationRows.byIds(brand, fresh);
    const open = new Map(rows.filter((row) => shows(row) && after?.shown.has(markOf(row.id)) !== true).map((row) => [row.id, row]));
    for (const hit of hits) {
      place = hit;
      const row = open.get(hit.conversationId);
      if (row !== undefined && !judged.has(row.id)) found.set(row.id, { hit, row });
      judged.add(hit.conversationId);
      if (found.size === PAGE) return { hits: [...found.values()], place };
    }
    if (hits.length < limit) return { hits: [...found.values()], place: undefined };
  }
  return { hits: [...found.values()], place };
}

/** "#1024" or "1024": people say numbers. */
async function byNumber({ brand, shows }: Reading, query: string): Promise<{ hit: Hit; row: ConversationRow }[]> {
  const number = /^\s*#?(\d{1,9})\s*$/.exec(query)?.[1];
  const row = number === undefined ? undefined : await conversationRows.byNumber(brand, Number(number));
  return row === undefined || !shows(row) ? [] : [{ hit: { id: row.id, conversationId: row.id, at: row.last_message_at }, row }];
}

export async function searchConversations(brand: BrandStore, viewer: Pick<Actor, 'id' | 'admin' | 'policyIn'>, query: string, after: SearchPlace | undefined, now: number): Promise<SearchAnswer> {
  const asked = askedWords(query);
  if (asked.words.length === 0) return { conversations: [], next: null, words: [] };
  const sight = await sightOf(brand, viewer);
  const reading: Reading = { brand, asked, shows: (row) => maySee(sight, row) && isKept(viewer.policyIn, row, now) };
  const [numbered, { hits, place }] = await Promise.all([after === undefined ? byNumber(reading, query) : [], findNext(reading, after)]);
  const all = [...numbered, ...hits.filter(({ row }) => row.id !== numbered[0]?.row.id)];
  const rows = all.map(({ row }) => row);
  const [about, reads, messages] = await Promise.all([
    around(brand, rows), readRows.of(brand, viewer.id, rows.map((row) => row.id)), messageRows.byIds(brand, all.filter(({ hit }) => hit.id !== hit.conversationId).map(({ hit }) => hit.id)),
  ]);
  const conversations = all.map(({ hit, row }): Found => {
    const summary = summaryOf(row, about, reads.get(row.id) ?? 0);
    const message = messages.get(hit.id);
    const customer = about.customers.get(row.customer_id);
    const text = message?.text ?? (customer === undefined ? customerName(customer) : headText(customer, summary.tags));
    return { ...summary, found: { messageId: message?.id ?? null, excerpt: excerptOf(text, asked), at: hit.at } };
  });
  const shown = new Set([...(after?.shown ?? []), ...rows.map((row) => markOf(row.id))]);
  const next = place === undefined || shown.size >= MOST_SHOWN ? null : searchCursorOf({ at: place.at, id: place.id, shown });
  return { conversations, next, words: asked.words };
}

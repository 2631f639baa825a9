// The texts of one conversation of an erased customer: the customer's own emptied and marked, in everybody else's what is known of the customer masked.
import { newId } from '#identity/tokens.ts';
import * as tagRows from '#store/conversation-tags.ts';
import * as conversations from '#store/conversations.ts';
import type { ConversationRow } from '#store/conversations.ts';
import { advance } from '#store/feed.ts';
import * as fileRows from '#store/files.ts';
import type { MessageRow } from '#store/messages.ts';
import * as exceptionRows from '#store/forward-exceptions.ts';
import * as forwardRows from '#store/forwards.ts';
import * as linkRows from '#store/recipient-links.ts';
import * as redactions from '#store/redactions.ts';
import type { BrandStore, Statement } from '#store/store.ts';
import { forgetMails } from '#inbox/mail/forgetting.ts';
import { headText } from '#inbox/head-text.ts';
import { MASK, type Matcher } from '#inbox/known-values.ts';
import { previewOf } from '#inbox/message-writing.ts';
import { type PrivacyParts, REMOVED } from '#inbox/redaction.ts';
import { keptWords } from '#inbox/search-words.ts';

export interface Emptied {
  readonly brand: BrandStore;
  readonly customerId: string;
  readonly by: { readonly at: number; readonly agentId: string };
  readonly matcher: Matcher;
}

const NOBODY = { name: null, email: null, phone: null, external_id: null } as const;
/** Messages of one unit: the writer is held up for some milliseconds. */
const PAGE = 200;

/** An event is JSON: only its values are read, so that no mark breaks it. */
function maskedEvent(text: string, matcher: Matcher): string {
  try {
    const masked = JSON.stringify(JSON.parse(text), (_key, value: unknown) => (typeof value === 'string' ? matcher.mask(value) : value));
    return matcher.mentions(masked) ? matcher.mask(text) : masked;
  } catch {
    return matcher.mask(text);
  }
}

function maskedText({ kind, text }: MessageRow, matcher: Matcher): string {
  if (kind === 'event') return matcher.mentions(text) ? maskedEvent(text, matcher) : text;
  return matcher.mask(text);
}

async function commitPage({ commit, now }: PrivacyParts, { brand, customerId }: Emptied, conversation: ConversationRow, statements: readonly Statement[], counts: { emptied: number; masked: number }): Promise<void> {
  const entry = { id: newId('evt'), at: now(), actor: { kind: 'system', id: null }, event: 'customer.texts_erased', entity: { kind: 'customer', id: customerId }, facts: { conversation: conversation.id, ...counts } } as const;
  await commit([brand.part({ statements: [advance(brand), conversations.touch(brand, [conversation.id]), ...statements], entries: [entry], bumps: ['inbox'] })]);
}

/** What stands above the messages: the preview, the tags, and the words by which search finds the conversation. `last`: its newest text, as it is now. */
async function headStatements({ brand, matcher }: Emptied, conversation: ConversationRow, last: string | null): Promise<Statement[]> {
  const statements: Statement[] = [];
  const preview = last === null ? REMOVED : previewOf(last);
  if (preview !== conversation.preview) statements.push(redactions.repreview(brand, conversation, preview));
  const tags = (await tagRows.of(brand, [conversation.id])).get(conversation.id) ?? [];
  const masked = tags.map((tag) => matcher.mask(tag));
  for (const [at, tag] of tags.entries()) if (masked[at] !== tag) statements.push(...redactions.retag(brand, conversation.id, tag, masked[at] ?? MASK));
  const before = await redactions.searchWordsOf(brand, conversation.id);
  const words = keptWords(headText(NOBODY, masked));
  if (before !== undefined && before.words !== words) statements.push(redactions.research(brand, conversation.id, words));
  return statements;
}

/** What left to people outside, as it is kept here: masked, and over. What was allowed for them goes. */
async function forwardStatements({ brand, matcher, by }: Emptied, conversation: ConversationRow): Promise<Statement[]> {
  const forwards = await forwardRows.ofConversation(brand, conversation.id);
  const statements: Statement[] = [];
  for (const { id, recipients, subject, note, body, files } of forwards) {
    const masked = { recipients: maskedEvent(recipients, matcher), subject: matcher.mask(subject), note: matcher.mask(note), body: matcher.mask(body), files: maskedEvent(files, matcher) };
    if (masked.recipients !== recipients || masked.subject !== subject || masked.note !== note || masked.body !== body || masked.files !== files) statements.push(forwardRows.rewrite(brand, id, masked));
  }
  if ((await linkRows.ofForwards(brand, forwards.map(({ id }) => id))).length > 0) statements.push(linkRows.forget(brand, forwards.map(({ id }) => id)));
  if (forwards.some((row) => row.ended_at === null)) statements.push(forwardRows.endAll(brand, conversation.id, { at: by.at, agentId: by.agentId, reason: 'erased' }));
  if ((await exceptionRows.ofConversation(brand, conversation.id)).length > 0) statements.push(exceptionRows.forget(brand, conversation.id));
  return statements;
}

/** Goes through a conversation once. Doing it again finds nothing more to do. */
export async function emptyTexts(parts: PrivacyParts, facts: Emptied, conversation: ConversationRow): Promise<void> {
  const { brand, matcher, by } = facts;
  let last: string | null = null;
  for (let after = 0, full = true; full; ) {
    const rows = await redactions.messagesAfter(brand, conversation.id, after, PAGE);
    full = rows.length === PAGE;
    after = rows.at(-1)?.seq ?? after;
    const own: string[] = [];
    const masked: { readonly id: string; readonly text: string }[] = [];
    for (const row of rows) {
      const emptied = row.redacted_at !== null || (row.author_kind === 'customer' && row.kind !== 'event');
      const text = emptied ? null : maskedText(row, matcher);
      if (row.kind === 'text') last = text;
      if (text === null && row.redacted_at === null) own.push(row.id);
      if (text !== null && text !== row.text) masked.push({ id: row.id, text });
    }
    const renamed: { readonly id: string; readonly name: string }[] = [];
    for (const file of [...(await fileRows.ofMessages(brand, rows)).values()].flat()) {
      const name = matcher.mask(file.name);
      if (name !== file.name && !own.includes(file.message_id ?? '')) renamed.push({ id: file.id, name });
    }
    if (own.length === 0 && masked.length === 0 && renamed.length === 0) continue;
    await commitPage(parts, facts, conversation, [
      ...(own.length === 0 ? [] : [redactions.empty(brand, own, by), redactions.unsearch(brand, own), fileRows.emptyOfMessages(brand, own, by.at)]),
      // What was sent to the customer stays, under a name that says nothing of them; search forgets the name.
      ...renamed.map(({ id, name }) => fileRows.rename(brand, id, name)),
      ...rows.filter((row) => row.files > 0 && !own.includes(row.id) && row.redacted_at === null && !masked.some(({ id }) => id === row.id)).map((row) => redactions.research(brand, row.id, keptWords(row.text))),
      ...masked.flatMap(({ id, text }) => [redactions.rewrite(brand, id, text), redactions.research(brand, id, keptWords(text))]),
    ], { emptied: own.length, masked: masked.length });
  }
  const head = [...(await headStatements(facts, conversation, last)), ...(await forwardStatements(facts, conversation)), ...(conversation.kind === 'email' ? await forgetMails(brand, conversation.id) : [])];
  if (head.length > 0) await commitPage(parts, facts, conversation, head, { emptied: 0, masked: 0 });
}

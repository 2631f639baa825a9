// Messages as the workspace shows them: with the names of who wrote, and events as sentences.
import { customerName } from '#inbox/customer-card.ts';
import type { MailShown } from '#inbox/mail/mail-view.ts';
import type { Names } from '#inbox/names.ts';
import type { Message } from '#inbox/shapes.ts';
import type { CustomerRow } from '#store/customers.ts';
import type { FilesByMessage } from '#store/files.ts';
import type { MessageRow } from '#store/messages.ts';
import { shownFiles } from '#media/file-view.ts';

const STATUS_WORDS: Readonly<Record<string, string>> = { open: 'opened this conversation', pending: 'set this conversation to pending', solved: 'solved this conversation', archived: 'archived this conversation' };

interface Told {
  readonly what?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
}

function toldOf(text: string): Told {
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === 'object' && told !== null ? told : {};
  } catch {
    return {};
  }
}

function forwardSentence(what: unknown, by: string, from: unknown, to: unknown): string | undefined {
  if (what === 'forward') return `${by} forwarded this conversation to ${String(to)}.`;
  if (what === 'forward_withdrawn') return `${by} withdrew a forward.`;
  if (what === 'forward_reopened') return 'An answer to a forward opened this conversation again.';
  if (what === 'forward_stranger') return to === 'several_senders' ? 'An answer to a forward was not taken: it names several senders.' : `An answer to a forward was not taken: ${String(from)} was no recipient of it. Forward to this address too if it should answer.`;
  return undefined;
}

/** What an event says, as a sentence. `by`: who did it. */
export function eventSentence(text: string, by: string, { agents, teams }: Names): string {
  const { what, from, to } = toldOf(text);
  const of = (names: ReadonlyMap<string, string>, id: unknown): string => (typeof id === 'string' ? (names.get(id) ?? id) : 'nobody');
  const none = to === null || to === undefined;
  if (what === 'status' && from === 'archived') return `${by} took this conversation out of the archive.`;
  if (what === 'status') return `${by} ${STATUS_WORDS[String(to)] ?? 'changed the status'}.`;
  if (what === 'assignee') return none ? `${by} took this conversation from ${of(agents, from)}.` : `${by} assigned this conversation to ${of(agents, to)}.`;
  if (what === 'team') return none ? `${by} took this conversation from the team ${of(teams, from)}.` : `${by} gave this conversation to the team ${of(teams, to)}.`;
  if (what === 'tag') return none ? `${by} removed the tag “${String(from)}”.` : `${by} added the tag “${String(to)}”.`;
  if (what === 'undelivered' || what === 'delayed') return `An answer ${what === 'delayed' ? 'is delayed on its way' : 'could not be delivered'}${typeof from === 'string' && from !== '' ? ` to ${from}` : ''}${none ? '' : ` (${String(to)})`}.`;
  const forwarded = forwardSentence(what, by, from, to);
  if (forwarded !== undefined) return forwarded;
  if (what === 'hold') return none ? `${by} released the legal hold.` : `${by} placed a legal hold.`;
  return `${by} changed this conversation.`;
}

/** What views of the messages of one conversation need. */
export interface MessageFrame {
  readonly names: Names;
  readonly customer: Pick<CustomerRow, 'name' | 'erased_at'> | undefined;
  readonly files: FilesByMessage;
  /** Of messages that came or left by mail. */
  readonly mails?: ReadonlyMap<string, MailShown>;
}

/** One message as this person is shown it. */
export function messageOf(row: MessageRow, { names, customer, files, mails }: MessageFrame, agentId: string): Message {
  const { author_kind: kind, author_id: id } = row;
  const name = kind === 'customer' ? customerName(customer) : kind === 'system' ? (row.kind === 'note' ? 'Forward reply' : 'System') : (names.agents.get(id ?? '') ?? id ?? 'An agent');
  const own = kind === 'agent' && id === agentId && row.kind !== 'event';
  const redacted = row.redacted_at === null ? null : { at: row.redacted_at, byName: names.agents.get(row.redacted_by ?? '') ?? 'the system' };
  return {
    id: row.id, seq: row.seq, feed: row.feed, kind: row.kind, author: { kind, id, name }, ...(own ? { clientId: row.client_id } : {}),
    text: row.kind === 'event' ? eventSentence(row.text, kind === 'system' ? 'The customer' : name, names) : row.text, verified: row.verified === 1, at: row.created_at, redacted, files: shownFiles(files.get(row.id)), ...(mails?.has(row.id) === true ? { mail: mails.get(row.id) as MailShown } : {}),
  };
}

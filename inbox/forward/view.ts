// Forwards and exceptions as the workspace and programs are told of them.
import type { Keyring } from '#identity/keyring.ts';
import { shownRecipientLink } from '#media/recipient-links.ts';
import * as agentRows from '#store/agents.ts';
import * as apiKeyRows from '#store/api-keys.ts';
import * as exceptionRows from '#store/forward-exceptions.ts';
import type { ExceptionRow } from '#store/forward-exceptions.ts';
import * as forwardRows from '#store/forwards.ts';
import type { ForwardRow } from '#store/forwards.ts';
import * as mailRows from '#store/mails.ts';
import * as linkRows from '#store/recipient-links.ts';
import type { BrandStore } from '#store/store.ts';

export interface ForwardView {
  readonly id: string;
  readonly at: number;
  readonly byName: string;
  readonly to: string[];
  readonly cc: string[];
  readonly bcc: string[];
  readonly subject: string;
  readonly text: string;
  /** What went along. */
  readonly files: string[];
  /** What it had links to. */
  readonly linked: string[];
  readonly details: boolean;
  readonly mayReply: boolean;
  /** `waiting`: on its way; `sent`; `kept`: written to a file, for want of a mail server; `failed`: an administrator sees why on the page of mails that could not be sent. */
  readonly mail: 'waiting' | 'sent' | 'kept' | 'failed';
  readonly replies: number;
  readonly lastReplyAt: number | null;
  readonly ended: { readonly at: number; readonly reason: NonNullable<ForwardRow['end_reason']> } | null;
}

export interface ExceptionView {
  readonly id: string;
  readonly conversationId: string;
  readonly address: string;
  readonly reason: string;
  readonly askedByName: string;
  readonly askedAt: number;
  /** `over`: it was allowed, and its end has come. */
  readonly state: ExceptionRow['state'] | 'over';
  readonly decidedByName: string | null;
  readonly until: number | null;
}

const nameOf = (names: ReadonlyMap<string, string>, id: string): string => names.get(id) ?? (id.startsWith('key_') ? 'A program' : 'Somebody');

const namesIn = ({ files }: ForwardRow, as: 'link' | undefined): string[] => (JSON.parse(files) as { name: string; as?: 'link' }[]).filter((file) => file.as === as).map(({ name }) => name);

/** How far they have come, all together. */
function farOf(mails: Awaited<ReturnType<typeof mailRows.ofForwards>>): ForwardView['mail'] {
  if (mails.some((one) => one.given_up_at !== null)) return 'failed';
  if (mails.some((one) => one.sent_at === null)) return 'waiting';
  return mails.some((one) => one.file !== null) ? 'kept' : 'sent';
}

export async function forwardViews(brand: BrandStore, rows: readonly ForwardRow[]): Promise<ForwardView[]> {
  if (rows.length === 0) return [];
  const [agents, keys, mails] = await Promise.all([agentRows.namesById(brand), apiKeyRows.namesOf(brand, rows.map((row) => row.created_by).filter((id) => id.startsWith('key_'))), mailRows.ofForwards(brand, rows.map(({ id }) => id))]);
  const names = new Map([...agents, ...keys]);
  return rows.map((row): ForwardView => {
    const { to, cc, bcc } = JSON.parse(row.recipients) as { to: string[]; cc: string[]; bcc: string[] };
    const own = mails.filter((mail) => mail.forward_id === row.id);
    return {
      id: row.id, at: row.created_at, byName: nameOf(names, row.created_by), to, cc, bcc, subject: row.subject, text: row.body, files: namesIn(row, undefined), linked: namesIn(row, 'link'),
      details: row.details === 1, mayReply: row.reply_hash !== null, mail: farOf(own), replies: row.replies, lastReplyAt: row.last_reply_at, ended: row.ended_at === null || row.end_reason === null ? null : { at: row.ended_at, reason: row.end_reason },
    };
  });
}

export const forwardsOf = async (brand: BrandStore, conversationId: string): Promise<ForwardView[]> => forwardViews(brand, await forwardRows.ofConversation(brand, conversationId));

export type LinkedForwardView = ForwardView & { readonly links: { readonly file: string; readonly recipient: string; readonly state: 'open' | 'revoked' | 'expired'; readonly until: number; readonly openedAt: number | null }[] };

/** With the link of each recipient to each file, and when it was first opened. */
export async function withLinks(brand: BrandStore, keyring: Pick<Keyring, 'open'>, views: readonly ForwardView[], now: number): Promise<LinkedForwardView[]> {
  const rows = await linkRows.ofForwards(brand, views.map(({ id }) => id));
  return views.map((view) => ({
    ...view,
    links: rows.filter((row) => row.forward_id === view.id).map((row) => {
      const { recipient, state, expiresAt: until, openedAt } = shownRecipientLink(keyring, row, (id) => id, now);
      return { file: row.shown_name ?? 'file', recipient, state, until, openedAt };
    }),
  }));
}

export async function exceptionViews(brand: BrandStore, rows: readonly ExceptionRow[], now: number): Promise<ExceptionView[]> {
  if (rows.length === 0) return [];
  const names = await agentRows.namesById(brand);
  return rows.map((row): ExceptionView => ({
    id: row.id, conversationId: row.conversation_id, address: row.address, reason: row.reason, askedByName: nameOf(names, row.asked_by), askedAt: row.asked_at,
    state: row.state === 'allowed' && !(now < (row.until ?? 0)) ? 'over' : row.state, decidedByName: row.decided_by === null ? null : nameOf(names, row.decided_by), until: row.until,
  }));
}

export const exceptionsOf = async (brand: BrandStore, conversationId: string, now: number): Promise<ExceptionView[]> => exceptionViews(brand, await exceptionRows.ofConversation(brand, conversationId), now);

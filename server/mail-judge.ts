// Asks the mail door again of a mail that is about to leave; and of a notice whether its agent may still see what it tells of.
import { type Denial, deny } from '#policy/decision.ts';
import type { OutgoingMail } from '#identity/outgoing-mail.ts';
import { personOf } from '#identity/person.ts';
import { maySee, sightOf } from '#inbox/sight.ts';
import * as agentRows from '#store/agents.ts';
import * as conversationRows from '#store/conversations.ts';
import type { BrandId, BrandStore } from '#store/store.ts';
import { UNCONFIRMED_MS } from '#server/brands.ts';
import { judgeOutgoing } from '#server/doors/mail.ts';
import type { Parts } from '#server/parts.ts';

export type JudgeParts = Pick<Parts, 'store' | 'brands' | 'now' | 'uptime'>;

/** Active, still at this address, and open to them every one: else it is nobody's business any more. */
async function judgeNotice(brand: BrandStore, { agentId, about = [] }: OutgoingMail, recipients: readonly string[]): Promise<Denial | null> {
  const agent = agentId === undefined ? undefined : await agentRows.byId(brand, agentId);
  if (agent === undefined || agent.deactivated_at !== null || recipients.some((address) => address !== agent.email)) return deny('users.missing', null, { agent: agentId ?? null });
  const [sight, conversations] = await Promise.all([sightOf(brand, personOf(agent)), conversationRows.byIds(brand, about)]);
  return conversations.length === about.length && conversations.every((row) => maySee(sight, row)) ? null : deny('conversation.not_found', null, { agent: agent.id });
}

/** Null: it may leave. Throws where nobody can tell what the settings are now: it then waits. */
export async function judgeAgain(parts: JudgeParts, brandId: BrandId, mail: OutgoingMail, recipients: readonly string[]): Promise<Denial | null> {
  const brand = await parts.brands.byId(brandId);
  if (brand === null) return deny('mail.no_recipient', null, {});
  if (parts.uptime() - brand.confirmedAt > UNCONFIRMED_MS) await parts.brands.confirm(brand.id);
  const { kind, to, cc = [], bcc = [], details = false, channelId, conversationId, forwardId } = mail;
  // Everybody who stands in it is judged, also who has it already.
  const everybody = [...new Set([...recipients, ...[...to, ...cc, ...bcc].map(({ address }) => address)])];
  // A notice of several channels is judged by the setting of each whose details stand in it.
  const channels = kind === 'notice' && details && mail.detailsOf !== undefined && mail.detailsOf.length > 0 ? mail.detailsOf : [channelId];
  for (const channel of channels) {
    const decision = await judgeOutgoing(parts, brand, { kind, recipients: everybody, details, channelId: channel, conversationId, forwardId });
    if (!decision.allowed) return decision;
  }
  return kind === 'notice' ? judgeNotice(parts.store.brand(brandId), mail, recipients) : null;
}

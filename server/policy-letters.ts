// Who is told by mail of a change that waits for a second person: whoever may approve it, and at its end its author. Settings by name; never a value, a reason or a secret.
import { labelOf } from '#policy/catalogue.ts';
import type { KeptChange } from '#policy/history.ts';
import * as agentRows from '#store/agents.ts';
import type { AgentRow } from '#store/agents.ts';
import type { Statement, Store } from '#store/store.ts';
import type { Keyring } from '#identity/keyring.ts';
import { inUtc, type LetterKind } from '#identity/letters.ts';
import { posting } from '#identity/post.ts';
import type { Brand } from '#server/brands.ts';
import type { Config } from '#server/config.ts';
import { approversOf, type Approvable } from '#server/policy-approvers.ts';

export interface LetterParts {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly config: Pick<Config, 'publicUrl'>;
}

const MOST_NAMED = 5;

/** The settings by their labels: a value may be a secret of the house, such as an address, and a mail is read by others. */
export function settingsNamed(keys: readonly string[]): string {
  const labels = [...new Set(keys.map(labelOf))];
  const more = labels.length - MOST_NAMED;
  return `${labels.slice(0, MOST_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** A page of the brand's settings, as every mail names it: by PUBLIC_URL alone. */
export const settingsPage = ({ config }: Pick<LetterParts, 'config'>, { slug }: Pick<Brand, 'slug'>, page: string): string => `${config.publicUrl.origin}/b/${slug}/settings/${page}`;

/** One letter to a person of the brand; it belongs in the unit of what it tells of. */
export function letterTo(parts: LetterParts, brand: Brand, { id, name, email }: AgentRow, kind: LetterKind, facts: Readonly<Record<string, string | number>>, at: number): Statement {
  return posting(parts.keyring, parts.store.brand(brand.id), { to: email, agentId: id, name, brandName: brand.name, kind, facts: { at: inUtc(at), ...facts } }, at);
}

/** To everybody who may approve it. */
export async function proposalLetters(parts: LetterParts, brand: Brand, row: Approvable, changes: readonly KeptChange[], at: number): Promise<Statement[]> {
  const rows = parts.store.brand(brand.id);
  const [author, approvers] = await Promise.all([agentRows.byId(rows, row.proposed_by), approversOf(rows, row)]);
  const facts = { by: author?.name ?? row.proposed_by, what: settingsNamed(changes.map(({ key }) => key)), until: inUtc(row.until), link: settingsPage(parts, brand, 'proposals') };
  return approvers.map((one) => letterTo(parts, brand, one, 'change_proposed', facts, at));
}

export type ProposalOutcome = 'approved' | 'rejected' | 'expired' | 'withdrawn';

/** To its author, what became of it; to nobody where the account is closed. */
export async function outcomeLetters(parts: LetterParts, brand: Brand, row: Approvable, changes: readonly KeptChange[], how: { readonly outcome: ProposalOutcome; readonly by?: string; readonly minutes?: number | undefined }, at: number): Promise<Statement[]> {
  const author = await agentRows.byId(parts.store.brand(brand.id), row.proposed_by);
  if (author === undefined || author.deactivated_at !== null) return [];
  const { outcome, by, minutes } = how;
  const facts = { what: settingsNamed(changes.map(({ key }) => key)), until: inUtc(row.until), link: settingsPage(parts, brand, 'proposals'), ...(by === undefined ? {} : { by }), ...(minutes === undefined ? {} : { minutes }) };
  return [letterTo(parts, brand, author, `change_${outcome}`, facts, at)];
}

// The mails of one forward: one for everybody, or, where it has links, one for each recipient with links of their own; everybody reads to whom it went.
import type { Actor } from '#identity/actor.ts';
import type { Keyring } from '#identity/keyring.ts';
import type { OutgoingMail } from '#identity/outgoing-mail.ts';
import { outgoing } from '#identity/post.ts';
import { issueRecipientLink } from '#media/recipient-links.ts';
import type { BrandStore, Entry, Statement } from '#store/store.ts';
import type { Composed } from '#inbox/forward/composition.ts';
import { canonical } from '#inbox/forward/request.ts';

/** What stands where the secret of a link will stand. */
export const LINK_SAMPLE = '••••••••';

export interface Copying {
  readonly keyring: Pick<Keyring, 'seal'>;
  readonly brand: BrandStore;
  readonly actor: Pick<Actor, 'kind' | 'id'>;
  readonly forwardId: string;
  /** The address that a link's token makes. */
  readonly linkAddress: (token: string) => string;
  /** When links end, ms. */
  readonly until: number | null;
  readonly now: number;
}

export interface Copies {
  readonly statements: readonly Statement[];
  readonly entries: readonly Entry[];
}

/** `sample`: as it was shown. `compose`: the same with other links. `about`: what every copy belongs to. */
export function copiesOf(copying: Copying, sample: Composed, compose: (linkOf: (fileId: string) => string) => Composed, about: Pick<OutgoingMail, 'kind'> & Partial<OutgoingMail>): Copies {
  const { keyring, brand, actor, forwardId, linkAddress, until, now } = copying;
  const letter = ({ linked: _linked, ...mail }: Composed, only: readonly string[] | null): Statement => outgoing(keyring, brand, { ...about, ...mail, ...(only === null ? {} : { only }) }, now).statement;
  if (sample.linked.length === 0 || until === null) return { statements: [letter(sample, null)], entries: [] };
  const everyone = canonical([...sample.to, ...(sample.cc ?? []), ...(sample.bcc ?? [])].map(({ address }) => address));
  const copies = everyone.map((recipient) => {
    const issued = new Map(sample.linked.map(({ fileId, name }) => [fileId, issueRecipientLink({ keyring, now: () => now }, brand, { fileId, recipient, expiresAt: until, by: { kind: actor.kind, id: actor.id }, forward: { id: forwardId, fileName: name } })]));
    const mail = compose((fileId) => linkAddress(issued.get(fileId)?.token ?? LINK_SAMPLE));
    const links = [...issued.values()];
    return { statements: [...links.map(({ statement }) => statement), letter(mail, [recipient])], entries: links.map(({ entry }) => entry) };
  });
  return { statements: copies.flatMap(({ statements }) => statements), entries: copies.flatMap(({ entries }) => entries) };
}

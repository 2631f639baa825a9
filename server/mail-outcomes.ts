// What became of a mail with each of its recipients: sealed in its row, since addresses are personal.
import type { Keyring } from '#identity/keyring.ts';
import type { MailOutcome } from '#outside/mail/mail.ts';
import type { Failed } from '#outside/outcome.ts';

export interface RecipientOutcome {
  /** `refused`: for good. */
  readonly state: 'sent' | 'waiting' | 'refused';
  readonly at: number;
  readonly code?: string;
  readonly sentence?: string;
}

/** By address. */
export type Outcomes = Readonly<Record<string, RecipientOutcome>>;

const ownerOf = (mailId: string): string => `mail-outcomes/${mailId}`;

export function openedOutcomes(keyring: Pick<Keyring, 'open'>, row: { readonly id: string; readonly outcomes: Uint8Array | null }): Outcomes {
  return row.outcomes === null ? {} : (JSON.parse(Buffer.from(keyring.open(row.outcomes, ownerOf(row.id))).toString('utf8')) as Outcomes);
}

export const sealedOutcomes = (keyring: Pick<Keyring, 'seal'>, mailId: string, outcomes: Outcomes): Uint8Array | null =>
  Object.keys(outcomes).length === 0 ? null : keyring.seal(JSON.stringify(outcomes), ownerOf(mailId));

/** Whether nothing more is to be done for a recipient. */
export const finished = (outcome: RecipientOutcome | undefined): boolean => outcome?.state === 'sent' || outcome?.state === 'refused';

/** What our own operator can mend may go through later. */
const mayPass = (failed: Failed): boolean => failed.retry || failed.code === 'misconfigured';

const failedWith = (failed: Failed, at: number): RecipientOutcome => ({ state: mayPass(failed) ? 'waiting' : 'refused', at, code: failed.code, sentence: failed.sentence });

/** What is known after a try that went to `tried`. */
export function nextOutcomes(before: Outcomes, tried: readonly string[], outcome: MailOutcome, at: number): Outcomes {
  const refused = new Map((outcome.refused ?? []).map((one) => [one.address, one]));
  const now = tried.map((address): [string, RecipientOutcome] => {
    const own = refused.get(address);
    if (own !== undefined) return [address, failedWith(own, at)];
    return [address, outcome.sent ? { state: 'sent', at } : failedWith(outcome, at)];
  });
  return { ...before, ...Object.fromEntries(now) };
}

/** For a mail that is sent once more by hand: who was refused is tried again, who has it is not. */
export const onlySent = (outcomes: Outcomes): Outcomes => Object.fromEntries(Object.entries(outcomes).filter(([, one]) => one.state === 'sent'));

// The rounds the building makes by itself: confirm policies, judge open sockets, fold floods, sign heads, end idle sessions.
import type { Folding, Summary } from '#audit/fold.ts';
import type { Parts } from '#server/parts.ts';
import { TELL_EVERY_MS, webhookRound } from '#server/workers/webhooks.ts';
import { POLL_MS } from '#server/brands.ts';
import { BEAT_EVERY_MS } from '#server/presence.ts';
import { TELL_SPENT_EVERY_MS } from '#server/key-rates.ts';
import { endIfOver } from '#server/session-end.ts';
import { signHeads, SIGN_EVERY_MS } from '#server/workers/heads.ts';
import { SWEEP_JOURNAL_EVERY_MS, sweepJournals, WRITE_JOURNAL_EVERY_MS } from '#server/workers/journal.ts';
import { POLICY_ENDS_EVERY_MS, policyRound } from '#server/workers/policy-ends.ts';
import { MAILBOXES_EVERY_MS, mailboxRound } from '#server/workers/mailboxes.ts';
import { FILE_EVERY_MS, mailInRounds } from '#server/workers/mail-in.ts';
import { postRound, SEND_EVERY_MS } from '#server/workers/post.ts';
import { NOTIFY_EVERY_MS, notifyRound } from '#server/workers/notifications.ts';
import { REMIND_EVERY_MS, remindOfPasswords } from '#server/workers/reminders.ts';
import { RETAIN_EVERY_MS, retentionRound } from '#server/workers/retention.ts';
import { sweepMedia } from '#media/sweeping.ts';
import { SWEEP_ROWS_EVERY_MS, sweepRows } from '#server/workers/sweep.ts';

const CHAT_EVERY_MS = 1_000;
const FOLD_EVERY_MS = 5_000;
const SWEEP_EVERY_MS = 30_000;
const SWEEP_MEDIA_EVERY_MS = 600_000;

/** Summaries whose rows could not be written yet: refusals already carry their ids. */
const owed = new WeakMap<Folding, Summary[]>();

/** Appends the summary rows of floods that are over (all of them, when `all`). What cannot be written now is written by the next round. */
export async function appendFolded({ folding, store, now }: Parts, all = false): Promise<void> {
  const summaries = [...(owed.get(folding) ?? []), ...folding.due(now(), all)];
  owed.set(folding, summaries);
  while (summaries.length > 0) {
    const { scope, entry } = summaries[0] as Summary;
    await store.commit([{ scope, statements: [], entries: [entry], bumps: [] }]);
    summaries.shift();
  }
}

async function sweepSessions(parts: Parts): Promise<void> {
  for (const session of [...parts.sessions.each()]) await endIfOver(parts, session);
  parts.sessions.sweep();
}

/** Starts the rounds; the function given back stops them and waits for those under way. */
export function startRounds(parts: Parts): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const mails = mailInRounds(parts);

  function every(ms: number, name: string, work: () => Promise<unknown>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      const run = work()
        .catch((error: unknown) => parts.log.error({ err: error, round: name }, 'a round failed; it is made again'))
        .then(() => {
          busy = false;
          running.delete(run);
        });
      running.add(run);
    }, ms);
    timer.unref();
    timers.push(timer);
  }

  every(POLL_MS, 'confirm', async () => {
    await parts.brands.confirm().finally(() => parts.live.judgeAll());
  });
  every(TELL_SPENT_EVERY_MS, 'key rates', async () => parts.keyRates.tell());
  every(TELL_EVERY_MS, 'webhooks', webhookRound(parts));
  every(POLL_MS, 'transfers', () => parts.transfers.round());
  every(CHAT_EVERY_MS, 'chat', async () => parts.chat.round());
  every(BEAT_EVERY_MS, 'presence', () => {
    parts.inboxLive.beat();
    return parts.presence.beat();
  });
  every(FOLD_EVERY_MS, 'fold', () => appendFolded(parts));
  every(SWEEP_EVERY_MS, 'sessions', () => sweepSessions(parts));
  every(SEND_EVERY_MS, 'post', postRound(parts, { alone: parts.store.engine === 'sqlite' }));
  every(WRITE_JOURNAL_EVERY_MS, 'journal', () => parts.journal.flush());
  every(SWEEP_JOURNAL_EVERY_MS, 'journal sweep', () => sweepJournals(parts));
  every(POLICY_ENDS_EVERY_MS, 'policy trials', policyRound(parts));
  every(MAILBOXES_EVERY_MS, 'mailboxes', mailboxRound(parts));
  every(FILE_EVERY_MS, 'mail in', mails.round);
  every(NOTIFY_EVERY_MS, 'notifications', notifyRound(parts));
  every(SWEEP_ROWS_EVERY_MS, 'sweep', () => sweepRows(parts));
  every(SWEEP_MEDIA_EVERY_MS, 'media', () => sweepMedia(parts.media));
  every(REMIND_EVERY_MS, 'reminders', () => remindOfPasswords(parts));
  every(RETAIN_EVERY_MS, 'retention', () => retentionRound(parts));
  every(SIGN_EVERY_MS, 'heads', () => signHeads({ store: parts.store, key: parts.keyring.auditKey, dataDir: parts.config.dataDir, now: parts.now }));

  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(running);
    await mails.ended();
  };
}

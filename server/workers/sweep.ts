// Forgets what no longer means anything: old counters, links, codes, unfinished sign-ins, sessions long ended, strangers who left. The audit trail stays.
import * as accessTokenRows from '#store/access-tokens.ts';
import * as brandRows from '#store/brands.ts';
import * as codeRows from '#store/one-time-codes.ts';
import * as challengeRows from '#store/used-challenges.ts';
import * as deviceRows from '#store/devices.ts';
import * as frameCodeRows from '#store/frame-codes.ts';
import * as failureRows from '#store/failures.ts';
import * as keptAnswerRows from '#store/kept-answers.ts';
import * as linkRows from '#store/links.ts';
import * as mailRows from '#store/mails.ts';
import * as receivedMails from '#store/received-mails.ts';
import * as notificationRows from '#store/notifications.ts';
import * as recipientLinkRows from '#store/recipient-links.ts';
import * as sessionRows from '#store/sessions.ts';
import * as deliveryRows from '#store/webhook-deliveries.ts';
import * as signInRows from '#store/sign-ins.ts';
import * as ticketRows from '#store/tickets.ts';
import type { Store } from '#store/store.ts';
import { forgetLeft } from '#inbox/left-customers.ts';

export const SWEEP_ROWS_EVERY_MS = 3_600_000;
const DAY = 86_400_000;
/** Ended sessions stay for the page that lists them. */
const SESSIONS_KEPT = 30 * DAY;
/** Counters must outlive the longest lock and the cap of sends a day. */
const COUNTERS_KEPT = 2 * DAY;
/** What was mailed is empty by then; the row tells only that it was. */
const MAILS_KEPT = 30 * DAY;
/** Longer than anybody is on leave. */
const NOTIFICATIONS_KEPT = 60 * DAY;
/** The log of webhooks, and as far as one may go back in it. */
const DELIVERIES_KEPT = 30 * DAY;
/** As long as its cookie lives. */
const DEVICES_KEPT = 400 * DAY;

/** That a link was over is said for so long; then it is one that was never there. */
const LINKS_KEPT = 90 * DAY;

export async function sweepRows({ store, now }: { store: Store; now: () => number }): Promise<void> {
  const at = now();
  const { system } = store;
  await system.note([failureRows.sweep(system, at - COUNTERS_KEPT, at), linkRows.sweep(system, at - DAY)]);
  for (const { id } of await brandRows.all(system)) {
    const brand = store.brand(id);
    await brand.note([
      failureRows.sweep(brand, at - COUNTERS_KEPT, at),
      signInRows.sweep(brand, at - DAY),
      codeRows.sweep(brand, at - COUNTERS_KEPT),
      deliveryRows.sweep(brand, at - DELIVERIES_KEPT),
      frameCodeRows.sweep(brand, at - DAY),
      sessionRows.sweep(brand, at - SESSIONS_KEPT),
      challengeRows.sweep(brand, at),
      mailRows.sweep(brand, at - MAILS_KEPT),
      receivedMails.sweep(brand, at - MAILS_KEPT),
      notificationRows.sweep(brand, at - NOTIFICATIONS_KEPT),
      deviceRows.sweep(brand, at - DEVICES_KEPT),
      accessTokenRows.sweep(brand, at - DAY),
      keptAnswerRows.sweep(brand, at),
      ...recipientLinkRows.sweep(brand, { codes: at - COUNTERS_KEPT, over: at - LINKS_KEPT }),
      ...ticketRows.sweep(brand, { used: at, minted: at - DAY }),
    ]);
    await forgetLeft(store, id, at);
  }
}

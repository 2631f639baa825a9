// What the workspace must say on every page: a break-glass session is open, a proxy hides who is calling, mail goes to a folder.
import { enrolmentEndsAt } from '#policy/decide/enrolment.ts';
import type { Person } from '#identity/person.ts';
import type { Brand } from '#server/brands.ts';
import type { Client, Unknown } from '#server/client.ts';
import type { Config } from '#server/config.ts';
import { mailsKept } from '#server/outside.ts';
import * as exceptionRows from '#store/forward-exceptions.ts';
import * as sessionRows from '#store/sessions.ts';
import * as webhookRows from '#store/webhooks.ts';
import type { Store } from '#store/store.ts';

export interface Notice {
  readonly id: string;
  readonly tone: 'info' | 'warning' | 'danger';
  readonly title: string;
  readonly text: string;
}

export interface Notices {
  /** Of everybody; and where `person` has no factor while a last day lies ahead, of that day. */
  of(brand: Brand, person?: Pick<Person, 'id' | 'hasFactor' | 'admin'>): Promise<Notice[]>;
  /** Called for each client that is not known: counted, and told to the operator at most once a minute. */
  clientUnknown(client: Client): void;
}

const SAID_FOR_MS = 600_000;
const LOG_EVERY_MS = 60_000;

const WHY: Readonly<Record<Unknown, string>> = {
  no_socket_address: 'the connection has no address of its own',
  header_missing: 'the trusted proxy sent no client address header',
  header_malformed: 'the client address header holds something that is not an address',
  all_trusted: 'every address in the client address header is a trusted proxy',
};

/** Who has no second factor is told the last day to enrol one, for as long as it lies ahead. */
function enrolBy(brand: Brand, person: Pick<Person, 'id' | 'hasFactor'> | undefined, now: number): Notice[] {
  const endsAt = person === undefined ? null : enrolmentEndsAt(brand.policyFor(person.id));
  if (person === undefined || person.hasFactor || endsAt === null || now >= endsAt) return [];
  const day = new Date(endsAt - 1).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return [{ id: 'enrol-by', tone: 'warning', title: `Enrol a second factor by ${day}`, text: 'You do it in your account. From the day after, nothing else opens for you before you have one.' }];
}

export function openNotices(parts: { store: Store; config: Config; warnings: readonly string[]; now: () => number; warn: (text: string) => void }): Notices {
  let lastUnknown: { why: Unknown; at: number } | null = null;
  let saidAt = -Infinity;

  return {
    clientUnknown(client) {
      const at = parts.now();
      lastUnknown = { why: client.unknown as Unknown, at };
      if (at - saidAt < LOG_EVERY_MS) return;
      saidAt = at;
      parts.warn(`A client address is not known: ${WHY[lastUnknown.why]}. Such clients are outside of every white-list. Check TRUSTED_PROXIES and CLIENT_ADDRESS_HEADER (${parts.config.proxies.header}).`);
    },
    async of(brand, person) {
      const now = parts.now();
      const notices: Notice[] = enrolBy(brand, person, now);
      const asked = person?.admin === true ? await exceptionRows.countAsked(parts.store.brand(brand.id)) : 0;
      if (asked > 0) notices.push({ id: `exceptions-${asked}`, tone: 'warning', title: asked === 1 ? 'A request to forward waits for you' : `${asked} requests to forward wait for you`, text: 'An agent asks to forward a conversation to an address that is not on the list. You answer under Settings → Requests to forward.' });
      for (const row of await sessionRows.exemptNow(parts.store.brand(brand.id), now)) {
        notices.push({
          id: `exempt-${row.id}`,
          tone: 'danger',
          title: 'Break-glass access is open',
          text: `${row.agent_name} is signed in by a link made on the server and is exempt from the IP white-list until ${new Date(row.exempt_until).toISOString()}.`,
        });
      }
      for (const hook of await webhookRows.all(parts.store.brand(brand.id))) {
        if (hook.disabled_why === 'failing' || hook.disabled_why === 'gone') {
          notices.push({ id: `webhook-${hook.id}`, tone: 'warning', title: `The webhook “${hook.name}” was switched off`, text: `${hook.disabled_why === 'gone' ? 'Its receiver answered that it is gone.' : 'For three days nothing could be delivered.'} Mend its receiver, switch it on again under Settings, Webhooks, and have what it missed sent again.` });
        }
      }
      if (lastUnknown !== null && now - lastUnknown.at < SAID_FOR_MS) {
        notices.push({
          id: 'client-unknown',
          tone: 'warning',
          title: 'Some callers cannot be told apart',
          text: `In the last ten minutes ${WHY[lastUnknown.why]}. Those callers are outside of every white-list. Ask the operator to check TRUSTED_PROXIES.`,
        });
      }
      if (mailsKept(parts.config)) {
        notices.push({
          id: 'mail-folder',
          tone: 'info',
          title: 'Mails are not sent',
          text: 'No SMTP server is configured, so mails are kept as files in the outbox folder of the data directory, and stand under Settings → Mail. To have them sent, the operator sets SMTP_URL.',
        });
      }
      if (parts.config.clamd === null && person?.admin !== false) {
        notices.push({
          id: 'antivirus-off',
          tone: 'info',
          title: 'Files are not looked through for viruses',
          text: 'No antivirus is configured: files are judged by their type, size and contents alone. To have them scanned, the operator sets CLAMD.',
        });
      }
      for (const [index, text] of parts.warnings.entries()) {
        notices.push({ id: `operator-${index}`, tone: 'warning', title: 'The operator should look at this', text });
      }
      return notices;
    },
  };
}

// A channel of mail for tests: a house that listens, mails that really come in by SMTP, and what became of them.
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import * as channelRows from '#store/channels.ts';
import * as mailChannels from '#store/mail-channels.ts';
import * as messageRows from '#store/messages.ts';
import type { BrandStore, Store } from '#store/store.ts';
import { newId } from '#identity/tokens.ts';
import { fileDue } from '#server/workers/mail-in.ts';
import { MORNING, type TestHouse } from '#test/house.ts';
import { entryOf } from '#test/stores.ts';

export const SUPPORT = 'support@acme.example';

export async function addMailChannel(store: Store, brand: BrandStore, { address = SUPPORT, id = newId('chn'), name = 'Mail', disabled = false }: { address?: string; id?: string; name?: string; disabled?: boolean } = {}): Promise<string> {
  const { system } = store;
  await store.commit([
    brand.part({
      statements: [
        channelRows.insert(brand, { id, kind: 'email', name, title: 'Acme Support', greeting: '', away_text: '', colour: '#204080', created_at: MORNING, created_by: null, disabled_at: disabled ? MORNING : null }),
        mailChannels.insert(brand, id, { addresses: JSON.stringify([address]), sender_name: 'Acme Support', sender_address: address, takes_smtp: 1, imap: null, imap_password: null }),
      ],
      entries: [entryOf()],
    }),
    system.part({ statements: mailChannels.addressStatements(system, brand.id, id, [address]), entries: [entryOf()] }),
  ]);
  return id;
}

export interface Envelope {
  readonly from?: string;
  readonly to?: readonly string[];
}

/** Sends these bytes as they are, line ends made CR LF as SMTP asks. Resolves with the server's answer; rejects with its refusal. */
export async function deliver(port: number, raw: string | Buffer, { from = 'ana@customer.example', to = [SUPPORT] }: Envelope = {}): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  try {
    return (await transport.sendMail({ envelope: { from, to: [...to] }, raw })).response;
  } finally {
    transport.close();
  }
}

/** Speaks SMTP byte by byte: each line is sent when the one before was answered. Gives the answers. */
export function speak(port: number, lines: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const answers: string[] = [];
    let at = 0;
    let rest = '';
    socket.setEncoding('utf8').on('error', reject).on('close', () => resolve(answers)).on('data', (piece: string) => {
      rest += piece;
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (/^\d{3}-/.test(line)) continue;
        answers.push(line);
        const next = lines[at];
        at += 1;
        if (next === undefined) socket.end();
        else socket.write(next);
      }
    });
  });
}

/** Files everything that waits. */
export async function settle({ building }: TestHouse, brandId: string): Promise<void> {
  while (await fileDue(building.parts, brandId));
}

export interface Seen {
  readonly number: number;
  readonly subject: string;
  readonly customer: { readonly id: string; readonly name: string | null; readonly email: string | null; readonly verified: string | null };
  readonly status: string;
  readonly waiting: boolean;
  /** `customer: text`, `event: {…}` in order. */
  readonly said: readonly string[];
}

/** Every conversation of a brand as it stands, the oldest first. */
export async function conversationsOf(brand: BrandStore): Promise<Seen[]> {
  const rows = await brand.all(brand.q.selectFrom('conversations').innerJoin('customers', 'customers.id', 'conversations.customer_id').innerJoin('mail_threads', 'mail_threads.conversation_id', 'conversations.id')
    .select(['conversations.id', 'number', 'status', 'waiting_since', 'subject', 'customers.id as customerId', 'customers.name', 'customers.email', 'customers.verified_by']).orderBy('number'));
  return Promise.all(rows.map(async (row) => ({
    number: row.number, subject: row.subject, status: row.status, waiting: row.waiting_since !== null, customer: { id: row.customerId, name: row.name, email: row.email, verified: row.verified_by },
    said: (await messageRows.page(brand, row.id, 100)).map((message) => `${message.kind === 'text' ? message.author_kind : message.kind}: ${message.text}`),
  })));
}

/** A simple mail. */
export function mailText({ from = 'Ana Perez <ana@customer.example>', to = SUPPORT, subject = 'Where is my tent?', text = 'I ordered it a week ago.', id = `<${newId('t')}@customer.example>`, more = [] as readonly string[] } = {}): string {
  return [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: ${id}`, 'Date: Mon, 23 Nov 2026 08:00:00 +0000', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', ...more, '', text, ''].join('\r\n');
}

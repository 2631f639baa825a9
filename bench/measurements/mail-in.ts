// mail.in, mail.filed: how many mails a second are durable before "250", and how many a second stand in their conversations.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'node:net';
import { startServer } from '../child.ts';
import type { Figure, Measurement } from '../result.ts';

const CONNECTIONS = 16;
const MAILS = 2_000;

/** One connection that sends its share, one mail after another: each waits for the 250 of the one before. */
function sender(port: number, which: number, many: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let sent = 0;
    let rest = '';
    let next: (() => string)[] = [() => 'EHLO bench\r\n'];
    const mail = (): string => `From: Sender ${which} <s${which}x${sent}@customer.example>\r\nTo: bench@acme.example\r\nSubject: Mail ${which} ${sent}\r\nMessage-ID: <${which}.${sent}@customer.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${'A line of an ordinary mail, as people write them.\r\n'.repeat(30)}.\r\n`;
    socket.setNoDelay(true).setEncoding('latin1').on('error', reject).on('data', (piece: string) => {
      rest += piece;
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (/^\d{3}-/.test(line)) continue;
        if (!/^[23]/.test(line)) return reject(new Error(line));
        if (next.length === 0) {
          if (sent === many) {
            socket.end();
            return resolve();
          }
          next = [() => 'MAIL FROM:<bench@customer.example>\r\n', () => 'RCPT TO:<bench@acme.example>\r\n', () => 'DATA\r\n', () => { const text = mail(); sent += 1; return text; }];
        }
        socket.write((next.shift() as () => string)());
      }
    });
  });
}

export const mailIn: Measurement = {
  names: ['mail.in', 'mail.filed'],
  async run() {
    const server = await startServer<{ mailPort: number; dataDir: string }>('mail-in', []);
    try {
      const begun = performance.now();
      await Promise.all(Array.from({ length: CONNECTIONS }, (_, which) => sender(server.said.mailPort, which, MAILS / CONNECTIONS)));
      const kept = performance.now();
      const db = new DatabaseSync(join(server.said.dataDir, 'portcullis.db'), { readOnly: true });
      const count = (where: string): number => Number(db.prepare(`select count(*) as n from received_mails ${where}`).get()?.['n']);
      const all = count('');
      if (all !== MAILS) throw new Error(`${MAILS} mails were answered with 250, and ${all} are there.`);
      while (count("where state = 'waiting'") > 0) await new Promise((resolve) => setTimeout(resolve, 50));
      const filed = performance.now();
      db.close();
      const figures: Figure[] = [
        { name: 'mail.in', value: (MAILS / (kept - begun)) * 1_000, unit: 'a second', goal: 100, better: 'higher', against: `${MAILS} mails of 1.6 kB over ${CONNECTIONS} connections, each durable before its 250, load and server on the same ${availableParallelism()} cores` },
        { name: 'mail.filed', value: (MAILS / (filed - begun)) * 1_000, unit: 'a second', goal: 100, better: 'higher', against: 'from the first byte until all of them were read, threaded and stood in a conversation of their own' },
      ];
      return figures;
    } finally {
      await server.stop();
    }
  },
};

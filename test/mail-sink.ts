// The other end of outgoing mail: a real SMTP server that takes everything and remembers it byte by byte.
import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Sunk {
  readonly from: string;
  /** Of the envelope. */
  readonly to: readonly string[];
  readonly raw: string;
  /** Names of the header's lines in their order, in small letters. */
  readonly headers: readonly string[];
  readonly mail: Email;
}

export interface MailSink {
  readonly url: string;
  readonly mails: Sunk[];
  close(): Promise<void>;
}

export async function openMailSink(): Promise<MailSink> {
  const mails: Sunk[] = [];
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false, closeTimeout: 1,
    onData(stream, session, done) {
      const take = async (): Promise<void> => {
        const raw = Buffer.concat(await stream.toArray()).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        const headers = raw.slice(0, raw.indexOf('\r\n\r\n')).split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
        mails.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), raw, headers, mail: await PostalMime.parse(raw) });
      };
      callbackify(take)((error: Error | null) => done(error));
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

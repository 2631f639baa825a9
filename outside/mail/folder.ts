// Mail written as .eml files into a folder, for trying Portcullis out without a mail server.
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dkim } from '#outside/mail/dkim.ts';
import type { Mail, Mailbox } from '#outside/mail/mail.ts';
import { composer, messageFault } from '#outside/mail/message.ts';
import { failed, sent } from '#outside/outcome.ts';

/**
 * A plain text as one reads it: its lines stand whole, so that whoever tries Portcullis out can copy a link from the file. What is signed, or has several
 * parts, or lines longer than RFC 5322 lets a mail have, stays as it would be sent.
 */
function readable(made: Buffer): Buffer {
  const end = made.indexOf('\r\n\r\n');
  const head = made.toString('latin1', 0, end);
  if (!/^content-type: text\/plain/im.test(head) || !/^content-transfer-encoding: quoted-printable/im.test(head) || /^dkim-signature:/im.test(head)) return made;
  const body = made.toString('latin1', end).replaceAll('=\r\n', '').replaceAll(/=([0-9A-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
  if (body.split('\n').some((line) => line.length > 990)) return made;
  return Buffer.from(head.replace(/quoted-printable/i, '8bit') + body, 'latin1');
}

/** The file of a mail: by its time, so that they sort, and its Message-ID, so that the same mail is the same file. */
export const fileOf = (messageId: string, date: number): string => `${new Date(date).toISOString().replaceAll(':', '')}-${createHash('sha256').update(messageId).digest('hex').slice(0, 8)}.eml`;

/**
 * Each mail is one file for its owner only (it may hold a sign-in link). It is there whole and on disk when `send` resolves, or not at all; sent
 * again it is the same file. Recipients who stand in no header are named by `X-Envelope-To`: a file has no envelope.
 */
export function folderMail({ folder, sender, dkim }: { folder: string; sender: Mailbox; dkim?: Dkim | undefined }): Mail {
  const compose = composer(sender, dkim);
  return Object.freeze<Mail>({
    kind: 'folder',
    description: `Written to ${folder} as .eml files: no mail server is configured (SMTP_URL).`,
    sender,
    close: () => undefined,
    async send(message) {
      message.signal?.throwIfAborted();
      const fault = messageFault(message);
      if (fault !== undefined) return failed('bad_message', fault);
      const shown = new Set([...message.to, ...(message.cc ?? [])].map(({ address }) => address));
      const hidden = message.recipients.some((address) => !shown.has(address));
      const made = await compose(hidden ? { ...message, headers: { ...message.headers, 'X-Envelope-To': message.recipients.join(', ').slice(0, 900) } } : message);
      await message.handing?.();
      const name = fileOf(message.messageId, message.date);
      try {
        await place(folder, name, readable(made));
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'no code';
        return failed('unreachable', `The mail cannot be written to ${folder} (${code}): the operator must make room there or correct its owner.`);
      }
      return sent(name);
    },
  });
}

async function place(folder: string, name: string, content: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${name}.new`);
  try {
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  if (process.platform === 'win32') return; // Windows cannot open a folder to sync it.
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

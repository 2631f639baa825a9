// Mail written as .eml files into a folder, for trying Portcullis out without a mail server.
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Mail } from '#outside/mail/mail.ts';
import { composed, messageFault, type Sender } from '#outside/mail/message.ts';
import { failed, sent } from '#outside/outcome.ts';

/**
 * Each mail is one file for its owner only (it may hold a sign-in link), named by its time so that they sort. It is there whole and on disk when
 * `send` resolves, or not at all.
 */
export function folderMail({ folder, from, now }: { folder: string; from: Sender; now: () => number }): Mail {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return Object.freeze<Mail>({
    kind: 'folder',
    description: `Written to ${folder} as .eml files: no mail server is configured (SMTP_URL).`,
    async send(message) {
      message.signal?.throwIfAborted();
      const fault = messageFault(message);
      if (fault !== undefined) return failed('bad_message', fault);
      const at = now();
      const made = await composer.sendMail(composed(message, from, at));
      const name = `${new Date(at).toISOString().replaceAll(':', '')}-${randomBytes(4).toString('hex')}.eml`;
      try {
        await place(folder, name, made.message as Buffer);
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

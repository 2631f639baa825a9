// A real IMAP server for tests: Dovecot with one mailbox, on a free port, as whoever runs the tests.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type MailboxAccess, tryMailbox } from '#outside/mail-in/mailbox.ts';

const DOVECOT = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot'].find((path) => existsSync(path));

/** For `{ skip }` of a test. */
export const withoutDovecot: false | string = DOVECOT === undefined ? 'no Dovecot here' : false;
/** The title of what needs one: it says aloud where it is not tested. */
export const needsDovecot = (title: string): string => (DOVECOT === undefined ? `${title}: NOT TESTED HERE, there is no Dovecot on this machine (Debian: apt-get install dovecot-imapd; .ci/run does)` : title);

export interface Dovecot {
  readonly access: MailboxAccess;
  readonly maildir: string;
  /** Lays a new mail into the mailbox. */
  put(name: string, subject: string): void;
  close(): void;
}

export async function openDovecot(): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-imap-'));
  const maildir = join(folder, 'mail');
  for (const part of ['new', 'cur', 'tmp', '.Done/new', '.Done/cur', '.Done/tmp']) mkdirSync(join(maildir, part), { recursive: true });
  writeFileSync(join(maildir, '.Done', 'maildirfolder'), '');
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
  const me = userInfo();
  // Dovecot reads mail as nobody but an ordinary user.
  const owner = me.uid === 0 ? { name: 'nobody', uid: 65_534, gid: 65_534 } : { name: me.username, uid: me.uid, gid: me.gid };
  writeFileSync(join(folder, 'users'), `ana:{PLAIN}secret word:${owner.uid}:${owner.gid}::${folder}::\n`);
  writeFileSync(join(folder, 'dovecot.conf'), `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${maildir}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 0
default_internal_user = ${owner.name}
default_login_user = ${owner.name}
default_internal_group = ${execFileSync('id', ['-gn', owner.name]).toString().trim()}
service imap-login {
  chroot =
  inet_listener imap {
  port = ${port}
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
`);
  execFileSync('chmod', ['-R', 'a+rwX', folder]);
  if (me.uid === 0) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, maildir]);
  const dovecot = spawn(DOVECOT as string, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
  const access: MailboxAccess = { host: '127.0.0.1', port, security: 'none', user: 'ana', password: 'secret word', folder: 'INBOX', after: 'seen', moveTo: '' };
  for (let tries = 0; tries < 100 && !(await tryMailbox(access)).ok; tries += 1) await new Promise((resolve) => setImmediate(resolve));
  return {
    access, maildir,
    put: (name, subject) => writeFileSync(join(maildir, 'new', `${name}.x`), `From: ana@customer.example\r\nSubject: ${subject}\r\n\r\nHi\r\n`),
    close() {
      dovecot.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

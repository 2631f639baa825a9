// Mailboxes, against a real IMAP server (Dovecot): read once each, marked or moved, gone on with after a crash, and what goes wrong said in words.
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Fetched, type MailboxAccess, type Place, readMailbox, tryMailbox } from '#outside/mail-in/mailbox.ts';

const DOVECOT = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot'].find((path) => existsSync(path));
const TITLE = DOVECOT === undefined ? 'mailboxes: NOT TESTED HERE, there is no Dovecot on this machine (Debian: apt-get install dovecot-imapd; .ci/run does)' : 'mailboxes';

describe(TITLE, { skip: DOVECOT === undefined ? 'no Dovecot here' : false, timeout: 60_000 }, () => {
  let folder: string;
  let dovecot: ChildProcess;
  let access: MailboxAccess;
  const maildir = (): string => join(folder, 'mail');
  const put = (name: string, subject: string): void => writeFileSync(join(maildir(), 'new', `${name}.x`), `From: ana@customer.example\r\nSubject: ${subject}\r\n\r\nHi\r\n`);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portcullis-imap-'));
    for (const part of ['new', 'cur', 'tmp', '.Done/new', '.Done/cur', '.Done/tmp']) mkdirSync(join(maildir(), part), { recursive: true });
    writeFileSync(join(maildir(), '.Done', 'maildirfolder'), '');
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
mail_location = maildir:${maildir()}
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
    if (me.uid === 0) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, maildir()]);
    dovecot = spawn(DOVECOT as string, ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
    access = { host: '127.0.0.1', port, security: 'none', user: 'ana', password: 'secret word', folder: 'INBOX', after: 'seen', moveTo: '' };
    for (let tries = 0; tries < 100 && !(await tryMailbox(access)).ok; tries += 1) await new Promise((resolve) => setImmediate(resolve));
  });
  after(() => {
    dovecot?.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Reads from a place and gives what was kept, and the place it came to. */
  async function read(from: Place | null, more: Partial<MailboxAccess> = {}, crash = false): Promise<{ subjects: string[]; place: Place | null }> {
    const mails: Fetched[] = [];
    let place: Place | null = from;
    const work = readMailbox({ ...access, ...more }, {
      from, maxBytes: 100_000, tooLarge: () => undefined,
      async keep(some, reached) {
        mails.push(...some);
        place = reached;
        if (crash) throw new Error('the process ended here');
      },
    });
    await (crash ? assert.rejects(work) : work);
    return { subjects: mails.map(({ raw }) => /Subject: (.*)\r/.exec(Buffer.from(raw).toString())?.[1] ?? ''), place };
  }

  it('reads what is new, once, and goes on from where it was; after a crash it is read again, not lost', async () => {
    put('1', 'one');
    put('2', 'two');
    const crashed = await read(null, {}, true);
    assert.deepEqual(crashed.subjects, ['one', 'two']);
    const first = await read(null);
    assert.deepEqual(first.subjects, ['one', 'two'], 'it was never marked, so it comes again');
    assert.equal(readdirSync(join(maildir(), 'cur')).filter((name) => name.endsWith('S')).length, 2, 'marked once kept');
    assert.deepEqual((await read(first.place)).subjects, []);
    put('3', 'three');
    const next = await read(first.place);
    assert.deepEqual(next.subjects, ['three']);
    put('4', 'four');
    assert.deepEqual((await read({ ...(next.place as Place), validity: 1 })).subjects, ['four'], 'another validity: the numbers mean nothing, what is unseen is read');
    put('5', 'five');
    assert.deepEqual((await read(next.place, { after: 'move', moveTo: 'Done' })).subjects, ['four', 'five']);
    assert.equal(['new', 'cur'].flatMap((part) => readdirSync(join(maildir(), '.Done', part))).length, 2);
  });

  it('says in words what is wrong, and nothing of the password', async () => {
    for (const [more, code] of [[{ password: 'hunter2' }, 'password'], [{ folder: 'Nowhere' }, 'folder'], [{ port: 1 }, 'unreachable'], [{ host: 'no-such-host.invalid' }, 'unreachable']] as const) {
      const tried = await tryMailbox({ ...access, ...more });
      assert.ok(!tried.ok && tried.code === code && !tried.sentence.includes('hunter2'), JSON.stringify(tried));
    }
    assert.match((await tryMailbox(access)).sentence, /It opens/);
  });
});

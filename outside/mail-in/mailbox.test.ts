// Mailboxes, against a real IMAP server (Dovecot): read once each, marked or moved, gone on with after a crash, and what goes wrong said in words.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Fetched, type MailboxAccess, type Place, readMailbox, tryMailbox } from '#outside/mail-in/mailbox.ts';
import { type Dovecot, needsDovecot, openDovecot, withoutDovecot } from '#test/dovecot.ts';

describe(needsDovecot('mailboxes'), { skip: withoutDovecot, timeout: 60_000 }, () => {
  let dovecot: Dovecot;
  let access: MailboxAccess;
  const put = (name: string, subject: string): void => dovecot.put(name, subject);
  before(async () => {
    dovecot = await openDovecot();
    access = dovecot.access;
  });
  after(() => dovecot?.close());

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
    assert.equal(readdirSync(join(dovecot.maildir, 'cur')).filter((name) => name.endsWith('S')).length, 2, 'marked once kept');
    assert.deepEqual((await read(first.place)).subjects, []);
    put('3', 'three');
    const next = await read(first.place);
    assert.deepEqual(next.subjects, ['three']);
    put('4', 'four');
    assert.deepEqual((await read({ ...(next.place as Place), validity: 1 })).subjects, ['four'], 'another validity: the numbers mean nothing, what is unseen is read');
    put('5', 'five');
    assert.deepEqual((await read(next.place, { after: 'move', moveTo: 'Done' })).subjects, ['four', 'five']);
    assert.equal(['new', 'cur'].flatMap((part) => readdirSync(join(dovecot.maildir, '.Done', part))).length, 2);
  });

  it('says in words what is wrong, and nothing of the password', async () => {
    for (const [more, code] of [[{ password: 'hunter2' }, 'password'], [{ folder: 'Nowhere' }, 'folder'], [{ port: 1 }, 'unreachable'], [{ host: 'no-such-host.invalid' }, 'unreachable']] as const) {
      const tried = await tryMailbox({ ...access, ...more });
      assert.ok(!tried.ok && tried.code === code && !tried.sentence.includes('hunter2'), JSON.stringify(tried));
    }
    assert.match((await tryMailbox(access)).sentence, /It opens/);
  });
});

// Threads that read mails: one that takes too long is ended, its mail told to be unreadable, and the next one is read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openReaders } from '#inbox/mail/readers.ts';

test('a thread that never answers, or ends by itself, holds nobody up', async (t) => {
  const silent = openReaders({ many: 1, limitMs: 50, thread: new URL('data:text/javascript,import{parentPort}from"node:worker_threads";parentPort.on("message",()=>{for(;;);})') });
  t.after(() => silent.close());
  assert.deepEqual(await Promise.all([silent.read(Buffer.from('a')), silent.read(Buffer.from('b'))]), [{ ok: false, why: 'time' }, { ok: false, why: 'time' }]);
  const readers = openReaders({ many: 1 });
  t.after(() => readers.close());
  const [one, two] = await Promise.all(['one', 'two'].map((subject) => readers.read(Buffer.from(`From: a@b.example\r\nSubject: ${subject}\r\n\r\nhi`))));
  assert.ok(one?.ok === true && two?.ok === true);
  assert.deepEqual([one.mail.subject, two.mail.subject], ['one', 'two']);
});

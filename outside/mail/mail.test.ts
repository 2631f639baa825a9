// Outgoing mail: what a real local server or folder receives, and what is said when it is refused, slow, gone or not encrypted.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Mail, type MailMessage, openMail } from '#outside/mail/mail.ts';
import { senderFrom } from '#outside/mail/message.ts';
import { type SmtpServer, smtpServerFrom } from '#outside/mail/smtp-config.ts';
import { smtpMail } from '#outside/mail/smtp.ts';

const NOW = Date.UTC(2026, 10, 1, 12, 30, 0);
const SECRET = 'hunter2-hunter2';
/** Goes to one address, and says so. */
const to = (address: string): Pick<MailMessage, 'to' | 'recipients'> => ({ to: [{ name: '', address }], recipients: [address] });
const MESSAGE: MailMessage = { ...to('ada@example.com'), messageId: '<mail_1@example.com>', date: NOW, from: null, headers: { 'Auto-Submitted': 'auto-generated' }, subject: 'Añadido: your link — 日本', text: 'Hello Ada,\n\n.\n..dots\nhttps://desk.example.com/x#abc=1\n' };

/** Answers of a mail server by the first word of each command; `undefined` for silence. */
type Answers = Readonly<Record<string, string | undefined>>;
const GOOD: Answers = { greeting: '220 test', EHLO: '250-test\r\n250 AUTH PLAIN LOGIN', AUTH: '235 ok', MAIL: '250 ok', RCPT: '250 ok', DATA: '354 go', end: '250 taken', QUIT: '221 bye', STARTTLS: '220 go' };

interface Heard {
  readonly commands: string[];
  mail: string;
}

/** A mail server on this machine, as small as the protocol allows (RFC 5321), that answers as told. */
async function server(t: TestContext, answers: Answers): Promise<Heard & { at: SmtpServer }> {
  const heard: Heard = { commands: [], mail: '' };
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8').on('error', () => undefined);
    let inData = false;
    let rest = '';
    const say = (answer: string | undefined): void => {
      if (answer === 'close') socket.destroy();
      else if (answer !== undefined) socket.write(`${answer}\r\n`);
    };
    socket.on('data', (piece: string) => {
      rest += piece;
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inData && line !== '.') heard.mail += `${line.replace(/^\./, '')}\r\n`;
        else if (inData) {
          inData = false;
          say(answers['end']);
        } else {
          heard.commands.push(line);
          const word = line.split(' ')[0]!.toUpperCase();
          inData = word === 'DATA' && answers['DATA']?.startsWith('354') === true;
          say(answers[word]);
        }
      }
    });
    say(answers['greeting']);
  });
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  const at: SmtpServer = { host: '127.0.0.1', port: (listening.address() as AddressInfo).port, tls: 'off', login: undefined };
  return Object.assign(heard, { at });
}

function mailTo(at: SmtpServer, limitMs = 5_000): Mail {
  return smtpMail({ server: at, sender: senderFrom('Desk <desk@example.com>')!, limitMs });
}

const header = (mail: string, name: string): string | undefined => new RegExp(`^${name}: (.*)\\r$`, 'm').exec(mail.replace(/\r\n[ \t]+/g, ' '))?.[1];

test('a mail arrives whole, marked as automatic, from the sender to the one address', async (t) => {
  const heard = await server(t, GOOD);
  const outcome = await mailTo({ ...heard.at, login: { user: 'desk', pass: SECRET } }).send(MESSAGE);
  assert.ok(outcome.sent && outcome.reference?.endsWith('@example.com>'), JSON.stringify(outcome));
  assert.deepEqual(heard.commands.slice(1).map((line) => line.split(' ')[0]), ['AUTH', 'MAIL', 'RCPT', 'DATA']);
  assert.deepEqual(heard.commands.slice(2, 4), ['MAIL FROM:<desk@example.com>', 'RCPT TO:<ada@example.com>']);
  assert.equal(Buffer.from(heard.commands[1]!.split(' ')[2]!, 'base64').toString(), `\0desk\0${SECRET}`);
  assert.equal(header(heard.mail, 'From'), 'Desk <desk@example.com>');
  assert.equal(header(heard.mail, 'To'), 'ada@example.com');
  assert.equal(header(heard.mail, 'Auto-Submitted'), 'auto-generated');
  assert.equal(header(heard.mail, 'Date'), 'Sun, 01 Nov 2026 12:30:00 +0000');
  assert.match(heard.mail, /\r\n\r\nHello Ada,\r\n\r\n\.\r\n\.\.dots\r\nhttps:\/\/desk\.example\.com\/x#abc=1\r\n/);
});

test('every way a server fails has its code, whether to try again, and a sentence without credentials', async (t) => {
  const rows: [string, Answers, string, boolean][] = [
    ['silence at the greeting', { ...GOOD, greeting: undefined }, 'provider_slow', true],
    ['silence after the mail', { ...GOOD, end: undefined }, 'provider_slow', true],
    ['closes at once', { ...GOOD, greeting: 'close' }, 'unreachable', true],
    ['closes in the middle', { ...GOOD, RCPT: 'close' }, 'unreachable', true],
    ['not a mail server', { ...GOOD, greeting: 'HTTP/1.1 400 Bad Request' }, 'unreachable', true],
    ['busy', { ...GOOD, greeting: '421 later' }, 'unreachable', true],
    ['wrong password', { ...GOOD, AUTH: `535 ${SECRET} is wrong` }, 'misconfigured', false],
    ['password check down', { ...GOOD, AUTH: '454 later' }, 'provider_refused', true],
    ['unknown person', { ...GOOD, RCPT: '550 no such user' }, 'provider_refused', false],
    ['come back later', { ...GOOD, RCPT: '451 greylisted' }, 'provider_refused', true],
    ['sender refused', { ...GOOD, MAIL: '553 not you' }, 'provider_refused', false],
    ['content refused', { ...GOOD, end: '554 spam' }, 'provider_refused', false],
  ];
  for (const [title, answers, code, retry] of rows) {
    const heard = await server(t, answers);
    const outcome = await mailTo({ ...heard.at, login: { user: 'desk', pass: SECRET } }, 400).send(MESSAGE);
    assert.ok(!outcome.sent, title);
    assert.deepEqual([outcome.code, outcome.retry], [code, retry], `${title}: ${outcome.sentence}`);
    assert.match(outcome.sentence, /: .*(later|operator|check).*\.$/, title);
    for (const hidden of [SECRET, 'abc=1', 'ada@']) assert.ok(!outcome.sentence.includes(hidden), outcome.sentence);
  }
});

test('no server there is unreachable', async () => {
  const outcome = await mailTo({ host: '127.0.0.1', port: 1, tls: 'off', login: undefined }).send(MESSAGE);
  assert.ok(!outcome.sent && outcome.code === 'unreachable' && outcome.sentence.includes('ECONNREFUSED'), JSON.stringify(outcome));
});

test('where encryption is required, neither password nor mail goes to a server that cannot or does not encrypt', async (t) => {
  const rows: [string, Answers][] = [
    ['does not offer it', { ...GOOD, STARTTLS: '502 what?' }],
    ['offers it and refuses', { ...GOOD, EHLO: '250-test\r\n250 STARTTLS', STARTTLS: '454 not now' }],
    ['accepts it and goes on in plain text', { ...GOOD, EHLO: '250-test\r\n250 STARTTLS', STARTTLS: '220 go\r\n250 STILL PLAIN' }],
  ];
  for (const [title, answers] of rows) {
    const heard = await server(t, answers);
    const outcome = await mailTo({ ...heard.at, tls: 'starttls', login: { user: 'desk', pass: SECRET } }, 400).send(MESSAGE);
    assert.ok(!outcome.sent, title);
    assert.equal(heard.mail, '', title);
    assert.ok(!heard.commands.some((line) => /^(AUTH|MAIL)/.test(line)), title);
  }
  const implicit = await server(t, GOOD);
  assert.equal((await mailTo({ ...implicit.at, tls: 'from the start' }, 400).send(MESSAGE)).sent, false);
  assert.equal(implicit.mail, '');
});

test('who gives up early gets their own reason', async (t) => {
  const heard = await server(t, { ...GOOD, greeting: undefined });
  const giving = new AbortController();
  const waiting = mailTo(heard.at).send({ ...MESSAGE, signal: giving.signal });
  giving.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
});

test('nothing in an address or a subject becomes a header or another recipient', async (t) => {
  const heard = await server(t, GOOD);
  const bad: Partial<MailMessage>[] = [
    to('ada@example.com\r\nBcc: eve@example.com'), to('ada@example.com\nBcc: eve@example.com'), to('ada@example.com\0'), to('ada@example.com, eve@example.com'), to('Ada <ada@example.com>'),
    to('ada@example.com> <eve@example.com'), to('ada'), to(''), to(`${'a'.repeat(250)}@example.com`),
    { subject: 'x\r\nBcc: eve@example.com' }, { subject: 'x\nBcc: eve@example.com' }, { subject: 'x\rBcc: eve@example.com' }, { subject: 'x\0' }, { subject: 'x\u2028y' }, { subject: 'x'.repeat(501) },
    { to: [{ name: 'Ada\r\nBcc: eve@example.com', address: 'ada@example.com' }] }, { cc: [{ name: '', address: 'eve@example.com\n' }] }, { from: { name: 'x\0', address: 'desk@example.com' } }, { replyTo: { name: '', address: 'a b@example.com' } },
    { returnPath: 'a@b.c>\r\nRCPT TO:<eve@example.com' }, { recipients: ['ada@example.com', 'eve@example.com\r\n'] }, { recipients: [] }, { messageId: '<a@b>\r\nBcc: eve@example.com' }, { inReplyTo: 'x' }, { references: ['<a@b>', '<c\n@d>'] },
    { headers: { 'X-Loop': 'a\r\nBcc: eve@example.com' } }, { headers: { 'X-Loop\r\nBcc': 'eve@example.com' } }, { files: [{ name: 'a\r\nb', type: 'text/plain', content: new Uint8Array() }] }, { files: [{ name: 'a', type: 'text/plain\r\nX: y', content: new Uint8Array() }] },
    { text: 'a\0b' }, { html: 'a\0b' },
  ];
  for (const part of bad) {
    const outcome = await mailTo(heard.at).send({ ...MESSAGE, ...part });
    assert.ok(!outcome.sent && outcome.code === 'bad_message' && !outcome.retry, JSON.stringify(part));
  }
  assert.deepEqual(heard.commands, []);
});

test('SMTP_URL: what it means, and every fault without its password', () => {
  const good: [string, Omit<SmtpServer, 'login'> & { login?: SmtpServer['login'] }][] = [
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, tls: 'from the start' }],
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, tls: 'starttls' }],
    ['smtp://a%40b:p%25q@mail.example.com:2525/', { host: 'mail.example.com', port: 2525, tls: 'starttls', login: { user: 'a@b', pass: 'p%q' } }],
    ['smtp://mail.example.com:25?tls=off', { host: 'mail.example.com', port: 25, tls: 'off' }],
    ['smtp://localhost:1025', { host: 'localhost', port: 1025, tls: 'off' }],
    ['smtp://u:p@[::1]:1025?tls=required', { host: '::1', port: 1025, tls: 'starttls', login: { user: 'u', pass: 'p' } }],
  ];
  for (const [text, expected] of good) assert.deepEqual(smtpServerFrom(text), { ok: true, adapter: { login: undefined, ...expected } }, text);
  const bad: [string, RegExp][] = [
    [`http://u:${SECRET}@mail.example.com`, /must be an address/], [`smtp:${SECRET}`, /must be an address/], ['', /must be an address/], ['smtp://', /must be an address/], ['smtp://:25', /must be an address/],
    [`smtp://u:${SECRET}@mail.example.com?tls=off`, /not send a password/], ['smtp://mail.example.com?tls=maybe', /required or off/], ['smtps://mail.example.com?tls=off', /at once/],
    ['smtp://mail.example.com?pool=true', /no parameter but tls/], ['smtp://mail.example.com/path', /nothing after the port/], [`smtp://:${SECRET}@mail.example.com`, /a user before/], [`smtp://u:%zz${SECRET}@mail.example.com`, /%25/], [`smtp://u:${SECRET}%0d%0a@mail.example.com`, /control/],
  ];
  for (const [text, pattern] of bad) {
    const read = smtpServerFrom(text);
    assert.ok(!read.ok && read.faults.length === 1 && pattern.test(read.faults[0]!), `${text} ${JSON.stringify(read)}`);
    assert.ok(!read.faults[0]!.includes(SECRET));
  }
});

test('without a server, each mail is a whole file for its owner only, in the order it was sent', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'portcullis-mail-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const outbox = join(parent, 'outbox');
  let at = NOW;
  const opened = openMail({ smtpUrl: undefined, from: 'portcullis@localhost', outbox });
  assert.ok(opened.ok && opened.adapter.kind === 'folder');
  for (const subject of ['first', 'second']) {
    const outcome = await opened.adapter.send({ ...MESSAGE, messageId: `<${subject}@example.com>`, date: at, subject, html: '<p>Hello</p>' });
    assert.ok(outcome.sent);
    at += 1;
  }
  const files = readdirSync(outbox).sort();
  assert.equal(files.length, 2);
  files.forEach((name) => assert.match(name, /^2026-11-01T123000\.00[01]Z-[0-9a-f]{8}\.eml$/));
  const mails = files.map((name) => readFileSync(join(outbox, name), 'utf8'));
  assert.deepEqual(mails.map((mail) => header(mail, 'Subject')), ['first', 'second']);
  assert.match(mails[0]!, /multipart\/alternative[\s\S]*https:\/\/desk\.example\.com\/x#abc=1[\s\S]*<p>Hello<\/p>/);
  assert.equal(statSync(join(outbox, files[0]!)).mode & 0o777, 0o600);
  assert.equal((await opened.adapter.send({ ...MESSAGE, ...to('a@b.c\r\nBcc: e@f.g') })).sent, false);
  assert.equal(readdirSync(outbox).length, 2);
});

test('a folder that cannot be written is said so, and may work later', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'portcullis-mail-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  writeFileSync(join(parent, 'outbox'), 'a file stands in its place');
  const opened = openMail({ smtpUrl: undefined, from: 'portcullis@localhost', outbox: join(parent, 'outbox') });
  assert.ok(opened.ok);
  const outcome = await opened.adapter.send(MESSAGE);
  assert.ok(!outcome.sent && outcome.code === 'unreachable' && outcome.retry && /EEXIST|ENOTDIR/.test(outcome.sentence));
});

test('a wrong sender and a wrong server are both named at start', () => {
  const opened = openMail({ smtpUrl: 'smtp://', from: 'desk', outbox: 'x' });
  assert.ok(!opened.ok && opened.faults.length === 2);
  for (const from of ['desk@example.com', 'Desk <desk@example.com>', 'Büro, Nord <desk@example.com>', '<desk@example.com>']) assert.ok(senderFrom(from), from);
  for (const from of ['', 'desk', 'a@b.c, d@e.f', 'Desk <desk@example.com', 'Desk\r\nBcc: e@f.g <desk@example.com>', 'Desk <a@b.c> <d@e.f>', 'desk@example.com\n']) assert.equal(senderFrom(from), undefined, from);
});

// Mail servers for tests: one that takes mails, and one that speaks until it is told to fall silent, dawdle or close.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Sink {
  readonly port: number;
  /** Each mail that was taken, whole. */
  readonly mails: string[];
}

/** A real mail server that takes what `answer` does not refuse. */
export async function sink(context: TestContext, options: SMTPServerOptions = {}, answer: (mail: string) => Error | null = () => null): Promise<Sink> {
  const mails: string[] = [];
  const server = new SMTPServer({
    // Whoever is still there when the test is over is not waited for.
    authOptional: true, disabledCommands: ['STARTTLS'], logger: false, closeTimeout: 1, ...options,
    onData(stream, _session, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const mail = Buffer.concat(pieces).toString('utf8');
        const refused = answer(mail);
        if (refused === null) mails.push(mail);
        done(refused);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  context.after(() => new Promise<void>((closed) => server.close(() => closed())));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

/** A server that speaks until `stage` and then does what it is told: falls silent, or closes. `end` is after the last dot of the mail. */
export async function broken(context: TestContext, stage: 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'middle' | 'end', act: 'silent' | 'close' | 'slow'): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8').on('error', () => undefined);
    let inData = false;
    const stop = (): void => void (act === 'close' && socket.destroy());
    const say = (line: string): void => {
      if (act !== 'slow') return void socket.write(`${line}\r\n`);
      // A byte at a time, for ever: the limit is of the whole, not of a pause.
      const timer = setInterval(() => socket.destroyed ? clearInterval(timer) : socket.write('2'), 50);
      context.after(() => clearInterval(timer));
    };
    if (stage === 'greeting') return act === 'slow' ? say('') : stop();
    socket.write('220 test\r\n');
    socket.on('data', (piece: string) => {
      if (inData) {
        if (stage === 'middle') return stop();
        if (piece.endsWith('\r\n.\r\n')) return stop();
        return;
      }
      const word = piece.split(/[ \r]/)[0]!.toUpperCase();
      if (word === stage) return act === 'slow' ? say('') : stop();
      inData = word === 'DATA';
      socket.write(inData ? '354 go\r\n' : '250 ok\r\n');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

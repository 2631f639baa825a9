// A mail server that takes everything and keeps nothing: the least a mail can cost on the other side. Says on SIGUSR2 how many it took.
import { createServer } from 'node:net';
import { onStop, sayReady } from './ready.ts';

let taken = 0;
const server = createServer((socket) => {
  let inData = false;
  let tail = '';
  socket.setEncoding('latin1').setNoDelay(true).on('error', () => undefined);
  socket.write('220 sink\r\n');
  socket.on('data', (piece: string) => {
    if (inData) {
      tail = (tail + piece).slice(-5);
      if (tail !== '\r\n.\r\n') return;
      inData = false;
      tail = '';
      taken += 1;
      socket.write('250 taken\r\n');
      return;
    }
    for (const line of piece.split('\r\n')) {
      if (line === '') continue;
      if (line.startsWith('EHLO')) socket.write('250-sink\r\n250 8BITMIME\r\n');
      else if (line.startsWith('DATA')) {
        inData = true;
        socket.write('354 go\r\n');
      } else if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    }
  });
});
process.on('SIGUSR2', () => process.stdout.write(`${JSON.stringify({ taken })}\n`));
server.listen(0, '127.0.0.1', () => {
  onStop(() => process.exit(0));
  sayReady(server);
});

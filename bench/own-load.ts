// The load generator for machines without wrk: keep-alive connections, one request at a time on each. Prints {requests, bad}.
import { connect } from 'node:net';

const { port, path, headers, seconds, connections } = JSON.parse(process.argv[2] ?? '{}') as {
  port: number; path: string; headers: Record<string, string>; seconds: number; connections: number;
};
const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
const request = Buffer.from(`GET ${path} HTTP/1.1\r\n${named}\r\n`, 'latin1');
let requests = 0;
let bad = 0;
let over = false;

/** Bytes of the first whole answer in a text of single bytes; 0 when it is not whole yet. */
function wholeAnswer(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head));
  if (length === null) throw new Error('An answer without a content-length cannot be measured.');
  const whole = head + 4 + Number(length[1]);
  return text.length >= whole ? whole : 0;
}

for (let n = 0; n < connections; n += 1) {
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  let pending = '';
  socket.setNoDelay(true).setEncoding('latin1').on('data', (chunk: string) => {
    pending += chunk;
    const whole = wholeAnswer(pending);
    if (whole === 0) return;
    if (!pending.startsWith('HTTP/1.1 2')) bad += 1;
    pending = pending.slice(whole);
    requests += 1;
    if (over) socket.destroy();
    else socket.write(request);
  });
  socket.on('error', () => { bad += 1; });
}

setTimeout(() => {
  over = true;
  process.stdout.write(`${JSON.stringify({ requests, bad })}\n`, () => process.exit(0));
}, seconds * 1_000);

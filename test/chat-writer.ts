// A customer at a socket who does not give up: says a text until it is acknowledged, over as many connections as that takes.
import { WebSocket } from 'ws';

export interface ChatWriter {
  /** Tries once: whether the server acknowledged it before the line was cut; a refusal for now is none. */
  say(id: string, text: string): Promise<boolean>;
  close(): void;
}

interface Heard {
  readonly type: string;
  readonly id?: string;
}

export function chatWriter(port: number, token: string, localAddress: string): ChatWriter {
  const host = `localhost:${port}`;
  let line: Promise<WebSocket | null> | null = null;
  const waiting = new Map<string, (acknowledged: boolean) => void>();
  const dropAll = (): void => {
    line = null;
    for (const drop of [...waiting.values()]) drop(false);
  };

  function connect(): Promise<WebSocket | null> {
    return new Promise((done) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/chat/live`, { localAddress, headers: { host }, origin: `http://${host}`, perMessageDeflate: false });
      socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token, since: null })));
      socket.on('message', (data) => {
        const heard = JSON.parse(String(data)) as Heard;
        if (heard.type === 'welcome') done(socket);
        if (heard.type === 'ack' || heard.type === 'refused') waiting.get(heard.id ?? '')?.(heard.type === 'ack');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        done(null);
        dropAll();
      });
    });
  }

  return {
    async say(id, text) {
      line ??= connect();
      const socket = await line;
      if (socket === null || socket.readyState !== socket.OPEN) {
        line = null;
        return false;
      }
      return new Promise((done) => {
        waiting.set(id, (acknowledged) => {
          waiting.delete(id);
          done(acknowledged);
        });
        socket.send(JSON.stringify({ type: 'send', id, text }));
      });
    },
    close: () => void line?.then((socket) => socket?.terminate()),
  };
}

// The plain way with `ws`: every client gets `send()` of one text. The peer of chat.fanout; it asks nobody for permission and keeps nothing.
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { onStop, sayReady } from './ready.ts';

const server = createServer();
const sockets = new Set<WebSocket>();
const webSockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
webSockets.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('message', (data) => {
    const said = JSON.stringify({ type: 'messages', messages: [{ text: String(data) }] });
    for (const one of sockets) one.send(said);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1_024, resolve));
onStop(() => server.closeAllConnections());
sayReady(server);

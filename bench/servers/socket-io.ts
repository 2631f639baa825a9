// Socket.IO as its users have it: everybody is in a room, and a message is emitted to it. The other peer of chat.fanout.
import { createServer } from 'node:http';
import { loadPeer } from '../peers.ts';
import { onStop, sayReady } from './ready.ts';

// oxlint-disable-next-line typescript/no-explicit-any
const { Server } = await loadPeer<any>('socket.io');
const server = createServer();
const io = new Server(server, { transports: ['websocket'], serveClient: false });
// oxlint-disable-next-line typescript/no-explicit-any
io.on('connection', (socket: any) => {
  void socket.join('conversation');
  socket.on('say', (text: string) => io.to('conversation').emit('messages', { type: 'messages', messages: [{ text }] }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1_024, resolve));
onStop(() => server.closeAllConnections());
sayReady(server);

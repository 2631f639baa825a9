// Answers by hand on a bare socket, where there is no reply to speak through: bytes that are no request, and refused upgrades.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { newId } from '#identity/tokens.ts';
import { type Problem, problemOf } from '#server/problems.ts';
import { headerProfile } from '#server/security-headers.ts';

const LINES = { plain: headerProfile(false).uncached, secure: headerProfile(true).uncached } as const;

/** Writes a whole answer with the headers that every answer carries, and ends the connection. `secure`: TLS is in front. `more`: whole lines, each with its end. */
export function endWithProblem(socket: Duplex, problem: Problem, secure: boolean, more = ''): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}\r\nconnection: close\r\n`;
  socket.end(`${head}${LINES[secure ? 'secure' : 'plain']}${more}content-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Makes what takes over upgrades, by the bytes that a frame may have. */
export type SocketServers = (maxPayload: number) => WebSocketServer;

/** A handshake that is none the library would answer by hand, without a header of ours. RFC 6455 4.4 wants the version named. */
export const socketServers = (secure: boolean): SocketServers => (maxPayload) => {
  const server = new WebSocketServer({ noServer: true, maxPayload, clientTracking: false, perMessageDeflate: false });
  return server.on('wsClientError', (_error, socket) => endWithProblem(socket, problemOf(400, 'request.malformed', 'The WebSocket handshake could not be read. Its headers must be those of RFC 6455, version 13.', newId('req')), secure, 'sec-websocket-version: 13\r\n'));
};

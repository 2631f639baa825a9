// Answers by hand on a bare socket, where there is no reply to speak through: bytes that are no request, and refused upgrades.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '#server/problems.ts';
import { commonLines } from '#server/security-headers.ts';

/** Writes a whole answer with the headers that every answer carries, and ends the connection. */
export function endWithProblem(socket: Duplex, problem: Problem): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}\r\nconnection: close\r\n`;
  socket.end(`${head}${commonLines}cache-control: no-store\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

// The upgrade to a WebSocket: judged like any signed-in request before the handshake is answered.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { App } from '#server/app.ts';
import type { Client } from '#server/client.ts';
import { type DenialCode, denials, deny } from '#policy/decision.ts';
import { newId } from '#identity/tokens.ts';
import { CHAT_PATH } from '#server/chat-live.ts';
import { judgeSession, type WorkspaceDoor } from '#server/doors/workspace.ts';
import type { Parts } from '#server/parts.ts';
import { problemOf } from '#server/problems.ts';
import { endWithProblem } from '#server/raw-answer.ts';

const PATH = '/api/v1/live';
/** The same for a page in a frame, which cannot send a header of its own with a handshake. */
const FRAME_PATH = '/api/v1/live/frame';

export interface LiveParts {
  readonly workspace: WorkspaceDoor;
  readonly clientOf: (request: IncomingMessage) => Client;
}

export function liveRoutes(app: App, parts: Parts, { workspace, clientOf }: LiveParts): void {
  const { config, brands, live, log } = parts;
  const secure = config.publicUrl.protocol === 'https:';

  function answer(socket: Duplex, status: number, code: string, id = newId('req')): void {
    const detail = Object.hasOwn(denials, code) ? denials[code as DenialCode].sentence : 'There is nothing to open at this address, or it broke.';
    endWithProblem(socket, problemOf(status, code, detail, id), secure);
  }

  /** A customer's: no cookie is read, it says who it is in its first frame. */
  async function customer(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const client = clientOf(request);
    if (parts.chat.admits(client)) return parts.chat.accept(request, socket, head, client);
    const denial = deny('request.rate_limited', null, { retryAfterSeconds: 1 });
    answer(socket, 429, denial.code, await parts.problems.recordSocket(client, denial, { door: 'chat', brand: null, actor: { kind: 'anonymous', id: null } }));
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (request.headers.host !== config.publicUrl.host) return answer(socket, 421, 'request.wrong_host');
    if (request.url !== PATH && request.url !== FRAME_PATH && request.url !== CHAT_PATH) return answer(socket, 404, 'request.not_found');
    // Browsers send Origin with every WebSocket handshake; without CORS it is the only sign of another site (ASVS 5.0 4.4.2).
    if (request.headers.origin !== config.publicUrl.origin) return answer(socket, 403, 'request.cross_site');
    if (request.url === CHAT_PATH) return customer(request, socket, head);
    const session = await workspace.sessionOf(request.headers.cookie, request.url === FRAME_PATH);
    const brand = session === null ? null : await brands.byId(session.brandId);
    if (session === null || brand === null) return answer(socket, 401, 'session.missing');
    const client = clientOf(request);
    const decision = judgeSession(brand, session, client, parts.now(), parts.uptime());
    if (!decision.allowed) {
      const id = await parts.problems.recordSocket(client, decision, { door: 'workspace', brand, actor: { kind: 'agent', id: session.person.id } });
      return answer(socket, denials[decision.code].status, decision.code, id);
    }
    live.accept(request, socket, head, { session, brand, client });
  }

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade(request, socket, head).catch((error: unknown) => {
      log.error({ err: error }, 'a WebSocket handshake failed');
      answer(socket, 500, 'fault');
    });
  });
}

// The cookie of a session that was given another token: set with the very answer that tells of the proof.
import type { FastifyReply } from 'fastify';
import type { LiveSession, Rotation, Sessions } from '#identity/sessions.ts';
import { SESSION_COOKIE, setCookie } from '#server/cookies.ts';

/**
 * Call it once the unit with `rotation.statement` is durable (ASVS 5.0 7.2.4). Other tabs share the cookies of their browser; a request
 * that was under way with the token before is told `session.missing`, and the page repeats it once.
 */
export function answerRotated(sessions: Sessions, reply: FastifyReply, session: LiveSession, rotation: Rotation): FastifyReply {
  sessions.markRotated(session, rotation);
  return reply.header('set-cookie', setCookie(SESSION_COOKIE, rotation.cookie));
}

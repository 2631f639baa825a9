// Whoever sends a file over HTTP: cut where nothing comes for a while before all of it is here, and known to be gone once the connection is.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Incoming } from '#media/intake.ts';
import { chatNetworkOf } from '#server/chat-networks.ts';

/** A sender who is silent for so long is cut. */
const SILENT_MS = 30_000;

/** What looking through the file goes by. Who has sent all of it is silent because they wait for us: they are not cut, and hear what became of it. */
export function watchSender({ raw, client }: Pick<FastifyRequest, 'raw' | 'client'>, reply: Pick<FastifyReply, 'raw'>, silent: number = SILENT_MS): Required<Pick<Incoming, 'network' | 'gone'>> {
  raw.setTimeout(silent, () => raw.destroy());
  raw.once('end', () => raw.setTimeout(0));
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return { network: chatNetworkOf(client), gone: gone.signal };
}

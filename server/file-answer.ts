// The answer to a request for a file that may be opened: its head, whether it changed, which part of it, and then its bytes.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { fileTypes } from '#policy/file-type-table.ts';
import type { Blobs } from '#outside/blobs/blobs.ts';
import { rangeOf, type Span } from '#server/byte-range.ts';
import { contentTypeOf, dispositionOf, fileProfile } from '#server/file-headers.ts';
import type { Transfer, Transfers } from '#server/file-transfer.ts';
import { judgePreconditions, mayFollowRange } from '#server/preconditions.ts';
import { type HeaderProfile, wearProfile } from '#server/security-headers.ts';
import type { Problems, Refused } from '#server/problems.ts';

const mediaTypes: ReadonlyMap<string | null, string> = new Map(fileTypes.map(({ id, mediaType }) => [id, mediaType]));
export const mediaTypeOf = (typeId: string | null): string => mediaTypes.get(typeId) ?? '';

export interface Handed {
  /** Of an unknown type, bytes. */
  readonly mediaType: string;
  readonly name: string;
  readonly bytes: number;
  /** With its quotes. What stands under a name never changes, so the name is a strong one. */
  readonly etag: string;
  /** To be saved, whatever it is. */
  readonly save: boolean;
}

export interface FileAnswers {
  /** The bytes of a blob. The caller has judged and written the opening. */
  blob(request: FastifyRequest, reply: FastifyReply, handed: Handed, key: string, transfer: Transfer, refused: Refused): Promise<FastifyReply>;
  /** Bytes that are there already, whole. */
  whole(request: FastifyRequest, reply: FastifyReply, handed: Omit<Handed, 'bytes'>, bytes: Uint8Array): FastifyReply;
}

export interface AnswerParts {
  readonly secure: boolean;
  readonly blobs: Blobs;
  readonly transfers: Transfers;
  readonly problems: Problems;
}

const TOO_MANY = deny('request.rate_limited', null, { retryAfterSeconds: 2 });
const CACHE = 'private, no-store';

export function openFileAnswers({ secure, blobs, transfers, problems }: AnswerParts): FileAnswers {
  const profile: HeaderProfile = fileProfile(secure);

  /** What is said without the file: it is unchanged, is another one, or has no such part. Null: go on. */
  function withoutBody(request: FastifyRequest, reply: FastifyReply, { etag, bytes }: Pick<Handed, 'etag' | 'bytes'>, span: Span | 'whole' | 'unsatisfiable'): FastifyReply | null {
    const judged = judgePreconditions(request.headers, etag);
    const head = (status: number): FastifyReply => {
      wearProfile(reply.raw, profile);
      return reply.code(status).header('cache-control', CACHE).header('etag', etag);
    };
    if (judged === 'same') return head(304).send();
    if (judged === 'failed') return head(412).header('content-length', '0').send('');
    return span === 'unsatisfiable' ? head(416).header('content-range', `bytes */${bytes}`).header('content-length', '0').send('') : null;
  }

  return {
    async blob(request, reply, handed, key, transfer, refused) {
      const { mediaType, name, bytes, etag, save } = handed;
      const asked = mayFollowRange(request.headers['if-range'] as string | undefined, etag) ? rangeOf(request.headers.range, bytes) : 'whole';
      const short = withoutBody(request, reply, handed, asked);
      if (short !== null) return short;
      const span: Span = typeof asked === 'string' ? { first: 0, last: bytes - 1 } : asked;
      const head = [
        'content-type', contentTypeOf(mediaType), 'content-disposition', dispositionOf(name, mediaType, save), 'content-length', String(span.last - span.first + 1),
        'etag', etag, 'accept-ranges', 'bytes', 'cache-control', CACHE,
        ...(typeof asked === 'string' ? [] : ['content-range', `bytes ${span.first}-${span.last}/${bytes}`]),
      ];
      const status = typeof asked === 'string' ? 200 : 206;
      const response = reply.raw;
      if (request.method === 'HEAD' || bytes === 0) {
        reply.hijack();
        wearProfile(response, profile);
        response.writeHead(status, head).end();
        return reply;
      }
      if (!transfers.admits(transfer.viewer)) return problems.refuse(request, reply, TOO_MANY, refused);
      reply.hijack();
      wearProfile(response, profile);
      response.writeHead(status, head);
      await transfers.send(response, blobs, { key, bytes }, span, transfer);
      return reply;
    },
    whole(request, reply, { mediaType, name, etag, save }, bytes) {
      const short = withoutBody(request, reply, { etag, bytes: bytes.length }, 'whole');
      if (short !== null) return short;
      wearProfile(reply.raw, profile);
      return reply.header('content-type', contentTypeOf(mediaType)).header('content-disposition', dispositionOf(name, mediaType, save)).header('etag', etag).header('cache-control', CACHE).send(Buffer.from(bytes));
    },
  };
}

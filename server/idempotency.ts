// Idempotency-Key: a request that carries one is done once, on whatever node it comes in again, and the same answer goes out for a day.
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import * as keptAnswerRows from '#store/kept-answers.ts';
import { type BrandStore, Conflict } from '#store/store.ts';
import type { Parts } from '#server/parts.ts';

const KEPT_MS = 86_400_000;
const NAME = /^[\x21-\x7e]{8,200}$/;
const MOST_BYTES = 256 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request is remembered by while it is under way. */
    idempotency: keptAnswerRows.Name | undefined;
  }
}

const digest = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
const belongsTo = ({ key_id: keyId, name_hash: nameHash }: keptAnswerRows.Name): string => `kept_answers ${keyId} ${nameHash}`;

export interface Idempotency {
  /** True when the request is to be done; else it was answered. After the body is read, before anything is done. */
  begin(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  /** Keeps the answer before it leaves; a request that was refused did nothing and may come again. */
  end(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void>;
}

export function openIdempotency({ store, keyring, problems, now }: Parts): Idempotency {
  async function again(brand: BrandStore, request: FastifyRequest, reply: FastifyReply, name: keptAnswerRows.Name, fingerprint: string): Promise<false> {
    const row = await keptAnswerRows.of(brand, name);
    if (row !== undefined && row.fingerprint !== fingerprint) return (await problems.refuseActor(request, reply, deny('idempotency.reused', null, {})), false);
    if (row === undefined || row.status === null || row.sealed === null) return (await problems.refuseActor(request, reply, deny('idempotency.unfinished', null, {})), false);
    const body = Buffer.from(keyring.open(row.sealed, belongsTo(name))).toString('utf8');
    reply.code(row.status).header('idempotency-replayed', 'true');
    if (body === '') await reply.send();
    else await reply.header('content-type', 'application/json; charset=utf-8').serializer((text) => text as string).send(body);
    return false;
  }

  return {
    async begin(request, reply) {
      const given = request.headers['idempotency-key'];
      if (given === undefined || request.apiKey === undefined || request.method === 'GET') return true;
      if (typeof given !== 'string' || !NAME.test(given)) return (await problems.refuseActor(request, reply, deny('idempotency.name', null, {})), false);
      const brand = store.brand(request.brand.id);
      const name = { key_id: request.apiKey.id, name_hash: digest(given) };
      const { headers } = request;
      // Of a file, which is read later, what its head tells.
      const body = request.routeOptions.config.body === 'stream' ? JSON.stringify([headers['content-type']?.split(';')[0], headers['x-file-type'], headers['x-file-name'], headers['content-length'], headers['content-digest'], headers['content-disposition']]) : JSON.stringify(request.body ?? null);
      const fingerprint = digest(request.method, request.url, body, String(headers['if-match'] ?? ''));
      const at = now();
      try {
        await brand.note([keptAnswerRows.claim(brand, { ...name, fingerprint, created_at: at, expires_at: at + KEPT_MS })]);
      } catch (error) {
        if (!(error instanceof Conflict) || error.code !== 'idempotency.known') throw error;
        return again(brand, request, reply, name, fingerprint);
      }
      request.idempotency = name;
      return true;
    },
    async end(request, reply, payload) {
      const name = request.idempotency;
      if (name === undefined) return;
      request.idempotency = undefined;
      const brand = store.brand(request.brand.id);
      const { statusCode } = reply;
      const text = payload === undefined || payload === null ? '' : typeof payload === 'string' ? payload : undefined;
      if (statusCode >= 400 && statusCode < 500) await brand.note([keptAnswerRows.release(brand, name)]);
      // What broke may have been done or not: it stays under way, and whoever sends it again is told to look.
      else if (statusCode < 300 && text !== undefined && text.length <= MOST_BYTES) await brand.note([keptAnswerRows.keep(brand, name, statusCode, keyring.seal(text, belongsTo(name)))]);
    },
  };
}

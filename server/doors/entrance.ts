// The entrance: setup, sign-in, unlock and codes, before anybody is known. Only our own pages may knock here, and no network all the time.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import { networkOf } from '#policy/network.ts';
import type { Parts } from '#server/parts.ts';
import { fromOwnPages } from '#server/same-site.ts';

const CROSS_SITE = deny('request.cross_site', null, {});
const TWO_CREDENTIALS = deny('request.two_credentials', null, {});
const RATE_LIMITED = deny('request.rate_limited', null, { retryAfterSeconds: 1 });
const ANONYMOUS = Object.freeze({ door: 'workspace', brand: null, actor: Object.freeze({ kind: 'anonymous', id: null }) } as const);
/** Networks remembered at once; beyond it the longest unseen is forgotten. */
const MOST_NETWORKS = 20_000;

export interface EntranceDoor {
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A network alone is only slowed (SETTINGS.md, "Locks"): a bucket each, in memory, before anything is counted, hashed or written,
 * so that a flood from one place neither fills the tables nor the queue of hashes.
 */
export function entranceDoor({ config, problems, entranceRate, uptime }: Parts): EntranceDoor {
  const buckets = new Map<string, Bucket>();

  function takeToken(network: string): boolean {
    const at = uptime();
    const bucket = buckets.get(network) ?? { tokens: entranceRate.burst, at };
    bucket.tokens = Math.min(entranceRate.burst, bucket.tokens + ((at - bucket.at) * entranceRate.perSecond) / 1000);
    bucket.at = at;
    buckets.delete(network);
    buckets.set(network, bucket);
    if (buckets.size > MOST_NETWORKS) buckets.delete(buckets.keys().next().value as string);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  return {
    enter(request, reply, done) {
      if (request.headers.authorization !== undefined) {
        void problems.refuse(request, reply, TWO_CREDENTIALS, ANONYMOUS);
        return;
      }
      // Signing somebody in to an attacker's account is a cross-site attack too (login CSRF).
      if (!fromOwnPages(request.method, request.headers, config.publicUrl.origin)) {
        void problems.refuse(request, reply, CROSS_SITE, ANONYMOUS);
        return;
      }
      if (!takeToken(networkOf(request.client.address))) {
        void problems.refuse(request, reply, RATE_LIMITED, ANONYMOUS);
        return;
      }
      done();
    },
  };
}

// The entrance: setup, sign-in, unlock and codes, before anybody is known. Only our own pages may knock here.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deny } from '#policy/decision.ts';
import type { Parts } from '#server/parts.ts';
import { fromOwnPages } from '#server/same-site.ts';

const CROSS_SITE = deny('request.cross_site', null, {});
const TWO_CREDENTIALS = deny('request.two_credentials', null, {});
const ANONYMOUS = Object.freeze({ kind: 'anonymous', id: null } as const);

export interface EntranceDoor {
  enter(request: FastifyRequest, reply: FastifyReply, done: () => void): void;
}

export function entranceDoor({ config, problems }: Parts): EntranceDoor {
  return {
    enter(request, reply, done) {
      if (request.headers.authorization !== undefined) {
        void problems.refuse(request, reply, TWO_CREDENTIALS, { door: 'workspace', brand: null, actor: ANONYMOUS });
        return;
      }
      // Signing somebody in to an attacker's account is a cross-site attack too (login CSRF).
      if (!fromOwnPages(request.method, request.headers, config.publicUrl.origin)) {
        void problems.refuse(request, reply, CROSS_SITE, { door: 'workspace', brand: null, actor: ANONYMOUS });
        return;
      }
      done();
    },
  };
}

// The token that let a program in, what for and from where it stood: what is under way for it is judged again by this.
import type { TokenPlace } from '#policy/decide/api-access.ts';
import type { LiveKey } from '#identity/live-keys.ts';

export interface Opened {
  readonly live: LiveKey;
  readonly place: TokenPlace;
  /** As in `decideKey`. */
  readonly scope: string | null | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined where no key came in. */
    opened: Opened | undefined;
  }
}

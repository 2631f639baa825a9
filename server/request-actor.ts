// Who asks: the person of the session, or the key that came in its place. Made when it is first read.
import type { FastifyRequest } from 'fastify';
import { type Actor, keyActor, sessionActor } from '#identity/actor.ts';

export const requestActor = {
  getter(this: FastifyRequest): Actor {
    const policyIn = (channelId: string) => this.brand.policyIn(channelId);
    return this.apiKey === undefined ? sessionActor(this.session, policyIn) : keyActor(this.apiKey, policyIn);
  },
};

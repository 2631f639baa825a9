// How the routes of mailed links answer: refusals with a row of the right brand, faults, and who is told of the change.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '#policy/network.ts';
import type { LinkCaller, LinkUseParts, NoLink, Used } from '#identity/link-person.ts';
import type { Parts } from '#server/parts.ts';
import { personChanged } from '#server/person-changed.ts';

export const linkParts = ({ config, store, keyring, brands, breach, now }: Parts): LinkUseParts => ({ store, keyring, commit: brands.commit, now, origin: config.publicUrl.origin, breach, brandOf: brands.byId });

export function linkCaller({ client }: FastifyRequest): LinkCaller {
  return { address: client.address, addressText: client.text, network: networkOf(client.address) };
}

export async function refuseLink({ problems, brands }: Parts, request: FastifyRequest, reply: FastifyReply, { denial, brandId, agentId }: Omit<NoLink, 'ok'>): Promise<FastifyReply> {
  const actor = agentId === null ? ({ kind: 'anonymous', id: null } as const) : ({ kind: 'agent', id: agentId } as const);
  return problems.refuse(request, reply, denial, { door: 'workspace', brand: brandId === null ? null : await brands.byId(brandId), actor });
}

/** Answers what using a link came to; `answer` when it is done and everybody knows of it. */
export async function answerUse<Done>(parts: Parts, request: FastifyRequest, reply: FastifyReply, used: Used<Done>, answer: (done: Done) => FastifyReply): Promise<FastifyReply> {
  if (used.kind === 'denied') return refuseLink(parts, request, reply, used);
  if (used.kind === 'invalid') return parts.problems.invalid(reply, used.faults);
  await personChanged(parts, used.brandId, used.agentId);
  return answer(used.done);
}

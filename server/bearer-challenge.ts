// What WWW-Authenticate says of a refusal at the API door (RFC 9110 11.6.1, RFC 6750 3): where a token belongs, and what is wrong with the one that came.
import { type Denial, denials, sentenceOf } from '#policy/decision.ts';

const REALM = 'Bearer realm="portcullis"';

/** undefined where the refusal is not about the token. Never the token, nor the rule's content. */
export function challengeOf(denial: Denial): string | undefined {
  const { status } = denials[denial.code];
  if (denial.code === 'api.key_missing' || denial.code === 'session.missing') return REALM;
  if (denial.code === 'api.scope_missing') return `${REALM}, error="insufficient_scope", scope="${String(denial.facts['scope'])}"`;
  if (status !== 401) return undefined;
  if (typeof denial.facts['where'] === 'string') return `${REALM}, error="invalid_token", error_description="${sentenceOf(denial).replaceAll('"', "'").replace(/[^\x20-\x7e]/g, '...')}"`;
  return `${REALM}, error="invalid_token"`;
}

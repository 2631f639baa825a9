// The chain of audit rows: each row carries the hash of the one before it, so that none can be changed, removed or slipped in unseen.
import { hash } from 'node:crypto';
import type { Draft } from '#store/engine.ts';
import type { Scope } from '#store/store.ts';

/** The end of a chain: the number of its last row and that row's hash. */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** A draft in its place. */
export interface Sealed extends Draft {
  readonly scope: Scope;
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
}

/** What the first row of a scope's chain points to. Another scope's chain cannot be put in its place. */
export function genesis(scope: Scope): Link {
  return { seq: 0, hash: hash('sha256', `{"chain":"portcullis.audit.v1","scope":${JSON.stringify(scope)}}`, 'hex') };
}

const orNull = (text: string | null): string => (text === null ? 'null' : JSON.stringify(text));

/**
 * The row as canonical JSON (RFC 8785), which is what is hashed. Its members are fixed, so it is written down in their sorted order; `detail` is canonical
 * already. Texts are well formed: the store refuses others.
 */
export function canonicalRow(row: Omit<Sealed, 'hash'>): string {
  return `{"actor":{"id":${orNull(row.actorId)},"kind":${JSON.stringify(row.actorKind)}},"at":${row.at},"detail":${row.detail},"entity":{"id":${orNull(row.entityId)},"kind":${JSON.stringify(row.entityKind)}},"event":${JSON.stringify(row.event)},"id":${JSON.stringify(row.id)},"previous":"${row.previous}","scope":${JSON.stringify(row.scope)},"seq":${row.seq}}`;
}

/** Puts a draft behind `previous`. */
export function sealRow(previous: Link, scope: Scope, draft: Draft): Sealed {
  const row = {
    scope, seq: previous.seq + 1, id: draft.id, at: draft.at, actorKind: draft.actorKind, actorId: draft.actorId, event: draft.event, entityKind: draft.entityKind, entityId: draft.entityId,
    detail: draft.detail, previous: previous.hash, hash: '',
  };
  row.hash = hash('sha256', canonicalRow(row), 'hex');
  return row;
}

/** Why a row does not follow `previous`, in one sentence; null when it does. */
export function judgeRow(previous: Link, row: Sealed): string | null {
  if (row.seq !== previous.seq + 1) return `Row ${previous.seq + 1} is missing: row ${row.seq} stands in its place.`;
  if (row.previous !== previous.hash) return `Row ${row.seq} does not follow row ${previous.seq}: the hash it carries of that row is another one.`;
  if (hash('sha256', canonicalRow(row), 'hex') !== row.hash) return `Row ${row.seq} was changed: its content does not give its hash.`;
  return null;
}

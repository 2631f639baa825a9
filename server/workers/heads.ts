// Signs the heads of all audit chains every minute and at stop, and keeps a copy outside the database.
import { join } from 'node:path';
import { appendHeads } from '#audit/head-file.ts';
import { signHead, type AuditKey, type SignedHead } from '#audit/signing.ts';
import * as brandHeads from '#store/brand-heads.ts';
import * as headRows from '#store/heads.ts';
import type { Store } from '#store/store.ts';

export const SIGN_EVERY_MS = 60_000;

export function headFile(dataDir: string): string {
  return join(dataDir, 'audit', 'heads.jsonl');
}

/** Signs every chain that has grown since it was last signed. Gives how many. */
export async function signHeads(parts: { store: Store; key: AuditKey; dataDir: string; now: () => number }): Promise<number> {
  const { store, key, now } = parts;
  const at = now();
  const signed: SignedHead[] = [];
  for (const head of await brandHeads.all(store.system)) {
    const last = await headRows.latest(store.system, head.scope);
    if (last === undefined || last.seq < head.audit_seq) signed.push(signHead(key, { scope: head.scope, seq: head.audit_seq, hash: head.audit_hash, at }));
  }
  if (signed.length === 0) return 0;
  // Outside first: should the database fail now, the copy outside already binds it.
  appendHeads(headFile(parts.dataDir), signed);
  await store.system.note(signed.map((head) => headRows.insert(store.system, { scope: head.scope, seq: head.seq, hash: head.hash, at: head.at, key_id: head.keyId, signature: head.signature })));
  return signed.length;
}

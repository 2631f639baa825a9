// People who sign in during the flood: as many as each code being used once asks for, all with one password and each with an authenticator of their own.
import { createHash, createHmac } from 'node:crypto';
import { totpOwner } from '#identity/factor-check.ts';
import { hashPassword } from '#identity/passwords.ts';
import { newId } from '#identity/tokens.ts';
import type { Building } from '#server/building.ts';
import * as agentRows from '#store/agents.ts';
import * as settingRows from '#store/settings.ts';
import type { Entry, Statement } from '#store/store.ts';
import * as totpRows from '#store/totp-factors.ts';
import { PASSWORD } from './house.ts';

export const CROWD = 2_000;
const IN_UNIT = 250;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const emailOf = (n: number): string => `agent.number${n}@acme.example`;

/** The authenticator of one of them, the same in every process: 20 bytes (RFC 4226 §4, R6). */
const keyOf = (n: number): Buffer => createHash('sha256').update(`crowd ${n}`).digest().subarray(0, 20);

/** The same in base32 (RFC 4648 §6), as the server keeps it. */
export function secretOf(n: number): string {
  const bits = Array.from(keyOf(n), (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => BASE32[Number.parseInt(five, 2)]!);
}

/** The code of a time step (RFC 4226 §5.3), made here and not by the program's library: the load must cost little beside what it loads. */
export function codeOf(n: number, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', keyOf(n)).update(counter).digest();
  return String((digest.readUInt32BE(digest[19]! & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Lets everybody in, in the brand of the bench, and asks them for a code wherever they are. */
export async function gatherCrowd({ parts }: Building): Promise<void> {
  const { store, brands, keyring, now } = parts;
  const brand = await brands.bySlug('acme');
  const hash = await hashPassword(PASSWORD);
  if (brand === null || typeof hash !== 'string') throw new Error('The brand of the bench is missing, or its hashes are busy.');
  const rows = store.brand(brand.id);
  const at = now();
  const entry = (event: Entry['event'], kind: string): Entry => ({ id: newId('evt'), at, actor: { kind: 'host', id: null }, event, entity: { kind, id: null } });
  const [admin] = await agentRows.activeAdmins(rows);
  await brands.commit([rows.part({ statements: [settingRows.put(rows, { key: 'two_factor.mode', value: '"on"', set_by: admin!.id, set_at: at })], entries: [entry('policy.changed', 'setting')], bumps: ['policy'] })]);
  for (let first = 0; first < CROWD; first += IN_UNIT) {
    const statements = Array.from({ length: IN_UNIT }, (_, n) => person(first + n)).flat();
    await brands.commit([rows.part({ statements, entries: [entry('agent.created', 'agent')], bumps: ['people'] })]);
  }

  function person(n: number): Statement[] {
    const [id, factor] = [newId('agt'), newId('fac')];
    const email = emailOf(n);
    return [
      agentRows.insert(rows, {
        id, email, email_key: email, name: `Agent Number ${n}`, role: 'agent', capabilities: '[]', phone: null, phone_verified_at: null,
        password_hash: hash as string, password_set_at: at, deactivated_at: null, created_at: at, must_change: null, password_reminded: null,
      }),
      totpRows.insert(rows, { id: factor, agent_id: id, secret_sealed: keyring.seal(secretOf(n), totpOwner(id, factor)), label: 'bench', verified_at: at, last_step: 0, created_at: at }),
    ];
  }
}

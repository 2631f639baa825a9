// The trial of audit.verify: a chain of 200,000 rows, walked as `portcullis audit verify` walks it.
import { newId } from '#identity/tokens.ts';
import { verifyChain } from '#audit/verify.ts';
import type { Entry } from '#store/store.ts';
import type { AuditVerifyTrial } from '../measurements/audit.ts';
import { median } from '../statistics.ts';
import { AGENT, BRAND, NOW, openOneBrand } from './one-brand.ts';

const ROWS = 200_000;
const IN_UNIT = 500;
const ROUNDS = 5;

function entry(n: number): Entry {
  return {
    id: newId('evt'), at: NOW + n, actor: { kind: 'agent', id: AGENT }, event: 'request.refused', entity: { kind: 'door', id: 'workspace' },
    facts: { code: 'network.not_allowed', setting: 'management.allowlist', policyVersion: 3, address: `203.0.113.${n % 256}`, method: 'GET', route: '/api/v1/policy' },
  };
}

const { store, brand, close } = await openOneBrand();
for (let n = 0; n < ROWS; n += IN_UNIT) {
  await brand.commit({ statements: [], entries: Array.from({ length: IN_UNIT }, (_, at) => entry(n + at)) });
}

const rates: number[] = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  const begin = performance.now();
  const verdict = await verifyChain(store, BRAND, { keys: new Map(), kept: [] });
  if (!verdict.whole) throw new Error(verdict.reason);
  // The first round warms up.
  if (round > 0) rates.push(verdict.rows / ((performance.now() - begin) / 1_000));
}
await close();
const result: AuditVerifyTrial = { rowsPerSecond: median(rates), rows: ROWS };
process.stdout.write(`${JSON.stringify(result)}\n`);

// portcullis audit verify: walks every audit chain and names the first broken row, a cut tail and forged heads; and holds a report of evidence against its trail.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isRecord } from '#policy/fault.ts';
import { readHeads } from '#audit/head-file.ts';
import { type Verdict, verifyAll } from '#audit/verify.ts';
import { type Host, readArgs, Refusal, type Run } from '#cli/command.ts';
import * as auditRows from '#store/audit-rows.ts';
import * as brandRows from '#store/brands.ts';
import type { Store } from '#store/store.ts';
import { readConfig } from '#server/config.ts';
import { openPresentData } from '#server/data.ts';
import { headFile } from '#server/workers/heads.ts';

function sentence(name: string, verdict: Verdict): string {
  if (!verdict.whole) return `${name}: BROKEN at row ${verdict.row}. ${verdict.reason}`;
  const rows = `${name}: whole, ${verdict.rows} rows`;
  if (verdict.signedAt === null) return `${rows}, no head signed yet.`;
  return `${rows}, ${verdict.heads} signed heads (${verdict.kept} kept outside the database), the last for row ${verdict.signedTo} at ${new Date(verdict.signedAt).toISOString()}.`;
}

interface Witness { readonly brand: string; readonly row: number; readonly hash: string }

/** Where the trail stood when a report was made. */
function witnessOf(path: string, { cwd }: Host): Witness {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(resolve(cwd, path), 'utf8'));
  } catch (error) {
    throw new Refusal(error instanceof SyntaxError ? `${path} is no report of evidence: it is not JSON.` : `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const { format, brand, trail } = isRecord(read) ? read : {};
  const found = { brand: isRecord(brand) ? brand['id'] : undefined, row: isRecord(trail) ? trail['rows'] : undefined, hash: isRecord(trail) ? trail['head'] : undefined };
  if (format !== 'portcullis.evidence.1' || typeof found.brand !== 'string' || !Number.isSafeInteger(found.row) || typeof found.hash !== 'string') throw new Refusal(`${path} is no report of evidence as "policy evidence --json" writes it.`);
  return found as Witness;
}

/** A chain that is whole and holds this row with this hash holds every row before it as it was. */
async function holds(store: Store, { brand, row, hash }: Witness): Promise<boolean> {
  if ((await brandRows.byId(store.system, brand)) === undefined) throw new Refusal('The report is of a brand that is not here.');
  const [found] = await auditRows.after(store.brand(brand), row - 1, 1);
  return found?.seq === row && found.hash === hash;
}

export const auditVerify: Run = async (args, host) => {
  const { values } = readArgs(args, { brand: { type: 'string' }, json: { type: 'boolean' }, evidence: { type: 'string' } });
  const witness = values.evidence === undefined ? undefined : witnessOf(values.evidence, host);
  const config = readConfig(host.env, host.cwd);
  const { store, keyring } = await openPresentData(config, host.now());
  try {
    // The heads outside are read first: those that a server signs meanwhile could be ahead of what we walk.
    const witnesses = { keys: keyring.auditPublicKeys, kept: readHeads(headFile(config.dataDir)) };
    let chains = 0;
    let broken = 0;
    for await (const { name, verdict } of verifyAll(store, witnesses, values.brand)) {
      chains += 1;
      if (!verdict.whole) broken += 1;
      host.say(values.json === true ? JSON.stringify({ name, ...verdict }) : sentence(name, verdict));
    }
    if (chains === 0) throw new Refusal(`There is no brand at /b/${values.brand}.`);
    if (witness !== undefined) {
      const as = await holds(store, witness);
      if (!as) broken += 1;
      if (values.json === true) host.say(JSON.stringify({ name: values.evidence, row: witness.row, holds: as }));
      else host.say(as ? `${values.evidence}: its trail is here: row ${witness.row} is as it was.` : `${values.evidence}: NOT of this trail: row ${witness.row} is gone, or another one.`);
    }
    return broken === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
};

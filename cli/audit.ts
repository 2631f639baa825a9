// portcullis audit verify: walks every audit chain and names the first broken row, a cut tail and forged heads.
import { readHeads } from '#audit/head-file.ts';
import { type Verdict, verifyAll } from '#audit/verify.ts';
import { readArgs, Refusal, type Run } from '#cli/command.ts';
import { readConfig } from '#server/config.ts';
import { openPresentData } from '#server/data.ts';
import { headFile } from '#server/workers/heads.ts';

function sentence(name: string, verdict: Verdict): string {
  if (!verdict.whole) return `${name}: BROKEN at row ${verdict.row}. ${verdict.reason}`;
  const rows = `${name}: whole, ${verdict.rows} rows`;
  if (verdict.signedAt === null) return `${rows}, no head signed yet.`;
  return `${rows}, ${verdict.heads} signed heads (${verdict.kept} kept outside the database), the last for row ${verdict.signedTo} at ${new Date(verdict.signedAt).toISOString()}.`;
}

export const auditVerify: Run = async (args, host) => {
  const { values } = readArgs(args, { brand: { type: 'string' }, json: { type: 'boolean' } });
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
    return broken === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
};

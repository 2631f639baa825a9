// The command line: portcullis unlock | brand | audit | policy | backup | restore, on the host and beside a running server.
import { type Host, Refusal, type Run, WrongUse } from '#cli/command.ts';

interface Listed {
  readonly usage: string;
  readonly says: string;
  /** Loaded only when it runs: help must not wait for a database. */
  readonly load: () => Promise<Run>;
}

/** Each command by the words that name it. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  'brand add': {
    usage: 'NAME [--address SLUG]',
    says: 'Makes a brand and prints a one-time setup link for its first admin.',
    load: async () => (await import('#cli/brand.ts')).brandAdd,
  },
  unlock: {
    usage: 'ADMIN [--for 30m] [--brand SLUG] [--lift-lock] [--reset-factors]',
    says: 'Prints a sign-in link (10 minutes, once) for an admin who is locked out; that session alone is exempt from the IP white-list.',
    load: async () => (await import('#cli/unlock.ts')).unlock,
  },
  'audit verify': {
    usage: '[--brand SLUG] [--json] [--evidence FILE]',
    says: 'Checks that no row of the audit trail was changed, removed or cut off; --evidence: and that a report (JSON) was made of this trail. Exit code 1 when something is broken.',
    load: async () => (await import('#cli/audit.ts')).auditVerify,
  },
  'policy export': {
    usage: '[--brand SLUG] [--into FILE]',
    says: 'Prints the settings of a brand as a policy file, or writes them into one; comments and tests in it stay.',
    load: async () => (await import('#cli/policy.ts')).policyExport,
  },
  'policy check': {
    usage: 'FILE',
    says: 'Reads a policy file and names every fault in it by its line. No database is needed.',
    load: async () => (await import('#cli/policy.ts')).policyCheck,
  },
  'policy plan': {
    usage: 'FILE [--brand SLUG] [--json]',
    says: 'Says what applying the file would change, and runs the tests in it. Changes nothing.',
    load: async () => (await import('#cli/policy.ts')).policyPlan,
  },
  'policy apply': {
    usage: 'FILE [--brand SLUG] [--reason TEXT]',
    says: 'Makes the settings stand as the file says, all or nothing; refused while a test in it fails.',
    load: async () => (await import('#cli/policy.ts')).policyApply,
  },
  'policy drift': {
    usage: 'FILE [--brand SLUG] [--patch]',
    says: 'Says where the settings stand otherwise than the file; exit code 1 then. --patch prints the file as it would have to be.',
    load: async () => (await import('#cli/policy.ts')).policyDrift,
  },
  'policy explain': {
    usage: 'REFUSAL | --question QUESTION [--fact NAME=VALUE …] [--channel NAME] [--file FILE] [--brand SLUG] [--json]',
    says: 'Says why something was refused, or what would be decided, by which setting and what would have to change; --file asks as the file would have it. Changes nothing.',
    load: async () => (await import('#cli/policy-explain.ts')).policyExplain,
  },
  'policy evidence': {
    usage: '--preset ID [--brand SLUG] [--html FILE] [--json FILE]',
    says: 'Holds the settings of a brand against a standard and says what proves it; prints JSON when no file is named. That it was taken is written.',
    load: async () => (await import('#cli/policy-evidence.ts')).policyEvidence,
  },
  backup: {
    usage: 'FILE [--without-keys]',
    says: 'Writes everything into one file, also while the server runs. The file holds the keys: keep it as safe as the server.',
    load: async () => (await import('#cli/backup.ts')).backup,
  },
  restore: {
    usage: 'FILE',
    says: 'Restores a backup into an empty data folder or database, of either kind, and verifies its audit chains.',
    load: async () => (await import('#cli/restore.ts')).restore,
  },
};

/** The command was not found, or its words were wrong. */
const WRONG_USE = 2;

const lineOf = (name: string, { usage }: Listed): string => `portcullis ${name} ${usage}`;

function help(names: readonly string[]): string {
  const lines = names.map((name) => `  ${lineOf(name, COMMANDS[name] as Listed)}\n      ${COMMANDS[name]?.says}`);
  const start = names.length === Object.keys(COMMANDS).length ? '  portcullis start [--demo]\n      Starts the server.\n' : '';
  return `Portcullis on the host.\n\n${start}${lines.join('\n')}\n\nConfiguration comes from the same environment as the server's; see docs/reference/configuration.md.\n`;
}

/** The command that the first one or two words name, and the words after it. */
export function find(words: readonly string[]): { name: string; rest: string[] } | null {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    if (Object.hasOwn(COMMANDS, name)) return { name, rest: words.slice(length) };
  }
  return null;
}

const asksHelp = (word: string): boolean => word === '--help' || word === '-h';

/** Runs what the words say; gives the exit code. `out` and `err` take whole texts. */
export async function main(words: readonly string[], host: Host, err: (text: string) => void): Promise<number> {
  const all = Object.keys(COMMANDS);
  const asked = words.some(asksHelp) || words.length === 0 || words[0] === 'help';
  const named = words.filter((word) => word !== 'help' && !asksHelp(word));
  const found = find(named);
  // "brand" names every command that begins with brand.
  const family = all.filter((name) => name === named[0] || name.startsWith(`${named[0]} `));
  if (asked) {
    host.say(help(found !== null ? [found.name] : family.length > 0 ? family : all).trimEnd());
    return 0;
  }
  if (found === null) {
    const bare = family.length > 0 && words.length === 1;
    err(`${bare ? '' : `"${words.join(' ')}" is not a command.\n\n`}${help(family.length > 0 ? family : all)}`);
    return WRONG_USE;
  }
  try {
    const run = await (COMMANDS[found.name] as Listed).load();
    return await run(found.rest, host);
  } catch (error) {
    if (error instanceof WrongUse) {
      err(`${error.message}\nUsage: ${lineOf(found.name, COMMANDS[found.name] as Listed)}\n`);
      return WRONG_USE;
    }
    const { isKnownFault } = await import('#server/known-fault.ts');
    if (!(error instanceof Refusal) && !isKnownFault(error)) throw error;
    err(`${error.message}\n`);
    return 1;
  }
}

if (import.meta.main) {
  const host: Host = { env: process.env, cwd: process.cwd(), now: Date.now, say: (line) => process.stdout.write(`${line}\n`) };
  main(process.argv.slice(2), host, (text) => process.stderr.write(text)).then(
    (code) => void (process.exitCode = code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}

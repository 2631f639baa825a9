// What a migration is, and how its text is put into an engine's words. Migrations only go forward and are never edited once released.
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly both: readonly string[];
  /** Run after `both`. */
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
}

// "C" sorts and compares by bytes, as SQLite does: a page, a prefix and a unique name mean the same on both.
const WORDS = {
  sqlite: { $text: 'text', $int: 'integer', $bytes: 'blob' },
  postgres: { $text: 'text collate "C"', $int: 'bigint', $bytes: 'bytea' },
} as const;

/** The statements of a migration for an engine, in order. */
export function statementsFor(engine: 'sqlite' | 'postgres', migration: Migration): string[] {
  const words = WORDS[engine];
  const both = migration.both.map((text) => {
    const said = text.replace(/\$(?:text|int|bytes)\b/g, (word) => words[word as keyof typeof words]);
    // A strict table refuses a value of another type, as PostgreSQL does.
    return engine === 'sqlite' && text.startsWith('create table') ? `${said} strict` : said;
  });
  return [...both, ...migration[engine]];
}

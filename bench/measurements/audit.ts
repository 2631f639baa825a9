// audit.cpu and audit.verify: what the chained row of a change costs, and how fast a chain is walked.
import { runTrial } from '../child.ts';
import type { Measurement } from '../result.ts';

export interface AuditCpuTrial {
  /** Median of `with rows ÷ without rows`, pair by pair. */
  readonly ratio: number;
  /** µs of processor time a saved setting, all threads. */
  readonly withRow: number;
  readonly without: number;
  /** At the store alone: µs that a row adds to one statement, and what the statement costs without it. */
  readonly row: number;
  readonly rowless: number;
  /** Durable statements a second, each with its row. */
  readonly rate: number;
}

export interface AuditVerifyTrial {
  readonly rowsPerSecond: number;
  readonly rows: number;
}

export const audit: readonly Measurement[] = [
  {
    names: ['audit.cpu'],
    async run() {
      const { ratio, withRow, without, row, rowless, rate } = await runTrial<AuditCpuTrial>('audit-cpu');
      const store = `at the store alone a row adds ${row.toFixed(0)} µs to a statement's ${rowless.toFixed(0)}, ${rate.toFixed(0)} a second`;
      const against = `the same settings saved in 256 brands at once without rows (SQLite, FULL, group commit), CPU: ${withRow.toFixed(0)} to ${without.toFixed(0)} µs; ${store}`;
      return [{ name: 'audit.cpu', value: ratio, unit: '×', goal: 1.2, better: 'lower', against }];
    },
  },
  {
    names: ['audit.verify'],
    async run() {
      const { rowsPerSecond, rows } = await runTrial<AuditVerifyTrial>('audit-verify');
      return [{ name: 'audit.verify', value: rowsPerSecond, unit: 'rows/s', goal: 100_000, better: 'higher', against: `a chain of ${rows} rows in SQLite, walked from its first row` }];
    },
  },
];

// One figure of the bench against its goal.

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number;
  readonly better: 'lower' | 'higher';
  /** What it was measured against, and the figures behind a ratio. */
  readonly against: string;
}

export interface Result extends Figure {
  readonly holds: boolean;
  readonly machine: string;
}

export interface Measurement {
  /** The figures it gives: any of them names it on the command line. */
  readonly names: readonly string[];
  run(): Promise<Figure[]>;
}

export function judged(figure: Figure, machine: string): Result {
  const { name, value, unit, goal, better, against } = figure;
  return { name, value: rounded(value), unit, goal, better, holds: better === 'lower' ? value <= goal : value >= goal, against, machine };
}

/** Three significant digits, and whole numbers from a thousand on. */
export function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
}

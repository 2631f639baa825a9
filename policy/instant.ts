// Instants among the facts of a decision, told from other numbers.

/** Instants of facts are ms since 1970; no other number of a fact is so large. */
export const isInstant = (value: unknown): value is number => typeof value === 'number' && value > 1e11;

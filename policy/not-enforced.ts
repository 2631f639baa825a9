// The one list of settings whose door is not built yet, each with the issue that will build it; saving one is refused.
import type { Key } from './catalogue.ts';

/** Key to the title of the issue. A later issue takes its lines away. Empty: every setting is enforced. */
export const notEnforced: { readonly [K in Key]?: string } = Object.freeze({});

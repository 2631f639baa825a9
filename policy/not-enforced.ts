// The one list of settings whose door is not built yet, each with the issue that will build it; saving one is refused.
import type { Key } from './catalogue.ts';

const MEDIA = 'Media: what may come in, who may open it';

/** Key to the title of the issue. A later issue takes its lines away. */
export const notEnforced: { readonly [K in Key]?: string } = Object.freeze({
  'media.enforce_access': MEDIA,
});

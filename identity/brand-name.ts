// The names of brands and people, and passwords built from them, as this room uses them: the rules themselves are pure and lie in policy/.
export { brandFaults, lineFaults, NAME_CHARS, personName, slugFrom } from '#policy/brand-name.ts';
export { contextWords } from '#policy/context-words.ts';

// The beginning of a sentence or a label: its first letter large, and a name of code told in words.

/** "Somebody" for `somebody`. */
export const begun = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** "Policy version" for `policyVersion` and for `policy_version`. */
export const nameInWords = (name: string): string => begun(name.replaceAll('_', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

// What the launcher says to the person who started it: calm lines while it works, and one sentence when it cannot go on.

/** Thrown when the launcher cannot go on; its message is a sentence that says what to do. */
export class LaunchFault extends Error {}

/** One line on standard error, so that what a command prints on standard output stays its own. */
export function say(line) {
  process.stderr.write(`portcullis: ${line}\n`);
}

/** Seconds since `since` (ms), as a person reads them: "4.2 s". */
export function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

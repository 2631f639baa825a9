// What several shares of the tests say, made one text: whole files one after the other, one list of failures, one set of counts.

/** The closing lines of Node's reporter; each share's own, of which a reader sees one set, added up. */
const COUNTED = [['tests', 'tests'], ['suites', 'suites'], ['pass', 'passed'], ['fail', 'failed'], ['cancelled', 'cancelled'], ['skipped', 'skipped'], ['todo', 'todo']];
const CLOSING = /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) \d/;
/** A line that ends the tests of a file: of no indentation, with a mark. */
const FILE_END = /^[✔✖﹣] /;

/**
 * Takes a share's output as it comes and hands on whole files of it.
 * @param {(text: string) => void} print
 */
export function reader(print) {
  let rest = '';
  let block = [];
  let closing = false;
  const failures = [];
  const flush = () => { if (block.length > 0) print(`${block.join('\n')}\n`); block = []; };
  const line = (text) => {
    if (CLOSING.test(text)) closing = true;
    else if (closing) failures.push(text);
    else {
      block.push(text);
      if (FILE_END.test(text)) flush();
    }
  };
  return {
    take(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.forEach(line);
    },
    /** What stands after the counts: the failures once more, whole. */
    end() {
      if (rest !== '') line(rest);
      flush();
      return failures.join('\n').replace(/^\s*✖ failing tests:\s*/, '').trim();
    },
  };
}

/** The counts of several shares, added up. */
export function sum(all) {
  return Object.fromEntries([...COUNTED.map(([, name]) => name), 'topLevel'].map((name) => [name, all.reduce((total, counts) => total + (counts[name] ?? 0), 0)]));
}

/** The closing lines, as Node's own reporter writes them. */
export function closingLines(counts, duration) {
  return `${[...COUNTED.map(([shown, name]) => `ℹ ${shown} ${counts[name]}`), `ℹ duration_ms ${duration}`].join('\n')}\n`;
}

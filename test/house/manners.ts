// The manners of tests and logs: nothing left out in silence, nothing that sleeps, no secret in a log.
import { code, isCode, isTest, lineAt, roomOf, type File } from '#test/house/tree.ts';

interface Manner { readonly pattern: RegExp; readonly says: string; readonly unless?: RegExp }

/** In tests. A skip gives its reason in words; a wait says what it waits for, in a comment beside it that begins with "Waits:". */
const TESTS: readonly Manner[] = [
  { pattern: /\b(?:test|it|describe|suite)\.only\(|\bonly: true/g, says: 'runs one test alone; take the mark away' },
  { pattern: /\b(?:test|it|describe|suite)\.(?:skip|todo)\(/g, says: "leaves a test out; use t.skip('why') inside it" },
  { pattern: /\bskip: true\b|\bt\.skip\(\s*\)|\bcontext\.skip\(\s*\)/g, says: 'leaves a test out without a reason' },
  { pattern: /\bsetTimeout\(|\bwaitForTimeout\(|\bsleep\(|\bdelay\(/g, says: 'sleeps; wait for what happens, or pass the clock in', unless: /\bWaits: \S/ },
];

/** In the program. What is printed goes through the log or a command's output; and no log line takes a secret by name. */
const LOGS: readonly Manner[] = [
  { pattern: /\bconsole\.\w+\(/g, says: 'writes to the console; use the log' },
  { pattern: /\blog(?:ger)?\.(?:trace|debug|info|warn|error|fatal)\([^;]*?\b(?:password|secret|token|cookie|authorization)\b\s*[,:})\]]/gi, says: 'may put a secret into the log' },
];

const SPEAKS = new Set(['cli', 'tools', 'bench', 'launch', 'test', 'web', 'widget']);

function broken({ path, text }: File, manners: readonly Manner[]): string[] {
  const bare = code(text);
  const lines = text.split('\n');
  return manners.flatMap(({ pattern, says, unless }) => [...bare.matchAll(pattern)].flatMap((match) => {
    const line = lineAt(bare, match.index);
    const near = `${lines[line - 2] ?? ''}\n${lines[line - 1] ?? ''}`;
    return unless?.test(near) === true ? [] : [`${path}:${line} ${says}.`];
  }));
}

/** No `.only`, no skip without a reason, no sleep. */
export function testManners(files: readonly File[]): string[] {
  return files.filter(({ path }) => isCode(path) && isTest(path) && roomOf(path) !== 'bench' && !path.startsWith('test/house/')).flatMap((file) => broken(file, TESTS));
}

/** No console in the rooms behind the server, and no secret in a log call. */
export function logManners(files: readonly File[]): string[] {
  return files.filter(({ path }) => isCode(path) && !isTest(path) && !SPEAKS.has(roomOf(path))).flatMap((file) => broken(file, LOGS));
}

// Runs the program itself on the Node that was found: in place of the launcher where the system allows it, else as its child.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGINT'];

/** npm starts us through a shell, and a shell that is ended does not tell its child. */
const underNpm = process.env.npm_lifecycle_event !== undefined;

/** How often (ms) we look whether the shell that npm started us with is still there. */
const LOOK = 250;

/**
 * Runs a program with our standard streams, hands every signal on, and waits for its end.
 * @param {string} node @param {string[]} args
 * @param {{ cwd?: string, limit?: number, env?: Record<string, string | undefined>, output?: (text: string) => void }} [options] `limit` in ms: the program is ended
 *   when it takes longer; `output` is given what it writes on standard output, in place of ours
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it, as a shell says it
 */
export function runChild(node, args, { cwd, limit, env, output } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(node, args, {
      stdio: ['inherit', output === undefined ? 'inherit' : 'pipe', 'inherit'],
      ...(cwd === undefined ? {} : { cwd }), ...(limit === undefined ? {} : { timeout: limit }), ...(env === undefined ? {} : { env }),
    });
    child.stdout?.setEncoding('utf8').on('data', output);
    const handlers = FORWARDED.map((signal) => {
      // A terminal sends Ctrl-C to the child itself: handing it on as well would make one press two.
      const handler = () => { if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal); };
      process.on(signal, handler);
      return () => process.removeListener(signal, handler);
    });
    const parent = process.ppid;
    const look = underNpm ? setInterval(() => { if (process.ppid !== parent) { clearInterval(look); child.kill('SIGTERM'); } }, LOOK) : undefined;
    const end = () => { clearInterval(look); for (const remove of handlers) remove(); };
    child.once('error', (error) => { end(); failed(error); });
    child.once('close', (code, signal) => { end(); done(code ?? 128 + (constants.signals[signal] ?? 0)); });
  });
}

/**
 * Runs the command. Where Node can (22.15 and later, not on Windows, not under npm) the launcher becomes the program: no second process, no
 * memory of its own, and signals and exit code need no handing on.
 * @param {string} node @param {string[]} args
 * @returns {Promise<number>}
 */
export async function runProgram(node, args) {
  if (typeof process.execve === 'function' && process.platform !== 'win32' && !underNpm) {
    process.emitWarning = () => {}; // some versions call it experimental
    process.execve(node, [node, ...args], process.env);
  }
  return runChild(node, args);
}

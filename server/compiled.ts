// Keeps what Node made of our files (types taken away, code compiled) beside the program, so that the next start need not make it again.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '..', '.runtime', 'compiled');

/** Called before the rest is imported; the launcher has done the same for us already. Where nothing can be written, nothing is kept. */
export function keepCompiled(): void {
  const { directory } = enableCompileCache(process.env['NODE_COMPILE_CACHE'] ?? FOLDER);
  // Threads take it from the environment.
  if (directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= FOLDER;
}

/** Writes it down now: a server may be ended without a word. */
export function writeCompiled(): void {
  flushCompileCache();
}

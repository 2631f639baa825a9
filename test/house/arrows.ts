// The arrows: which room may import which, as HOUSE draws them, and what policy/ may not know.
import { code, isCode, isTest, lineAt, roomOf, type File } from '#test/house/tree.ts';

/** Room to the rooms it may import. What stands left in the house never imports what stands right; a room may skip steps. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  policy: [],
  store: ['policy'],
  audit: ['policy', 'store'],
  outside: ['policy'],
  identity: ['policy', 'store', 'audit'],
  media: ['policy', 'store', 'audit', 'identity', 'outside'],
  inbox: ['policy', 'store', 'audit', 'identity', 'outside', 'media'],
  server: ['policy', 'store', 'audit', 'identity', 'outside', 'media', 'inbox'],
  cli: ['policy', 'store', 'audit', 'identity', 'outside', 'media', 'inbox', 'server'],
  tools: ['policy', 'store', 'audit', 'identity', 'outside', 'media', 'inbox', 'server'],
  web: ['policy'],
  widget: ['policy'],
  launch: [],
};

/** Libraries that belong to one room, so that what they do is done in one place. */
const OWNED: Readonly<Record<string, string>> = {
  'node:sqlite': 'store', pg: 'store', smpp: 'outside', fastify: 'server', ws: 'server', nodemailer: 'outside', '@node-rs/argon2': 'identity', otplib: 'identity', react: 'web', 'file-type': 'media', '@cantoo/pdf-lib': 'media', aws4fetch: 'outside', '@fastify/busboy': 'server',
};

const NO_CONCEPT = /^(?:utils?|commons?|helpers?|services?|misc|managers?)$|[-.](?:utils?|helpers?|services?|managers?)$/;

interface Import { readonly from: string; readonly line: number }

/** What a file imports: static, re-exported, dynamic, and for its types only. */
export function importsOf(text: string): Import[] {
  const bare = code(text);
  const found = bare.matchAll(/(?:^|[;\n])\s*(?:import|export)\s[^;'"`]*?\bfrom\s*['"](?<a>[^'"\n]+)['"]|(?:^|[;\n])\s*import\s*['"](?<b>[^'"\n]+)['"]|\bimport\(\s*['"](?<c>[^'"\n]+)['"]/g);
  return [...found].map((match) => {
    const { a, b, c } = match.groups ?? {};
    return { from: a ?? b ?? c ?? '', line: lineAt(bare, match.index + match[0].length) };
  });
}

/** The path a relative or `#room` import leads to; nothing for a library. */
function target(path: string, from: string): string | undefined {
  if (from.startsWith('#')) return from.slice(1);
  if (!from.startsWith('.')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const step of from.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

/** The door or the decision that a file is part of: `workspace` for server/doors/workspace-sockets.ts, when that stands beside workspace.ts. */
const inside = (folder: string, path: string): string | undefined =>
  (path.startsWith(folder) ? path.slice(folder.length).split(/[/.]/)[0] : undefined);

const sameFamily = (a: string, b: string): boolean => a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`);

function importFault({ path }: File, { from, line }: Import): string | undefined {
  const room = roomOf(path);
  const at = `${path}:${line}`;
  const to = target(path, from);
  if (to === undefined) {
    const library = from.split('/').slice(0, from.startsWith('@') ? 2 : 1).join('/');
    if (isTest(path)) return undefined;
    if (room === 'policy' && from.startsWith('node:')) return `${at} imports ${from}: policy/ is pure and runs in the browser too.`;
    const owner = OWNED[library];
    return owner !== undefined && owner !== room ? `${at} imports ${from}, which belongs to ${owner}/ alone.` : undefined;
  }
  const other = roomOf(to);
  if (other !== room && from.startsWith('.') && other in ARROWS && room !== 'launch') return `${at} reaches into ${other}/ by a relative path; write #${to}.`;
  if (isTest(path)) return undefined;
  for (const folder of ['server/doors/', 'policy/decide/']) {
    const [mine, its] = [inside(folder, path), inside(folder, to)];
    const what = folder === 'server/doors/' ? 'a door imports no other door' : 'a decision imports no other decision';
    if (mine !== undefined && its !== undefined && !sameFamily(mine, its)) return `${at} imports ${to}: ${what}.`;
  }
  if (other === 'test' || other === 'bench' || /\.test\.\w+$/.test(to)) return `${at} imports ${to}: the program does not import its tests.`;
  const allowed = ARROWS[room];
  if (other === room || allowed === undefined || !(other in ARROWS)) return undefined;
  return allowed.includes(other) ? undefined : `${at} imports ${to}: ${room}/ may not import ${other}/.`;
}

/** No clock, no chance, no outside world in policy/: they are passed in as facts. */
const IMPURE = /\b(?:Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|process\.|setTimeout\(|setInterval\(|fetch\(|Buffer\.|crypto\.)/g;

function impure({ path, text }: File): string[] {
  if (roomOf(path) !== 'policy' || isTest(path)) return [];
  const bare = code(text);
  return [...bare.matchAll(IMPURE)].map((match) => `${path}:${lineAt(bare, match.index)} uses ${match[0]}…: policy/ is pure; pass it in as a fact.`);
}

/** Every import along an arrow; policy/ pure; no folder or file without a concept. */
export function arrows(files: readonly File[]): string[] {
  const nameless = files.filter(({ path }) => path.split('/').some((part) => NO_CONCEPT.test(part.replace(/(\.test)?\.\w+$/, ''))))
    .map(({ path }) => `${path} is named for no concept: a function lives with its concept, and if it has none, the concept is missing.`);
  const source = files.filter(({ path }) => isCode(path));
  const wrong = source.flatMap((file) => importsOf(file.text).map((found) => importFault(file, found)).filter((fault) => fault !== undefined));
  return [...nameless, ...wrong, ...source.flatMap(impure)];
}

// Which files hold tests, and how a whole run deals them out to processes that run side by side.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { LaunchFault } from './fault.mjs';

/** Where tests lie beside what they test. The browser's stories lie in test/journeys. */
const ROOMS = ['policy', 'store', 'audit', 'identity', 'media', 'inbox', 'outside', 'server', 'web', 'widget', 'cli', 'tools', 'bench', 'launch', 'sdk', 'examples', 'test'];
const JOURNEYS = 'test/journeys/';

/** Shares of a whole run: small enough that none is left alone at the end, large enough that reading the program again (4 s) costs little. */
const ROOM_SHARES = 7;
const JOURNEY_SHARES = 3;

const isTest = (name) => /\.test\.(ts|mjs)$/.test(name);
export const isJourney = (file) => file.startsWith(JOURNEYS);

function below(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : below(root, path);
    return isTest(entry.name) ? [path] : [];
  }).sort();
}

/** What a part's name means: the test files of a folder, or the file, as written or below test/. */
export function filesOf(root, name) {
  const path = [resolve(name), join(root, name), join(root, 'test', name)].find((candidate) => existsSync(candidate) && !relative(root, candidate).startsWith('..'));
  const file = path === undefined ? undefined : relative(root, path).split('\\').join('/');
  const files = file === undefined ? [] : statSync(path).isDirectory() ? below(root, file) : [file];
  if (files.length === 0) throw new LaunchFault(`"${name}" is no folder or file with tests. Name one such as policy, journeys or store/dump.test.ts.`);
  return files;
}

/** Neighbours are alike in what they cost: dealt like cards, all hands are. */
const dealt = (files, hands) => Array.from({ length: hands }, (_, hand) => files.filter((_file, index) => index % hands === hand));

/** Every test file there is, in shares: journeys first, since they take longest. */
export function sharesOf(root) {
  const files = ROOMS.flatMap((room) => below(root, room));
  return [...dealt(files.filter(isJourney), JOURNEY_SHARES), ...dealt(files.filter((file) => !isJourney(file)), ROOM_SHARES)].filter((share) => share.length > 0);
}

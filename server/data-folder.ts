// The data folder: is anything there yet, and may we use it? Asked before anything is opened or made.
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '#server/config.ts';

/** The folder cannot be used; the message says what to do. Nothing was changed. */
export class DataFault extends Error {}

export interface Found {
  readonly database: boolean;
  readonly keys: boolean;
}

export const keyFolder = (config: Pick<Config, 'dataDir'>): string => join(config.dataDir, 'keys');
export const databaseFile = (config: Pick<Config, 'dataDir'>): string => join(config.dataDir, 'portcullis.db');

/** What stands in the folder. Throws DataFault when it cannot be used, or could not be made. */
export function lookInto(config: Pick<Config, 'dataDir'>): Found {
  const { dataDir } = config;
  const folder = nearestThere(dataDir);
  if (!statSync(folder).isDirectory()) throw new DataFault(`DATA_DIR names ${dataDir}, but ${folder} is a file and not a folder: set DATA_DIR to another one. Nothing was changed.`);
  demandWritable(folder, `The data folder ${dataDir} cannot be ${folder === dataDir ? 'used' : 'made'}`);
  const keys = keyFolder(config);
  const file = databaseFile(config);
  return {
    // A file without a byte was left by a start that was interrupted.
    database: existsSync(file) && statSync(file).size > 0,
    keys: existsSync(keys) && readdirSync(keys).some((name) => name.endsWith('.json')),
  };
}

function nearestThere(path: string): string {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function demandWritable(folder: string, what: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK | constants.R_OK);
  } catch {
    throw new DataFault(`${what}: ${folder} may not be written by this user. Change its owner, or set DATA_DIR to another folder. Nothing was changed.`);
  }
}

// The API's OpenAPI document as the server would serve it: a whole server is put together in a folder of its own, asked, and taken away.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBuilding } from '#server/building.ts';
import { readConfig } from '#server/config.ts';

/** Where the document in the repository says that the server is. */
const ORIGIN = 'https://portcullis.example';

export async function apiDocument(): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-reference-'));
  const building = await openBuilding(readConfig({ DATA_DIR: folder, PUBLIC_URL: ORIGIN, LOG_LEVEL: 'silent' }, folder), { rounds: false, terminal: () => undefined });
  try {
    const answer = await building.app.inject({ method: 'GET', url: '/api/v1/openapi.json', headers: { host: new URL(ORIGIN).host } });
    if (answer.statusCode !== 200) throw new Error(`The document was not served: ${answer.statusCode} ${answer.body}`);
    return answer.json() as Record<string, unknown>;
  } finally {
    await building.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

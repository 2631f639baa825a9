// Nothing that is written during a run holds a token: not the log at its finest, not the terminal, not one cell of the database, in no place a token was shown.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import pino from 'pino';
import type { FastifyBaseLogger } from 'fastify';
import { newApiKey } from '#identity/api-keys.ts';
import { everyCell } from '#test/every-table.ts';
import { openHouse } from '#test/house.ts';
import { trail } from '#test/people.ts';
import { addApiKey, bearer } from '#test/tickets.ts';

const filesOf = (folder: string): string[] => readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? filesOf(join(folder, name)) : [join(folder, name)]));

test('no token is written anywhere', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-secrets-'));
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) as unknown as FastifyBaseLogger;
  const house = await openHouse({ dataDir: folder, log });
  try {
    const admin = await house.setUp();
    const cookie = await house.signIn(admin);
    const brandId = (await house.building.parts.brands.bySlug(admin.slug))!.id;
    const key = await addApiKey(house, admin, cookie, ['conversations:read', 'audit:read']);
    await house.stepUp(admin, cookie);
    const rotated = (await house.call('POST', `/api/v1/api-keys/${key.id}/rotate`, { cookie, body: { graceDays: 7 } })).body.secret as string;
    const wrong = newApiKey(brandId).text;
    const strange = newApiKey('b000000000000').text;
    const texts = [key.text, rotated, wrong, strange, `${key.text.slice(0, -1)}x`];
    const program = { 'sec-fetch-site': undefined };
    for (const mode of ['header', 'header_or_query', 'query', 'exchange']) {
      assert.equal((await house.save(admin, cookie, { 'api.authentication_mode': mode })).status, 200);
      for (const text of texts) {
        await house.call('GET', '/api/v1/inbox', { headers: bearer(text) });
        await house.call('GET', `/api/v1/inbox?access_token=${text}`, { headers: program });
        await house.call('GET', `/api/v1/inbox?access_token=${text}&access_token=${text}`, { headers: bearer(text) });
        await house.call('GET', `/api/v1/nowhere?access_token=${text}`, { headers: bearer(text) });
        await house.call('GET', `/api/v1/%E0%A4%A?access_token=${text}`, { headers: bearer(text) });
        await house.call('GET', '/api/v1/inbox', { cookie, headers: { authorization: `Basic ${text}` } });
        await house.call('POST', '/api/v1/oauth/token', { raw: `grant_type=client_credentials&client_secret=${text}`, headers: { ...program, 'content-type': 'application/x-www-form-urlencoded' } });
        await house.call('POST', `/api/v1/conversations/${text}/tags`, { headers: bearer(text), body: { tag: 'x' } });
      }
    }
    const bought = (await house.call('POST', '/api/v1/oauth/token', { raw: `grant_type=client_credentials&client_secret=${rotated}`, headers: { ...program, 'content-type': 'application/x-www-form-urlencoded' } })).body.access_token as string;
    assert.equal((await house.call('GET', '/api/v1/audit', { headers: bearer(bought) })).status, 200);
    // A fault while a token is shown: what is logged of it.
    house.building.parts.log.error({ err: new Error('A fault.'), headers: { authorization: 'left out' } }, 'a fault');
    const secrets = [...texts, bought].map((text) => text.split('_')[2]!);
    const rows = JSON.stringify(await trail(house, cookie));
    const cells = (await everyCell({ file: filesOf(folder).find((path) => path.endsWith('.sqlite') || path.endsWith('.db'))! })).join('\n');
    const written = [lines.join('\n'), house.terminal.join('\n'), rows, cells, ...filesOf(folder).map((path) => readFileSync(path, 'latin1'))];
    assert.ok(lines.length > 0 && cells.includes('api_keys'), 'there is something to look through');
    for (const secret of secrets) for (const text of written) assert.ok(!text.includes(secret));
  } finally {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

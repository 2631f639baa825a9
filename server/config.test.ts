// The configuration: defaults, every fault at once, and what must stop a start.
import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfigFault, readConfig } from '#server/config.ts';

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env, '/nowhere');
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing: loopback, port 8080, SQLite in ./data', () => {
    const config = readConfig({}, '/srv/desk');
    assert.equal(config.publicUrl.origin, 'http://localhost:8080');
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.dataDir, '/srv/desk/data');
    assert.equal(config.databaseUrl, undefined);
    assert.equal(config.proxies.set, null);
  });

  it('takes an empty variable as one that is not set', () => assert.equal(readConfig({ PORT: '', DATABASE_URL: '' }, '/').port, 8080));

  const rows: [string, Record<string, string>, RegExp][] = [
    ['plain http beyond loopback', { PUBLIC_URL: 'http://desk.example.com' }, /must use https for "desk\.example\.com"/],
    ['plain http on a private address', { PUBLIC_URL: 'http://192.168.1.4:8080' }, /must use https/],
    ['a public address with a path', { PUBLIC_URL: 'https://desk.example.com/app' }, /only scheme, host and port/],
    ['no address at all', { PUBLIC_URL: 'desk' }, /must be an address/],
    ['port 0', { PORT: '0' }, /PORT must be a whole number/],
    ['port 65536', { PORT: '65536' }, /PORT/],
    ['port 8e3', { PORT: '8e3' }, /PORT/],
    ['another database', { DATABASE_URL: 'mysql://x' }, /must begin with postgres/],
    ['a proxy network that is everybody', { TRUSTED_PROXIES: '0.0.0.0/0' }, /TRUSTED_PROXIES/],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, /LOG_LEVEL must be one of/],
  ];
  for (const [title, env, expected] of rows) {
    it(`refuses ${title}`, () => {
      const faults = faultsOf(env);
      assert.equal(faults.length, 1);
      assert.match(faults[0] as string, expected);
    });
  }

  it('says all faults at once', () => assert.equal(faultsOf({ PORT: 'x', DATABASE_URL: 'x', LOG_LEVEL: 'x', PUBLIC_URL: 'http://x.example' }).length, 4));

  it('reads the same names from a file, and the environment wins', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'portcullis-config-')), 'portcullis.env');
    writeFileSync(file, 'PORT=9000\nHOST=0.0.0.0\n');
    const config = readConfig({ PORTCULLIS_CONFIG: file, PORT: '9001' }, '/');
    assert.equal(config.port, 9001);
    assert.equal(config.host, '0.0.0.0');
    writeFileSync(file, 'PROT=9000\n');
    assert.match(faultsOf({ PORTCULLIS_CONFIG: file })[0] as string, /"PROT" is not a name/);
    assert.match(faultsOf({ PORTCULLIS_CONFIG: '/nowhere/x.env' })[0] as string, /cannot be read/);
  });
});

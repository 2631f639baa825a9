// The words of the command line: help is at hand for each command, and wrong words change nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS, find } from '#cli/main.ts';
import { emptyFolder, portcullis } from '#test/program.ts';

const NAMES = Object.keys(COMMANDS);

test('every command loads, says what it does and shows its usage on --help', async () => {
  for (const name of NAMES) {
    assert.equal(typeof (await COMMANDS[name]?.load()), 'function');
    for (const words of [[...name.split(' '), '--help'], ['help', ...name.split(' ')], [...name.split(' '), 'x', '-h']]) {
      const { code, said } = await portcullis({}, words);
      assert.equal(code, 0);
      assert.ok(said.includes(`portcullis ${name} ${COMMANDS[name]?.usage}`), words.join(' '));
      assert.ok(NAMES.every((other) => other === name || !said.includes(`portcullis ${other} `)), 'and of no other');
    }
  }
});

test('no words, help and a family of commands list what there is', async () => {
  for (const words of [[], ['help'], ['--help'], ['-h'], ['nonsense', '--help']]) {
    const { code, said } = await portcullis({}, words);
    assert.equal(code, 0);
    assert.ok(NAMES.every((name) => said.includes(`portcullis ${name} `)) && said.includes('portcullis start'));
  }
  const { said } = await portcullis({}, ['brand', '--help']);
  assert.ok(said.includes('portcullis brand add') && !said.includes('portcullis unlock'));
});

test('help does not wait for a database or a server', () => {
  const loaded = `await import('#cli/main.ts'); process.stdout.write(process.moduleLoadList.filter((name) => /sqlite|NativeModule https?$/.test(name)).join())`;
  assert.equal(execFileSync(process.execPath, ['--input-type=module', '-e', loaded], { cwd: join(import.meta.dirname, '..') }).toString(), '');
});

test('wrong words are exit code 2 and a usage; they touch nothing', async (context) => {
  const DATA_DIR = join(emptyFolder(context), 'none');
  const wrong: [string[], RegExp][] = [
    [['nonsense'], /"nonsense" is not a command/],
    [['brand'], /^Portcullis on the host\.\n\n  portcullis brand add NAME(?![^]*portcullis unlock)/],
    [['audit'], /portcullis audit verify(?![^]*portcullis unlock)/],
    [['brand', 'drop'], /^"brand drop" is not a command\.[^]*portcullis brand add(?![^]*portcullis unlock)/],
    [['brand', 'add'], /NAME must be given.\nUsage: portcullis brand add/],
    [['brand', 'add', 'Two', 'words'], /"words" is one word too many/],
    [['unlock'], /ADMIN must be given/],
    [['unlock', 'dana'], /ADMIN must be the email address/],
    [['unlock', 'dana@acme.example', '--for', '0m'], /--for must be minutes or hours up to a day/],
    [['unlock', 'dana@acme.example', '--for', '25h'], /up to a day, such as 30m or 2h, not "25h"/],
    [['unlock', 'dana@acme.example', '--for', '1441m'], /not "1441m"/],
    [['unlock', 'dana@acme.example', '--for', '30'], /not "30"/],
    [['unlock', 'dana@acme.example', '--fro', '30m'], /Unknown option '--fro'/],
    [['audit', 'verify', 'x'], /one word too many/],
    [['backup'], /FILE must be given/],
    [['restore', 'a', 'b'], /"b" is one word too many/],
  ];
  for (const [words, sentence] of wrong) {
    const { code, err, said } = await portcullis({ DATA_DIR }, words);
    assert.deepEqual({ words, code, said }, { words, code: 2, said: '' });
    assert.match(err, sentence);
  }
});

test('without data, and with a wrong configuration, each command says so in a sentence', async (context) => {
  const DATA_DIR = join(emptyFolder(context), 'none');
  for (const words of [['brand', 'add', 'Acme'], ['unlock', 'dana@acme.example'], ['audit', 'verify'], ['backup', 'x']]) {
    const { code, err } = await portcullis({ DATA_DIR }, words);
    assert.equal(code, 1);
    assert.match(err, /^There is no data at .*none\. Start the server once, or set DATA_DIR .* Nothing was changed\.\n$/);
    assert.match((await portcullis({ DATA_DIR, PORT: 'x', LOG_LEVEL: 'loud' }, words)).err, /PORT must be a whole number[^]*LOG_LEVEL must be one of/);
  }
});

test('a name is two words or one', () => {
  assert.deepEqual(find(['brand', 'add', 'Acme']), { name: 'brand add', rest: ['Acme'] });
  assert.deepEqual(find(['unlock', 'x']), { name: 'unlock', rest: ['x'] });
  assert.equal(find(['constructor']), null);
});

test('the README shows every command as it is', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  for (const name of NAMES) assert.ok(readme.includes(`node portcullis.mjs ${name} ${COMMANDS[name]?.usage}`), name);
});

// Naughty strings of strangers through every field of free text: kept to the letter, or refused with the reason, never altered.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { hashPassword, passwordLength, verifyPassword } from '#identity/passwords.ts';
import { issueSetupLink } from '#identity/setup.ts';
import { totpCode } from '#identity/totp.ts';
import { type Admin, type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';
import { INSIDE } from '#test/people.ts';

const CORPUS = new URL('../../shared/corpora/injection/blns.json', import.meta.url);
const missing = existsSync(CORPUS) ? false : 'the corpus ../shared/corpora/injection/blns.json is missing';
/** What the corpus lacks: characters that no database keeps, and text that two programs read in two orders. */
const OURS = ['\0', 'a\0b', '\ud83d', '\udc00x', 'x\u202Ey', '\u200B', '\u0085', '\u2028', '\x7f', '\x1b[2J', 'é', 'e\u0301', '１２３', 'ﬁ', '<b>&amp;</b>', '{minLength}', '${1}', '$&'];
const STRINGS: string[] = [...(missing === false ? (JSON.parse(readFileSync(CORPUS, 'utf8')) as string[]) : []), ...OURS];

let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
  cookie = await house.signIn(admin);
  await house.save(admin, cookie, { 'session.idle_timeout_minutes': 0, 'session.absolute_hours': 720 });
});
after(() => house.close());

const show = (text: string) => JSON.stringify(text).slice(0, 80);

/** A refusal has a reason in a sentence, no stack, and no 5xx. */
function assertReason(answer: Answer, title: string): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${title}: ${answer.status} ${answer.text.slice(0, 300)}`);
  assert.equal(answer.headers['content-type'], 'application/problem+json', title);
  assert.match(answer.body.detail, /^[A-Z].*[.]$/, title);
  assert.doesNotMatch(answer.text, /node_modules|\.ts:\d|FST_|SyntaxError/, title);
  for (const fault of answer.body.faults ?? []) assert.ok(fault.message.length > 10 && fault.path !== undefined, title);
}

async function opened(): Promise<{ token: string; secret: string }> {
  const { store, keyring, brands } = house.building.parts;
  const token = await issueSetupLink({ store, keyring, commit: brands.commit, now: () => house.clock.now }, null);
  return { token, secret: (await house.call('POST', '/api/v1/setup/open', { body: { token } })).body.totp.secret };
}

describe('through setup', { skip: missing }, () => {
  it('every field refuses with a reason or takes; what it takes of names is read back to the letter', async () => {
    const { token } = await opened();
    const probe = (change: Record<string, unknown>) => house.call('POST', '/api/v1/setup/complete', { body: { token, brand: { name: 'Right', slug: 'right' }, admin: { name: 'Right', email: 'r@right.example', password: PASSWORD }, code: '000000', ...change } });
    const taken: string[] = [];
    for (const text of STRINGS) {
      const title = show(text);
      const answer = await probe({ brand: { name: text, slug: text }, admin: { name: text, email: text, password: text }, code: [...text].slice(0, 20).join('') });
      assertReason(answer, title);
      const paths = new Set<string>(answer.body.faults.map((fault: { path: string }) => fault.path));
      assert.ok(paths.has('code') && (paths.has('brand/slug') || /^[a-z0-9-]+$/.test(text)), title);
      assert.equal(paths.has('brand/name'), paths.has('admin/name'), `${title}: one rule for both names`);
      assert.ok(paths.has('admin/password') || passwordLength(text) >= 15, title);
      if (!paths.has('brand/name')) taken.push(text);
    }
    assert.ok(taken.length > 200, `${taken.length} names were taken`);
    // Each one made is eleven slow hashes: every fortieth is made for real.
    for (const [index, text] of taken.entries()) {
      if (index % 40 !== 0) continue;
      const made = await opened();
      const [slug, email] = [`s${index}`, `p${index}@right.example`];
      const code = totpCode(made.secret, Math.floor(house.clock.now / 30_000));
      const body = { token: made.token, brand: { name: text, slug }, admin: { name: text, email, password: PASSWORD }, code };
      const done = await house.call('POST', '/api/v1/setup/complete', { body });
      assert.equal(done.status, 201, `${show(text)} ${done.text.slice(0, 200)}`);
      const theirs = await house.signIn({ slug, email, secret: made.secret, recoveryCodes: [] });
      const { agent, brand } = (await house.call('GET', '/api/v1/session', { cookie: theirs })).body;
      assert.deepEqual([agent.name, brand.name], [text, text]);
      assert.equal((await house.call('GET', '/api/v1/account/factors', { cookie: theirs })).status, 200);
    }
  });

  it('a password is what was typed and nothing else', async () => {
    const long = STRINGS.filter((text) => text.isWellFormed() && passwordLength(text) >= 15 && passwordLength(text) <= 1_024);
    for (const text of long.filter((_, index) => index % 16 === 0)) {
      const stored = (await hashPassword(text)) as string;
      assert.equal(await verifyPassword(stored, text), 'match', show(text));
      for (const other of [`${text} `, ` ${text}`, text.slice(0, -1)]) assert.equal(await verifyPassword(stored, other), 'mismatch', show(other));
    }
  });
});

describe('through the white-list', { skip: missing }, () => {
  const entry = (text: string, index: number) => ({ value: `10.${index >> 8}.${index & 255}.1`, note: text });

  it('notes are kept to the letter or refused by name', async () => {
    const check = await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings: { 'management.allowlist': { state: 'any', entries: STRINGS.map(entry) } } } });
    const refused = new Set<number>(check.body.faults.map((fault: { path: string }) => Number(/entries\/(\d+)\/note$/.exec(fault.path)![1])));
    for (const index of refused) assert.ok(/[\p{Cc}\p{Cs}]/u.test(STRINGS[index]!) || [...STRINGS[index]!].length > 200, show(STRINGS[index]!));
    const entries = STRINGS.map(entry).filter((_, index) => !refused.has(index));
    const saved = await house.save(admin, cookie, { 'management.allowlist': { state: 'any', entries } });
    assert.equal(saved.status, 200, saved.text.slice(0, 300));
    const expected = entries.map(({ value, note }) => (note === '' ? { value } : { value, note }));
    assert.deepEqual((await house.call('GET', '/api/v1/policy', { cookie })).body.settings['management.allowlist'].value.entries, expected);
  });

  it('an entry that is no address is refused by name; so are keys and choices', async () => {
    for (const text of STRINGS) {
      const answer = await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings: { 'management.allowlist': { state: 'only', entries: [{ value: text }] }, 'two_factor.mode': text, [`x${text}`]: text } } });
      if (answer.status !== 200) assertReason(answer, show(text));
      else assert.ok(answer.body.faults.length >= 2, `${show(text)} ${answer.text.slice(0, 300)}`);
    }
  });
});

describe('through sign-in, codes, links, phone and the filters of the trail', { skip: missing }, () => {
  it('is refused like any other wrong one', async () => {
    // Each knock costs a slow hash: every eighth string knocks.
    for (const [index, text] of STRINGS.entries()) {
      const title = show(text);
      const posts: [string, unknown][] = [
        ...(index % 8 === 0 || index >= STRINGS.length - OURS.length ? [['sign-in', { brand: text, email: text, password: text }], ['sign-in', { brand: 'acme', email: text, password: text }]] as [string, unknown][] : []),
        ['sign-in/code', { code: text, method: 'totp' }],
        ['setup/open', { token: text }],
        ['unlock', { token: text }],
      ];
      for (const [path, body] of posts) assertReason(await house.call('POST', `/api/v1/${path}`, { from: INSIDE, body }), `${path} ${title}`);
      assertReason(await house.call('POST', '/api/v1/account/phone/confirm', { cookie, body: { code: text } }), title);
    }
  });

  it('a phone number that is none is refused with the reason', async () => {
    await house.stepUp(admin, cookie);
    for (const text of STRINGS) assertReason(await house.call('POST', '/api/v1/account/phone', { cookie, body: { number: text } }), show(text));
  });

  it('a code that is none is told so, in every spelling', async () => {
    for (const [at, text] of STRINGS.entries()) {
      // So far apart that neither the codes before slow this one down nor the thirty of a day are used up.
      house.clock.now += 52 * 60_000;
      for (const method of at % 2 === 0 ? ['totp'] : ['recovery']) {
        const answer = await house.call('POST', '/api/v1/step-up', { cookie, body: { code: text, method } });
        assertReason(answer, show(text));
        assert.ok(['code.wrong', 'code.malformed', 'request.invalid'].includes(answer.body.code), `${show(text)} ${answer.body.code}`);
      }
    }
  });

  it('a filter is a filter, or says what is wrong with it', async () => {
    for (const text of STRINGS) {
      const title = show(text);
      if (!text.isWellFormed()) continue;
      const value = encodeURIComponent(text);
      for (const name of ['who', 'what', 'entity', 'from', 'to', 'cursor', 'else']) {
        const answer = await house.call('GET', `/api/v1/audit?${name}=${value}`, { cookie });
        if (answer.status === 200) assert.ok(text === '' || ['who', 'what', 'entity', 'cursor'].includes(name), `${name}=${title}`);
        else assertReason(answer, `${name}=${title}`);
      }
      const row = await house.call('GET', `/api/v1/audit/${value}`, { cookie });
      if (text !== '') assertReason(row, `id ${title}`);
    }
  });
});

// Setup over HTTP: the link works once and for one hour, and makes a brand and its admin whole or not at all.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as auditRows from '#store/audit-rows.ts';
import * as brandRows from '#store/brands.ts';
import { issueSetupLink, prepareBrand } from '#identity/setup.ts';
import { totpCode } from '#identity/totp.ts';
import { type Answer, openHouse, PASSWORD, type TestHouse } from '#test/house.ts';

const HOUR = 3_600_000;
let house: TestHouse;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

const setup = () => ({ store: house.building.parts.store, keyring: house.building.parts.keyring, commit: house.building.parts.brands.commit, now: () => house.clock.now });
const link = (brand: string | null = null) => issueSetupLink(setup(), brand);
const open = (token: string) => house.call('POST', '/api/v1/setup/open', { body: { token } });
const brandsMade = async () => (await brandRows.all(house.building.parts.store.system)).map((brand) => brand.slug);
const stepNow = () => Math.floor(house.clock.now / 30_000);

interface Opened {
  readonly token: string;
  readonly secret: string;
}
async function opened(brand: string | null = null): Promise<Opened> {
  const token = await link(brand);
  return { token, secret: (await open(token)).body.totp.secret as string };
}
/** Completes with a newcomer's right answers, but for what the test changes. */
function complete({ token, secret }: Opened, slug: string, change: Record<string, unknown> = {}): Promise<Answer> {
  const body = { token, brand: { name: 'Northwind', slug }, admin: { name: 'Dana Levi', email: 'dana@northwind.example', password: PASSWORD }, code: totpCode(secret, stepNow()), ...change };
  return house.call('POST', '/api/v1/setup/complete', { body });
}
function assertGone(answer: Answer): void {
  assert.equal(answer.status, 410, answer.text);
  assert.equal(answer.body.code, 'link.invalid');
}

describe('a setup link', () => {
  it('opens as often as it is looked at, and says until when', async () => {
    const token = await link();
    const [first, second] = [await open(token), await open(token)];
    assert.equal(first.status, 200);
    assert.equal(first.body.expiresAt, house.clock.now + HOUR);
    assert.equal(first.body.brand, null);
    assert.match(first.body.totp.uri, /^otpauth:\/\/totp\//);
    assert.deepEqual(second.body, first.body);
  });

  it('is open for one hour less a millisecond, and not at the hour', async () => {
    const made = await opened();
    const issued = house.clock.now;
    house.clock.now = issued + HOUR - 1;
    assert.equal((await open(made.token)).status, 200);
    house.clock.now = issued + HOUR;
    assertGone(await open(made.token));
    assertGone(await complete(made, 'too-late'));
    assert.deepEqual(await brandsMade(), []);
  });

  it('is void once a newer one is printed', async () => {
    const older = await opened();
    const newer = await opened();
    assertGone(await open(older.token));
    assertGone(await complete(older, 'older'));
    assert.equal((await open(newer.token)).status, 200);
  });

  const strangers: [string, string][] = [['unknown', 'A'.repeat(43)], ['shorter', 'A'], ['with a NUL', 'A\0'], ['with half a letter', 'A\ud83d'], ['longer by a letter', 'A'.repeat(44)]];
  for (const [title, token] of strangers) it(`that is ${title} is answered like one used up`, async () => assertGone(await open(token)));

  it('works once: of two completions at the same moment one makes its brand, the other nothing', async () => {
    const made = await opened();
    const answers = await Promise.all([complete(made, 'left'), complete(made, 'right')]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 410]);
    const won = answers[0]!.status === 201 ? 'left' : 'right';
    assert.deepEqual(await brandsMade(), [won]);
    assertGone(await open(made.token));
    assertGone(await complete(made, 'third'));
  });

  it('stands in no audit row and no answer after it was printed, and neither does its secret', async () => {
    const made = await opened();
    const answers = [await complete(made, 'trace', { code: '000000' }), await complete(made, 'trace'), await complete(made, 'trace'), await open(made.token)];
    const { store, brands } = house.building.parts;
    const brand = (await brands.bySlug('trace'))!;
    const rows = [...(await auditRows.page(store.system, { limit: 500 })), ...(await auditRows.page(store.brand(brand.id), { limit: 500 }))];
    assert.ok(rows.some((row) => row.event === 'setup.completed'));
    const texts = [...answers.map((answer) => answer.text), JSON.stringify(rows)];
    for (const secret of [made.token, made.secret, PASSWORD]) for (const text of texts) assert.ok(!text.includes(secret));
  });

  it('for a prepared brand makes its admin there; a brand that is sent along changes nothing', async () => {
    const id = (await prepareBrand(setup(), { name: 'Prepared', slug: 'prepared' }))!;
    const made = await opened(id);
    assert.deepEqual((await open(made.token)).body.brand, { slug: 'prepared', name: 'Prepared' });
    const done = await complete(made, 'elsewhere');
    assert.equal(done.status, 201, done.text);
    assert.equal(done.body.signInUrl, '/b/prepared/');
    assert.ok(!(await brandsMade()).includes('elsewhere'));
  });
});

describe('completing a setup', () => {
  it('says everything that is wrong at once, each at its place, and makes nothing', async () => {
    const made = await opened();
    const before = await brandsMade();
    const answer = await complete(made, 'Bad Slug', { brand: { name: ' ', slug: 'Bad Slug' }, admin: { name: '', email: 'dana', password: 'short' }, code: '12345' });
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.faults.map((fault: { path: string }) => fault.path).sort(), ['admin/email', 'admin/name', 'admin/password', 'brand/name', 'brand/slug', 'code']);
    for (const fault of answer.body.faults) assert.match(fault.message, /^[A-Z].*[.]$/, fault.code);
    assert.deepEqual(await brandsMade(), before);
    assert.equal((await open(made.token)).status, 200, 'the link is not used up by a try');
  });

  // title, slug, change, path and code of the one fault
  const rows: [string, string, Record<string, unknown>, string, string][] = [
    ['a wrong code', 'free', { code: '000000' }, 'code', 'code.wrong'],
    ['a code of two steps ago', 'free', { code: 'two steps ago' }, 'code', 'code.wrong'],
    ['a code in full-width digits', 'free', { code: '１２３４５６' }, 'code', 'code.wrong'],
    ['no brand', 'free', { brand: undefined }, 'brand/name', 'text.empty'],
    ['an address that is taken', 'left-or-right', {}, 'brand/slug', 'brand.slug_taken'],
    ['an address of the program itself', 'api', {}, 'brand/slug', 'brand.slug_invalid'],
    ['an address of 41 letters', 'a'.repeat(41), {}, 'brand/slug', 'brand.slug_invalid'],
    ['a password built from the brand’s name', 'free', { admin: { name: 'Dana Levi', email: 'dana@northwind.example', password: 'Northwind123456' } }, 'admin/password', 'password.context_word'],
    ['a password built from the person’s name, in other letters', 'free', { admin: { name: 'Ａugustine', email: 'dana@northwind.example', password: 'AUGUSTINE-123456' } }, 'admin/password', 'password.context_word'],
    ['a password built from the email', 'free', { admin: { name: 'D', email: 'danalevi@northwind.example', password: '12danalevi34567' } }, 'admin/password', 'password.context_word'],
    ['a name that hides its order', 'free', { admin: { name: 'Dana \u202EiveL', email: 'dana@northwind.example', password: PASSWORD } }, 'admin/name', 'text.unseen'],
  ];
  for (const [title, slug, change, path, code] of rows) {
    it(`is refused for ${title}, and nothing is made`, async () => {
      const taken = (await brandsMade())[0]!;
      const made = await opened();
      const present = await brandsMade();
      const given = change['code'] === 'two steps ago' ? { code: totpCode(made.secret, stepNow() - 2) } : change;
      const answer = await complete(made, slug === 'left-or-right' ? taken : slug, given);
      assert.equal(answer.status, 422, answer.text);
      assert.deepEqual(answer.body.faults.map((fault: { path: string; code: string }) => [fault.path, fault.code]), [[path, code]]);
      assert.deepEqual(await brandsMade(), present);
    });
  }

  it('says that an address is taken beside what else is wrong', async () => {
    const taken = (await brandsMade())[0]!;
    const answer = await complete(await opened(), taken, { code: '000000' });
    assert.deepEqual(answer.body.faults.map((fault: { code: string }) => fault.code).sort(), ['brand.slug_taken', 'code.wrong']);
  });

  it('gives ten recovery codes, each of which signs in once', async () => {
    const made = await opened();
    const done = await complete(made, 'paper');
    const codes = done.body.recoveryCodes as string[];
    assert.equal(new Set(codes).size, 10);
    const { brands, store } = house.building.parts;
    const admin = { slug: 'paper', email: 'dana@northwind.example', secret: made.secret, recoveryCodes: codes };
    const cookie = await house.signIn(admin);
    house.clock.now += 60_000;
    const step = (code: string) => house.call('POST', '/api/v1/step-up', { cookie, body: { code, method: 'recovery' } });
    for (const [used, code] of codes.entries()) {
      assert.equal((await step(code)).status, 200, `code ${used}`);
      assert.equal((await step(code)).body.code, 'code.wrong', 'a second time');
      assert.equal((await house.call('GET', '/api/v1/session', { cookie })).body.agent.recoveryCodesLeft, 9 - used);
    }
    const rows = await auditRows.page(store.brand((await brands.bySlug('paper'))!.id), { event: 'recovery_code.used', limit: 50 });
    assert.equal(rows.length, 10);
  });

  it('uses up the code it was completed with', async () => {
    const made = await opened();
    const code = totpCode(made.secret, stepNow());
    assert.equal((await complete(made, 'once', { code })).status, 201);
    const cookie = await house.signIn({ slug: 'once', email: 'dana@northwind.example', secret: made.secret, recoveryCodes: [] });
    const again = await house.call('POST', '/api/v1/step-up', { cookie, body: { code, method: 'totp' } });
    assert.equal(again.body.code, 'code.used');
  });
});

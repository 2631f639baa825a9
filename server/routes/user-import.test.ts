// People from a CSV file: hostile files say on which line they are wrong, nothing comes in halves, and each newcomer is invited.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { linkIn, mailsOf } from '#test/mails.ts';
import { addAgent, knock, trail } from '#test/people.ts';

let house: TestHouse;
let admin: Admin;
let cookie: string;
before(async () => {
  house = await openHouse();
  admin = await house.setUp();
});
after(() => house.close());
beforeEach(async () => {
  house.clock.now += 25 * 3_600_000;
  cookie = await house.signIn(admin);
});

const check = (csv: string) => house.call('POST', '/api/v1/users/import?check=1', { cookie, body: { csv } });
const bring = (body: Record<string, unknown>) => house.call('POST', '/api/v1/users/import', { cookie, body });
const everybody = async () => (await house.call('GET', '/api/v1/users', { cookie })).body.users.map((user: { email: string }) => user.email).sort();
type Told = { line: number; column: string; code: string; value: string; message: string };
async function faultsOf(csv: string): Promise<string[]> {
  const { status, body } = await check(csv);
  assert.equal(status, 200);
  for (const fault of body.faults as Told[]) assert.match(fault.message, /^[A-Z].*\.$/);
  return (body.faults as Told[]).map(({ line, column, code }) => `${line} ${column} ${code}`);
}

describe('a file', () => {
  it('of a spreadsheet is read: byte order mark, CRLF, semicolons, quotes, columns in any order, full-width codes', async () => {
    const csv = '\uFEFFName;E-Mail;Phone;Rights;ＲＯＬＥ\r\n"Levi; Ada";ada@acme.example;+49 151 12345678;"forward, see audit";ＡＧＥＮＴ\r\n\r\nБорис "Б"\r\n'.replace('Борис "Б"', '"Борис ""Б""";boris@acme.example;;;Admin');
    const { body } = await check(csv);
    assert.deepEqual(body.faults, []);
    assert.deepEqual(body.people, [
      { line: 2, name: 'Levi; Ada', email: 'ada@acme.example', role: 'agent', capabilities: ['forward', 'see_audit'], phone: '+4915112345678' },
      { line: 4, name: 'Борис "Б"', email: 'boris@acme.example', role: 'admin', capabilities: [], phone: null },
    ]);
    assert.ok(!(await everybody()).includes('ada@acme.example'), 'a check brings nobody');
  });

  it('that is hostile or broken says every line, and what stands there', async () => {
    const taken = await addAgent(house, admin, 'present');
    const csv = [
      'email,name,role,capabilities,phone',
      '=cmd|calc@acme.example,=HYPERLINK("x"),agent,,'.replace('=HYPERLINK("x")', '"=HYPERLINK(""x"")"'),
      'a@acme.example,@sum,agent,,',
      `${taken.toUpperCase().replace('ACME.EXAMPLE', 'acme.example')},Present,agent,,`,
      'twin@acme.example,Twin,agent,,',
      'Twin@acme.example,Twin,agent,,',
      'b@acme.example,B,owner,fly,0151 1',
      'c@acme.example,C',
      '"d@acme.example\nBcc: x@y.example",D,agent,,',
      'e@acme.example,"E\nBcc: x@y.example",agent,,',
      'ｆ@acme.example,F,agent,,',
      'g@acme.example,G,agent,,+449011234567',
    ].join('\r\n');
    assert.deepEqual(await faultsOf(csv), [
      '2 name text.formula', '3 name text.formula', '4 email email.taken', '6 email email.twice', '7 role role.unknown', '7 capabilities capabilities.unknown', '7 phone phone.not_e164',
      '8  import.width', '9 email email.control', '11 name text.unseen', '13 email email.local', '14 phone phone.kind',
    ].map((line) => line));
    const { faults } = (await check(csv)).body;
    assert.equal((faults as Told[]).find((fault) => fault.line === 9)!.value, '"d@acme.example\\u{a}Bcc: x@y.example"', 'made visible, on one line');
  });

  it('that cannot be read as a whole is refused whole', async () => {
    const rows: [string, string][] = [
      ['', '1  import.empty'], ['email,name\n', '1  import.empty'], ['mail,name\na@acme.example,A', '1  import.column'], ['email,email,name\na,b,c', '1  import.column_twice'], ['email,role\na@acme.example,agent', '1  import.column_missing'],
      ['email,name\na@acme.example,"A', '2  csv.open_quote'], ['email,name\na@acme.example,A\0', '2  csv.control'], [`email,name\n${'x@acme.example,X\n'.repeat(501)}`, '502  import.too_many'], ['constructor,__proto__\na,b', '1  import.column'],
    ];
    for (const [csv, fault] of rows) {
      assert.deepEqual(await faultsOf(csv), [fault], JSON.stringify(csv.slice(0, 60)));
      assert.equal((await bring({ csv, skipFaulty: true })).body.code, 'import.faulty');
    }
    assert.equal((await bring({ csv: 'x'.repeat(300_000) })).status, 422);
    assert.equal((await bring({ csv: 'x'.repeat(2_000_000) })).status, 413);
  });
});

describe('an import', () => {
  it('takes nothing while a line is wrong, unless it is told to leave those out; one fresh code for all', async () => {
    const csv = 'email,name\nright@acme.example,Right\nwrong,Wrong\nalso@acme.example,Also';
    const before = await everybody();
    const refused = await bring({ csv });
    assert.deepEqual([refused.status, refused.body.right, refused.body.faults[0].line], [422, 2, 3]);
    assert.equal((await bring({ csv, skipFaulty: true })).body.code, 'step_up.required');
    assert.deepEqual(await everybody(), before);
    await house.stepUp(admin, cookie);
    const done = await bring({ csv, skipFaulty: true });
    assert.deepEqual([done.status, done.body.invited, done.body.skipped], [201, 2, 1]);
    assert.deepEqual(await everybody(), [...before, 'also@acme.example', 'right@acme.example'].sort());
    for (const address of ['also@acme.example', 'right@acme.example']) {
      const mails = (await mailsOf(house)).filter((mail) => mail.to.includes(address));
      assert.equal(mails.length, 1);
      assert.equal(linkIn(mails[0]!).path, '/b/acme/invite');
      assert.equal((await knock(house, 'acme', address)).status, 401);
    }
    const [row] = await trail(house, cookie, 'what=users.imported');
    assert.equal(row.sentence, 'Dana Levi imported 2 people from a file.');
    assert.equal((await bring({ csv, skipFaulty: true })).body.code, 'import.faulty', 'again: they are here already');
  });

  it('two of the same file at once bring everybody once', async () => {
    const csv = 'email,name\nonce@acme.example,Once\nonly@acme.example,Only';
    const other = await house.signIn(admin);
    await house.stepUp(admin, cookie);
    await house.stepUp(admin, other);
    const answers = await Promise.all([bring({ csv }), house.call('POST', '/api/v1/users/import', { cookie: other, body: { csv } })]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 422]);
    assert.equal((await everybody()).filter((email: string) => /^(once|only)@/.test(email)).length, 2);
  });

  it('of 500 people comes in one unit', async () => {
    const csv = `email;name;role;capabilities;phone\r\n${Array.from({ length: 500 }, (_, at) => `many${at}@acme.example;"Person ${at}";agent;remote_access;+49151123456${String(at % 90 + 10)}`).join('\r\n')}`;
    await house.stepUp(admin, cookie);
    const done = await bring({ csv });
    assert.deepEqual([done.status, done.body.invited], [201, 500], done.text.slice(0, 300));
    assert.equal((await house.call('GET', '/api/v1/users?q=many&state=invited', { cookie })).body.users.length, 500);
  });
});

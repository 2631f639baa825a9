// The policy as a file, beside a running server: exported, checked, planned, applied and compared; all or nothing, and held by its pins.
import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { addAgent, INSIDE, knock, OUTSIDE, trail } from '#test/people.ts';
import { portcullis, type Ran } from '#test/program.ts';

const HOURS = 'session.absolute_hours';
const FILE = `# What the security team agreed on.
portcullis: 1
settings:
  ${HOURS}: 9   # nobody works longer
  management.allowlist:
    state: only
    entries: [${INSIDE}]   # the office
pinned: [${HOURS}]
tests:
  - name: the office gets in
    question: management-access
    facts: {address: ${INSIDE}}
    expect: allowed
  - name: a cafe does not
    question: management-access
    facts: {address: 203.0.113.7}
    expect: denied by management.allowlist
`;

describe('the policy as a file', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  let path: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
    path = join(house.dataDir, 'acme.yaml');
    writeFileSync(path, FILE);
  });
  after(() => house.close());

  const run = (...words: string[]): Promise<Ran> => portcullis({ DATA_DIR: house.dataDir, PORT: String(house.port) }, ['policy', ...words], () => house.clock.now);
  const write = (name: string, text: string): string => {
    const at = join(house.dataDir, name);
    writeFileSync(at, text);
    return at;
  };
  const settings = async () => {
    await house.building.parts.brands.confirm();
    return (await house.call('GET', '/api/v1/policy', { cookie })).body.settings;
  };

  it('is checked without a database, and every fault is told by its line', async () => {
    assert.match((await run('check', path)).said, /2 settings, 0 channels, 2 tests\. It can be read\./);
    const bad: [string, RegExp][] = [
      ['portcullis: 1\nsettings:\n  session.absolute_hour: 9\n', /line 3, settings\/session\.absolute_hour: .*perhaps session\.absolute_hours/],
      ['portcullis: 1\nsettings:\n  session.absolute_hours: 0\n  password.history: 99\n', /line 3, settings\/session\.absolute_hours: [\s\S]*line 4, settings\/password\.history: /],
      ['portcullis: 1\nsettings: {}\nsettings: {}\n', /line 3: "settings" stands there twice/],
      ['portcullis: 1\nsettings: &a {}\nchannels: *a\n', /line 2: .*no anchors/],
      ['portcullis: 1\nsettings:\n  session.absolute_hours: !!int "9"\n', /line 3: A policy file must have no anchors, aliases or tags, and it has a tag/],
      ['portcullis: 1\n---\nportcullis: 1\n', /line 2: A policy file must be one document/],
      ['portcullis: 1\nsetings: {}\nlocked: [upload.max_byte]\n', /line 2, setings: .*Offered: settings\n.*perhaps upload\.max_bytes/],
      ['portcullis: 1\ntests:\n  - {name: a, question: managment-access, expect: denied by management.allowlst}\n  - {name: b, question: session, facts: {creatdAt: 1}, expect: allowed}\n', /Offered: management-access\n.*Offered: management\.allowlist\n.*Offered: createdAt/],
      ['portcullis: 2\n', /this Portcullis reads version 1/],
      ['{', /^.* is no policy file:/],
      ['a: &x [1]\nb: !!js/function "x"\n', /is no policy file/],
      [`portcullis: 1\n# ${'x'.repeat(9 * 1024 * 1024)}`, /must have at most 8 MiB/],
    ];
    for (const [text, said] of bad) {
      const ran = await run('check', write('bad.yaml', text));
      assert.equal(ran.code, 1, text.slice(0, 80));
      assert.match(ran.err, said);
    }
    const huge = write('huge.yaml', 'portcullis: 1\n');
    truncateSync(huge, 2 ** 30);
    assert.match((await run('plan', huge)).err, /must have at most 8 MiB, not 1,024/);
    assert.match((await run('check', '/dev/zero')).err, /must have at most 8 MiB/);
    const invalid = write('invalid.yaml', '');
    writeFileSync(invalid, Buffer.from([0x70, 0xff, 0xfe, 0x3a]));
    assert.match((await run('check', invalid)).err, /must be UTF-8/);
    assert.match((await run('check', house.dataDir)).err, /cannot be read \(EISDIR\)/);
    assert.match((await run('check', '/nowhere.yaml')).err, /cannot be read \(ENOENT\)/);
  });

  it('a plan says what would change, and changes nothing', async () => {
    const ran = await run('plan', path);
    assert.equal(ran.code, 0, ran.err);
    assert.equal(ran.said.replaceAll(path, 'acme.yaml').replace(/version \d+ of/, 'version N of'), `Plan for Acme on version N of its settings:
  ~ management.allowlist  (IP white-list for management)
      Anyone may connect (the default)  ->  Only these addresses may connect: 127.0.0.1
  ~ session.absolute_hours  (Longest session)
      12 hours (the default)  ->  9 hours
  ~ [the policy file] session.absolute_hours  (Longest session)
      Not pinned  ->  9 hours
  2 of 2 tests pass.
Nothing was changed. To do it: portcullis policy apply acme.yaml`);
    assert.equal((await settings())[HOURS].value, 12);
  });

  it('a file whose test fails is not applied', async () => {
    const failing = write('failing.yaml', FILE.replace('address: 203.0.113.7', `address: ${INSIDE}`));
    const ran = await run('apply', failing);
    assert.equal(ran.code, 1);
    assert.match(ran.err, /x test "a cafe does not": expected denied by management\.allowlist, got allowed[\s\S]*not applied/);
    assert.equal((await settings())[HOURS].value, 12);
  });

  it('is applied whole, with its row and its version, and what it pins cannot be changed in the page', async () => {
    const ran = await run('apply', path, '--reason', 'As agreed on Monday');
    assert.equal(ran.code, 0, ran.err);
    const now = await settings();
    assert.deepEqual([now[HOURS].value, now[HOURS].origin.from, now['management.allowlist'].value.state], [9, 'file', 'only']);
    const saved = await house.save(admin, cookie, { [HOURS]: 8 });
    assert.deepEqual([saved.status, saved.body.faults[0].code], [422, 'setting.pinned']);
    const rows = await trail(house, cookie, 'what=policy.applied');
    assert.deepEqual(rows.map((row) => [row.actor.kind, row.entity.id]).sort(), [['host', 'management.allowlist'], ['host', HOURS], ['host', HOURS]]);
    const { versions } = (await house.call('GET', '/api/v1/policy/versions', { cookie })).body;
    assert.deepEqual([versions[0].reason, versions[0].author], ['As agreed on Monday', null]);
    assert.match((await run('apply', path)).said, /stands as .* says\. Nothing was changed\./);
  });

  it('tells drift with exit code 1, and gives what the page changed as a file, comments and all', async () => {
    assert.equal((await run('drift', path)).code, 0);
    const saved = await house.save(admin, cookie, { 'management.allowlist': { state: 'only', entries: [{ value: INSIDE }, { value: '192.0.2.0/24' }] } });
    assert.equal(saved.status, 200, saved.text);
    const drift = await run('drift', path);
    assert.deepEqual([drift.code, /management\.allowlist/.test(drift.said)], [1, true]);
    const patch = (await run('drift', path, '--patch')).said;
    assert.match(patch, /^# What the security team agreed on\.\n/);
    assert.match(patch, /# nobody works longer/);
    assert.match(patch, /192\.0\.2\.0\/24/);
    writeFileSync(path, patch);
    assert.equal((await run('drift', path)).code, 0, (await run('drift', path)).said);
  });

  it('is exported with the label of each setting, into a file that keeps its comments and tests', async () => {
    const { said } = await run('export');
    assert.match(said, /# Longest session\n {2}session\.absolute_hours: 9/);
    assert.match(said, /pinned:\n {2}- session\.absolute_hours/);
    assert.equal((await run('check', write('again.yaml', said))).code, 0);
    assert.equal((await run('export', '--into', path)).code, 0);
    assert.match(readFileSync(path, 'utf8'), /# the office gets in|the office gets in/);
    assert.equal((await run('drift', path)).code, 0);
  });

  it('explains a question in words and as JSON, under what stands and under a file', async () => {
    const asked = ['explain', '--question', 'management-access', '--fact', 'address=203.0.113.7'];
    const denied = await run(...asked);
    assert.deepEqual([denied.code, denied.err], [0, '']);
    assert.match(denied.said, /^Denied: network\.not_allowed\n[\s\S]*By IP white-list for management[\s\S]*Set for the brand by Dana Levi, 2026-[\s\S]*for the brand: Add 203\.0\.113\.7 to the list/);
    const open = write('open.yaml', 'portcullis: 1\nsettings:\n  management.allowlist: {state: any}\n');
    const filed = JSON.parse((await run(...asked, '--file', open, '--json')).said) as { allowed: boolean; now: { allowed: boolean } };
    assert.deepEqual([filed.allowed, filed.now.allowed], [true, true]);
    assert.match((await run(...asked)).said, /^Denied/, 'nothing was changed by asking');
  });

  it('explains a refusal by its id, and how it would be under a file', async () => {
    const agent = (await knock(house, admin.slug, await addAgent(house, admin, 'remote'))).cookies[0]!;
    const { id } = (await house.call('GET', '/api/v1/session', { cookie: agent, from: OUTSIDE })).body;
    const told = await run('explain', id);
    assert.match(told.said, /^Refused on 2026-.*, under version \d+ of the settings\.\nDenied: network\.not_allowed/);
    assert.match(told.said, /somebody used the workspace\n  From the address: 127\./);
    assert.match((await run('explain', id, '--file', join(house.dataDir, 'open.yaml'))).said, /The same under .*open\.yaml: Allowed/);
    assert.deepEqual([(await run('explain', 'ref_none')).code, (await run('explain')).code], [1, 2]);
    const wrong = await run('explain', '--question', 'session', '--fact', 'lastInputAt=soon', '--fact', 'mood=good');
    assert.match(wrong.err, /Last own input must be a time[\s\S]*mood[\s\S]*What can be asked:[\s\S]*api-access: somebody called the API/);
    assert.match((await run('explain', '--question', 'chat', '--channel', 'Nowhere')).err, /no single channel called Nowhere/);
  });

  it('waits while a change of the same settings is on stage, and goes on with others', async () => {
    const { brands } = house.building.parts;
    await brands.confirm();
    await house.stepUp(admin, cookie);
    const policy = await house.call('GET', '/api/v1/policy', { cookie });
    const begun = await house.call('POST', '/api/v1/policy/stage', { cookie, body: { settings: { 'two_factor.enrol_by': '2027-05-01' }, kind: 'report' }, headers: { 'if-match': policy.headers.etag } });
    assert.equal(begun.status, 200, begun.text);
    const same = await run('apply', write('staged.yaml', 'portcullis: 1\nsettings:\n  two_factor.enrol_by: "2027-06-01"\n'));
    assert.deepEqual([same.code, /is on stage/.test(same.err)], [1, true]);
    assert.equal((await run('apply', write('beside.yaml', 'portcullis: 1\nsettings:\n  password.history: 6\n'))).code, 0);
    await brands.confirm();
    const { stage } = (await house.call('GET', '/api/v1/policy/stage', { cookie })).body;
    assert.equal((await house.call('POST', '/api/v1/policy/stage/take-back', { cookie, body: { id: stage.id } })).status, 200);
  });

  it('waits while a change is on trial', async () => {
    await house.stepUp(admin, cookie);
    const policy = await house.call('GET', '/api/v1/policy', { cookie });
    assert.equal((await house.call('PATCH', '/api/v1/policy', { cookie, body: { settings: { 'password.history': 9 }, trialMinutes: 5 }, headers: { 'if-match': policy.headers.etag } })).status, 200);
    const ran = await run('apply', write('other.yaml', 'portcullis: 1\nsettings:\n  password.history: 3\n'));
    assert.deepEqual([ran.code, /A change is on trial/.test(ran.err)], [1, true]);
  });
});

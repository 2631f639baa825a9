// Scenarios of the frame door (`frame.allowed_origins`): who may present the workspace, how a sign-in is handed over, and what a framed session may not do.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { PNG, sendFile, TEXT } from '#test/files.ts';
import { type Admin, openHouse, type TestHouse } from '#test/house.ts';
import { contentOf, openFileStage } from '#test/opening.ts';
import { addAgent, only } from '#test/people.ts';

const CRM = 'https://crm.example';
const PORTAL = 'https://portal.example';
const VERIFIER = 'a-verifier-that-only-the-frame-holds-0123456789';
const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
const into = (dest: string, referer?: string) => ({ headers: { 'sec-fetch-dest': dest, 'sec-fetch-site': 'cross-site', referer } });
const ancestors = (csp: unknown): string => /frame-ancestors ([^;]*)/.exec(String(csp))?.[1] ?? '';

describe('frame.allowed_origins', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
  });
  after(() => house.close());

  const list = async (...origins: string[]): Promise<void> => {
    const saved = await house.save(admin, cookie, { 'frame.allowed_origins': origins.length === 0 ? { state: 'none', entries: [] } : only(...origins) });
    assert.equal(saved.status, 200, saved.text);
  };
  const codeFor = (framedBy: readonly string[], verifier = VERIFIER, shown = cookie) => house.call('POST', '/api/v1/frame/code', { cookie: shown, body: { challenge: challengeOf(verifier), framedBy } });
  const redeem = (code: string, framedBy: readonly string[] = [CRM], verifier = VERIFIER) => house.call('POST', '/api/v1/frame/session', { body: { code, verifier, framedBy } });
  /** A framed session: its Cookie header, and what a page in a frame sends. */
  async function framed(framedBy: readonly string[] = [CRM], shown = cookie) {
    const issued = await codeFor(framedBy, VERIFIER, shown);
    assert.equal(issued.status, 201, issued.text);
    const answer = await redeem(issued.body.code, framedBy);
    assert.equal(answer.status, 201, answer.text);
    const own = answer.cookies.find((one) => one.startsWith('__Host-frame='))!;
    return (method: string, path: string, body?: unknown) => house.call(method, path, { cookie: own, headers: { 'portcullis-frame': '1' }, ...(body === undefined ? {} : { body }) });
  }

  it('none: every page says that nobody may frame it, those for frames too; a brand that is not there says the same', async () => {
    await list();
    for (const path of ['/', '/b/acme', '/b/acme/inbox', '/b/acme/settings/privacy', '/b/acme/embed', '/b/acme/embed/conversations/cnv_1', '/b/nobody/embed', '/b/acme/embed/sign-in', '/api/v1/session']) {
      const answer = await house.call('GET', path, into('iframe', `${CRM}/`));
      assert.equal(ancestors(answer.headers['content-security-policy']), "'none'", path);
      assert.equal(answer.headers['x-frame-options'], 'DENY', path);
    }
    const [here, nowhere] = [await house.call('GET', '/b/acme/embed', into('iframe')), await house.call('GET', '/b/nobody/embed', into('iframe'))];
    assert.deepEqual([here.status, here.body.code], [403, 'frame.off']);
    assert.deepEqual([nowhere.status, nowhere.body.code, nowhere.body.detail], [403, 'frame.off', here.body.detail]);
    assert.equal((await codeFor([CRM])).body.code, 'frame.off');
  });

  it('only: exactly these on the documents for frames alone, and everything else as before', async () => {
    await list(CRM, PORTAL);
    for (const path of ['/b/acme/embed', '/b/acme/embed/conversations/cnv_1']) {
      for (const how of [into('iframe'), into('iframe', `${CRM}/deals/7`), { headers: {} }]) {
        const answer = await house.call('GET', path, how);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(ancestors(answer.headers['content-security-policy']), `${CRM} ${PORTAL}`);
        assert.equal(answer.headers['x-frame-options'], undefined);
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.deepEqual(['embedder', 'resource'].map((what) => answer.headers[`cross-origin-${what}-policy`]), ['require-corp', 'cross-origin'], 'a site that is isolated itself may present it');
      }
    }
    for (const path of ['/', '/b/acme', '/b/acme/inbox', '/b/acme/settings/privacy', '/b/acme/embed/other', '/b/nobody/embed', '/b/acme/embed/sign-in', '/api/v1/session', '/healthz']) {
      const answer = await house.call('GET', path, into('iframe', `${CRM}/`));
      assert.equal(ancestors(answer.headers['content-security-policy']), "'none'", path);
      assert.equal(answer.headers['x-frame-options'], 'DENY', path);
    }
  });

  it('the server judges what it is told: who asked, and what the document goes into', async () => {
    await list(CRM);
    for (const [how, code] of [[into('iframe', 'https://evil.example/'), 'frame.origin_not_allowed'], [into('iframe', `${CRM}.evil.example/`), 'frame.origin_not_allowed'], [into('object'), 'frame.not_here'], [into('embed'), 'frame.not_here'], [into('empty'), 'frame.not_here']] as const) {
      const answer = await house.call('GET', '/b/acme/embed', how);
      assert.deepEqual([answer.status, answer.body.code], [403, code]);
      assert.equal(answer.headers['x-frame-options'], 'DENY');
      assert.doesNotMatch(answer.text, /crm\.example/);
    }
    const tab = await house.call('GET', '/b/acme/embed/conversations/cnv_1', into('document'));
    assert.deepEqual([tab.status, tab.headers.location], [303, '/b/acme/inbox/cnv_1']);
    // Within the frame our own page may load itself again.
    assert.equal((await house.call('GET', '/b/acme/embed', into('iframe', `http://localhost:${house.port}/b/acme/embed`))).status, 200);
  });

  it('the sign-in window may speak with its opener, and nobody frames it', async () => {
    const answer = await house.call('GET', '/b/acme/embed/sign-in', into('document'));
    assert.equal(answer.headers['cross-origin-opener-policy'], 'unsafe-none');
    assert.equal((await house.call('GET', '/b/acme', into('document'))).headers['cross-origin-opener-policy'], 'same-origin');
  });

  it('a code is good once, for a minute, for whoever holds the verifier and stands where it was asked for', async () => {
    await list(CRM, PORTAL);
    const issue = async (framedBy = [CRM]): Promise<string> => (await codeFor(framedBy)).body.code;
    const first = await issue();
    const answer = await redeem(first);
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.headers['set-cookie']?.map((line) => line.replace(/=[^;]*/, '')), ['__Host-frame; Path=/; Secure; HttpOnly; SameSite=None; Partitioned']);
    const wrong = [
      ['twice', await redeem(first)],
      ['another verifier', await redeem(await issue(), [CRM], `${VERIFIER}x`)],
      ['another place', await redeem(await issue(), [PORTAL])],
      ['a page more', await redeem(await issue(), [CRM, PORTAL])],
      ['not a code', await redeem('nonsense')],
      ['of no brand', await redeem(`b${'0'.repeat(12)}.${'A'.repeat(43)}`)],
    ] as const;
    for (const [title, refused] of wrong) assert.deepEqual([refused.status, refused.body.code, refused.cookies], [401, 'frame.code_invalid', []], title);
    const guessed = await issue();
    await redeem(guessed, [CRM], `${VERIFIER}x`);
    assert.equal((await redeem(guessed)).body.code, 'frame.code_invalid', 'a wrong verifier uses it up');
    const late = await issue();
    house.clock.now += 59_999;
    const intime = await issue();
    house.clock.now += 1;
    assert.equal((await redeem(late)).body.code, 'frame.code_invalid', 'a minute is over');
    house.clock.now += 59_998;
    assert.equal((await redeem(intime)).status, 201, 'a minute is not over');
    const both = await issue();
    const answers = await Promise.all([redeem(both), redeem(both), redeem(both)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 401, 401], 'at the same moment too');
  });

  it('a code dies with the session that handed it over, and with the list', async () => {
    await list(CRM);
    const other = await house.signIn(admin);
    const orphan = (await codeFor([CRM], VERIFIER, other)).body.code as string;
    assert.equal((await house.call('POST', '/api/v1/sign-out', { cookie: other })).status, 204);
    assert.equal((await redeem(orphan)).body.code, 'frame.code_invalid');
    const code = (await codeFor([CRM])).body.code as string;
    await list(PORTAL);
    assert.equal((await redeem(code)).body.code, 'frame.origin_not_allowed');
    for (const framedBy of [[CRM], [PORTAL, CRM], [CRM, PORTAL], ['null']]) assert.equal((await codeFor(framedBy)).body.code, 'frame.origin_not_allowed', String(framedBy));
    assert.equal((await codeFor([])).body.code, 'frame.origin_unknown');
  });

  it('a framed session reads and answers, and is refused whatever changes settings, keys, people or factors, whoever holds it', async () => {
    await list(CRM);
    await house.stepUp(admin, cookie);
    const call = await framed();
    assert.equal((await call('GET', '/api/v1/session')).body.agent.email, admin.email);
    for (const path of ['/api/v1/inbox', '/api/v1/inbox/people', '/api/v1/inbox/search?q=x']) assert.equal((await call('GET', path)).status, 200, path);
    const refused = [
      ['GET', '/api/v1/policy'], ['PATCH', '/api/v1/policy', { settings: {} }], ['POST', '/api/v1/policy/check', { settings: {} }], ['POST', '/api/v1/step-up', { code: '000000', method: 'totp' }], ['POST', '/api/v1/step-up/options', { method: 'passkey' }],
      ['GET', '/api/v1/users'], ['POST', '/api/v1/users', {}], ['GET', '/api/v1/api-keys'], ['POST', '/api/v1/api-keys', {}], ['GET', '/api/v1/channels'], ['POST', '/api/v1/channels', {}], ['GET', '/api/v1/account/factors'],
      ['POST', '/api/v1/account/factors/totp', {}], ['POST', '/api/v1/account/password', { current: 'x', password: 'y' }], ['GET', '/api/v1/account/sessions'], ['POST', '/api/v1/account/sessions/end-others', {}], ['GET', '/api/v1/audit'],
      ['POST', '/api/v1/teams', {}], ['GET', '/api/v1/notices'], ['POST', '/api/v1/frame/code', { challenge: challengeOf(VERIFIER), framedBy: [CRM] }],
    ] as const;
    for (const [method, path, body] of refused) {
      const answer = await call(method, path, body);
      if (answer.status === 404 && answer.body.code === 'request.not_found') continue;
      assert.deepEqual([answer.status, answer.body.code], [403, 'frame.not_here'], `${method} ${path}`);
    }
    // In place of a code in the frame, its sign-in window is opened again.
    assert.equal((await call('GET', '/api/v1/session/code')).status, 401);
  });

  it('a framed session attaches a file, whole or in pieces, and opens those of its conversations; links, openings and quarantine stay outside', async () => {
    await list(CRM);
    const stage = await openFileStage(house, admin, cookie);
    const call = await framed();
    const own = (await redeem((await codeFor([CRM])).body.code as string)).cookies.find((one) => one.startsWith('__Host-frame='))!;
    const headers = { 'portcullis-frame': '1' };
    const at = `/api/v1/conversations/${stage.conversation}`;
    const sent = await sendFile(house, `${at}/files`, PNG, { name: 'lamp.png', cookie: own, headers });
    assert.equal(sent.status, 201, sent.text);
    const begun = await call('POST', `${at}/uploads`, { name: 'note.txt', type: 'text/plain', length: TEXT.length });
    assert.equal(begun.status, 201, begun.text);
    const rest = await sendFile(house, `${at}/uploads/${begun.body.upload.id}`, TEXT, { name: 'note.txt', cookie: own, method: 'PATCH', headers: { ...headers, 'content-type': 'application/octet-stream', 'upload-offset': '0' } });
    const files = [sent.body.file.id, rest.body.file.id];
    assert.equal((await call('POST', `${at}/messages`, { id: 'framed-files-1', kind: 'text', text: 'Here they are', files })).status, 201);
    // A picture in a page can say by no header that it stands in a frame.
    for (const path of [contentOf(stage.fromCustomer), contentOf(files[0] as string), `/api/v1/files/${stage.fromCustomer}/thumbnail`]) assert.equal((await house.call('GET', path, { cookie: own })).status, 200, path);
    for (const [method, path] of [['GET', `/api/v1/files/${stage.fromCustomer}`], ['DELETE', `/api/v1/files/${stage.fromCustomer}/links`], ['GET', `/api/v1/files/${stage.fromCustomer}/openings`], ['GET', '/api/v1/quarantine']] as const) {
      assert.equal((await call(method, path)).body.code, 'frame.not_here', path);
    }
    await list(PORTAL);
    const late = [await sendFile(house, `${at}/files`, PNG, { name: 'late.png', cookie: own, headers }), await house.call('GET', contentOf(stage.fromCustomer), { cookie: own })];
    for (const { body } of late) assert.match(body.code, /^(frame\.origin_not_allowed|session\.ended)$/);
  });

  it('no route of settings, keys, people or factors is marked as open to frames', () => {
    const folder = new URL('../routes/', import.meta.url);
    const open = readdirSync(folder).filter((name) => !name.endsWith('.test.ts') && readFileSync(new URL(name, folder), 'utf8').includes('inFrame: true'));
    assert.ok(open.includes('conversations.ts'));
    assert.deepEqual(open.filter((name) => /policy|user|key|account|factor|step|password|channel|audit|device|sessions|setup|sign-in|privacy|webhook|team/.test(name)), []);
  });

  it('the two sessions are never taken for each other', async () => {
    await list(CRM);
    const issued = (await codeFor([CRM])).body.code as string;
    const own = (await redeem(issued)).cookies.find((one) => one.startsWith('__Host-frame='))!;
    const ordinary = await house.signIn(admin);
    const asked = (headers: Record<string, string>) => house.call('GET', '/api/v1/users', { cookie: `${ordinary}; ${own}`, headers });
    // On one domain with the site around it a browser sends both: the page says which one it means.
    assert.equal((await asked({ 'portcullis-frame': '1' })).body.code, 'frame.not_here');
    assert.equal((await asked({})).status, 200);
    assert.equal((await house.call('GET', '/api/v1/users', { cookie: own })).body.code, 'frame.not_here', 'without saying so it stays what it is');
    assert.equal((await house.call('GET', '/api/v1/users', { cookie: own.replace('__Host-frame', '__Host-session') })).body.code, 'frame.not_here', 'under the other name too');
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: ordinary, headers: { 'portcullis-frame': '1' } })).body.code, 'session.missing', 'the ordinary one is none in a frame');
  });

  it('an origin that is taken off the list cuts its sessions at once, the preview counts them, and listing it again revives none', async () => {
    await list(CRM, PORTAL);
    const [inCrm, inPortal, inBoth, unseen] = [await framed([CRM]), await framed([PORTAL]), await framed([PORTAL, CRM]), await framed([CRM])];
    const check = await house.call('POST', '/api/v1/policy/check', { cookie, body: { settings: { 'frame.allowed_origins': only(PORTAL) } } });
    // Those of the tests before stand in the frame of the same site.
    const alive = check.body.sessionsEnding as number;
    assert.ok(alive >= 2, String(alive));
    await list(PORTAL);
    assert.equal((await inCrm('GET', '/api/v1/session')).body.code, 'frame.origin_not_allowed');
    assert.equal((await inBoth('GET', '/api/v1/session')).body.code, 'frame.origin_not_allowed');
    assert.equal((await inPortal('GET', '/api/v1/session')).status, 200);
    await list(CRM, PORTAL);
    assert.deepEqual(await Promise.all([inCrm, inBoth, unseen].map(async (ask) => (await ask('GET', '/api/v1/session')).status)), [401, 401, 401], 'the one too that asked nothing meanwhile');
    const trail = await house.call('GET', '/api/v1/audit?what=frames.ended', { cookie });
    assert.match(trail.body.rows[0].sentence, new RegExp(`${alive} framed sessions ended`));
  });

  it('it lives no longer than the sign-in it comes from, ends with the person, and leaves alone', async () => {
    await list(CRM);
    const email = await addAgent(house, admin, 'noa');
    const noa = { ...admin, email };
    const hers = await house.signIn(noa);
    house.clock.now += 3_600_000 * 11 + 3_000_000;
    const old = await house.signIn(noa);
    const late = await framed([CRM], old);
    assert.equal((await late('GET', '/api/v1/session')).body.absoluteExpiresAt, (await house.call('GET', '/api/v1/session', { cookie: old })).body.absoluteExpiresAt);
    assert.equal((await late('DELETE', '/api/v1/frame/session')).status, 204);
    assert.equal((await late('GET', '/api/v1/session')).body.code, 'session.ended');
    assert.equal((await house.call('GET', '/api/v1/session', { cookie: old })).status, 200);
    assert.notEqual(hers, old);
  });

  it('other sites neither redeem nor leave', async () => {
    for (const [method, body] of [['POST', { code: 'x', verifier: VERIFIER, framedBy: [CRM] }], ['DELETE', undefined]] as const) {
      const answer = await house.call(method, '/api/v1/frame/session', { body, headers: { 'sec-fetch-site': 'cross-site', origin: CRM } });
      assert.deepEqual([answer.status, answer.body.code], [403, 'request.cross_site']);
    }
  });
});

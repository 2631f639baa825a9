// A body that comes long after its headers: what ended in between is not done any more.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { type Admin, openHouse, presentCookie, type TestHouse } from '#test/house.ts';
import { addAgent, knock } from '#test/people.ts';

describe('a request whose body is late', () => {
  let house: TestHouse;
  let admin: Admin;
  let cookie: string;
  before(async () => {
    house = await openHouse();
    admin = await house.setUp();
    cookie = await house.signIn(admin);
  });
  after(() => house.close());

  /** Sends the headers and the first byte; `rest` sends what is missing and gives the answer. */
  async function begin(method: string, path: string, body: object, headers: Record<string, string> = {}) {
    const text = JSON.stringify(body);
    const own = { host: house.building.parts.config.publicUrl.host, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), cookie: presentCookie(cookie), ...headers };
    const asked = httpRequest({ host: '127.0.0.1', port: house.port, method, path, headers: own, agent: false });
    const answered = once(asked, 'response');
    asked.write(text.slice(0, 1));
    // Its headers have been judged once the server answers somebody who came after them.
    await once(asked, 'socket');
    for (let turn = 0; turn < 3; turn += 1) await house.call('GET', '/healthz');
    return async (): Promise<{ status: number; code: string }> => {
      asked.end(text.slice(1));
      const [response] = (await answered) as [IncomingMessage];
      let said = '';
      for await (const piece of response) said += String(piece);
      return { status: response.statusCode ?? 0, code: said === '' ? '' : (JSON.parse(said) as { code: string }).code };
    };
  }

  it('of a session that was signed out meanwhile saves nothing', async () => {
    await house.stepUp(admin, cookie);
    const { etag } = (await house.call('GET', '/api/v1/policy', { cookie })).headers;
    const rest = await begin('PATCH', '/api/v1/policy', { settings: { 'session.absolute_hours': 700 } }, { 'if-match': String(etag) });
    assert.equal((await house.call('POST', '/api/v1/sign-out', { cookie })).status, 204);
    assert.deepEqual(await rest(), { status: 401, code: 'session.ended' });
    cookie = await house.signIn(admin);
    assert.equal((await house.call('GET', '/api/v1/policy', { cookie })).body.settings['session.absolute_hours'].value, 12);
  });

  it('of somebody whose right was taken away meanwhile is refused', async () => {
    const email = await addAgent(house, admin, 'sam', ['manage_settings']);
    const first = cookie;
    cookie = (await knock(house, admin.slug, email)).cookies.find((one) => one.startsWith('__Host-session=')) as string;
    const { id } = (await house.call('GET', '/api/v1/session', { cookie })).body.agent;
    const rest = await begin('POST', '/api/v1/policy/check', { settings: {} });
    await house.stepUp(admin, first);
    assert.equal((await house.call('PATCH', `/api/v1/users/${id}`, { cookie: first, body: { capabilities: [] } })).status, 200);
    assert.equal((await rest()).code, 'capability.missing');
    cookie = first;
  });
});

// People who hold passkeys, for tests of the whole server: made, signed in, enrolled with an authenticator in software.
import assert from 'node:assert/strict';
import { type Authenticator, authenticator, type Faults } from '#test/authenticator.ts';
import { type Admin, type Answer, PASSWORD, type TestHouse } from '#test/house.ts';
import { addAgent, knock } from '#test/people.ts';

export interface Holder {
  readonly email: string;
  readonly cookie: string;
  readonly key: Authenticator;
  readonly codes: string[];
}

/** What the tests of passkeys do again and again, at one house. */
export function keyHolders(house: TestHouse, admin: Admin) {
  const site = { origin: `http://localhost:${house.port}`, rpId: 'localhost' };
  let people = 0;
  const post = (path: string, cookie: string, body: unknown): Promise<Answer> => house.call('POST', `/api/v1/${path}`, { cookie, body });
  const newcomer = (): Promise<string> => addAgent(house, admin, `keyholder${(people += 1)}`);
  async function signIn(email: string): Promise<string> {
    const answer = await knock(house, admin.slug, email);
    assert.equal(answer.body.next, 'workspace', answer.text);
    return answer.cookies.find((cookie) => cookie.startsWith('__Host-session=')) as string;
  }
  const begin = (cookie: string, body: unknown = {}) => post('account/factors/passkeys/options', cookie, body);
  const finish = (cookie: string, credential: unknown, ceremony: string, more: Record<string, unknown> = {}) => post('account/factors/passkeys', cookie, { credential, ceremony, label: 'Blue key', ...more });
  const asked = async (cookie: string) => (await post('step-up/options', cookie, { method: 'passkey' })).body;

  return {
    site,
    post,
    newcomer,
    signIn,
    begin,
    finish,
    asked,
    shown: async (cookie: string) => (await house.call('GET', '/api/v1/account/factors', { cookie })).body,
    /** Somebody new, signed in, with one passkey. */
    async holder(counter = 0): Promise<Holder> {
      const email = await newcomer();
      const cookie = await signIn(email);
      const begun = await begin(cookie, { password: PASSWORD });
      assert.equal(begun.status, 200, begun.text);
      const key = authenticator(site);
      key.counter = counter;
      const done = await finish(cookie, key.create(begun.body.options), begun.body.ceremony);
      assert.equal(done.status, 201, done.text);
      return { email, cookie, key, codes: done.body.recoveryCodes };
    },
    async stepUp(cookie: string, key: Authenticator, faults: Faults = {}): Promise<Answer> {
      const { options, ceremony } = await asked(cookie);
      return post('step-up', cookie, { method: 'passkey', credential: key.get(options, faults), ceremony });
    },
  };
}

export type KeyHolders = ReturnType<typeof keyHolders>;

// A stage for tests of changes that wait for a second person: administrators who propose and approve, on two nodes where there can be two, and what was mailed.
import { after, before } from 'node:test';
import { policyRound } from '#server/workers/policy-ends.ts';
import { type Admin, type Answer, openHouse, type TestHouse } from '#test/house.ts';
import { mailsOf, type ReadMail } from '#test/mails.ts';
import { addAdmin, INSIDE } from '#test/people.ts';
import { readyEnv } from '#test/ready-places.ts';
import type { Engine } from '#test/stores.ts';

export const RULE = 'policy.second_person';
export const LIST = 'management.allowlist';
export const DAY = 86_400_000;

export const codeOf = ({ status, body }: Answer) => body.code ?? body.faults?.[0]?.code ?? status;
export const mailsTold = (mails: readonly ReadMail[]) => mails.map(({ to, subject }) => `${to}: ${subject}`).sort();
export const proposedTo = (who: string) => `${who}@acme.example: A change of settings at Acme waits for a second person`;

/** Opened before the tests of the suite it is called in, closed after them. */
export function secondPersonStage(engine: Engine) {
  let house: TestHouse;
  let other: TestHouse;
  let dana: Admin;
  const cookies = new Map<Admin, string>();
  let read = 0;

  before(async () => {
    const env = await readyEnv(engine);
    house = await openHouse({ env });
    dana = await house.setUp();
    other = engine === 'postgres' ? await openHouse({ env }) : house;
    await signIn(dana);
  });
  after(async () => {
    if (other !== house) await other.close();
    await house.close();
  });

  const brandOf = async () => (await house.building.parts.brands.bySlug(dana.slug))!;
  /** Anew, where the clock has gone beyond a session. */
  async function signIn(...all: readonly Admin[]): Promise<void> {
    for (const who of all) cookies.set(who, await house.signIn(who));
  }
  async function administrator(local: string): Promise<Admin> {
    const made = await addAdmin(house, dana, local);
    cookies.set(made, made.cookie);
    return made;
  }
  /** With a fresh code, on the newest version. */
  async function send(who: Admin, method: string, path: string, body?: unknown, at = house): Promise<Answer> {
    const cookie = cookies.get(who)!;
    await house.stepUp(who, cookie);
    other.clock.now = house.clock.now;
    const etag = `"v${(await brandOf()).policy.version}"`;
    return at.call(method, `/api/v1${path}`, { cookie, from: INSIDE, ...(body === undefined ? {} : { body }), headers: { 'if-match': etag } });
  }
  const save = (who: Admin, settings: object, manner: object = {}) => send(who, 'PATCH', '/policy', { settings, ...manner });
  const waiting = async (who = dana): Promise<any[]> => (await send(who, 'GET', '/policy/proposals')).body.proposals;
  const act = (who: Admin, id: string, what: string, body?: unknown, at = house) => send(who, 'POST', `/policy/proposals/${id}/${what}`, body ?? {}, at);
  async function value(key: string): Promise<unknown> {
    await house.building.parts.brands.confirm();
    return (await brandOf()).policy.values[key as 'password.history'];
  }
  /** What was mailed since it was asked last. */
  async function mailed(): Promise<ReadMail[]> {
    const all = await mailsOf(house);
    return all.slice(read, (read = all.length));
  }
  /** Both nodes make their round at the same moment. */
  const rounds = () => Promise.all([house, other].map((at) => policyRound(at.building.parts)()));

  return {
    get house() {
      return house;
    },
    /** Another node where there can be one, else the same. */
    get other() {
      return other;
    },
    get dana() {
      return dana;
    },
    parts: () => house.building.parts,
    cookieOf: (who: Admin) => cookies.get(who)!,
    brandOf, signIn, administrator, send, save, waiting, act, value, mailed, rounds,
  };
}

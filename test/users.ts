// Settings → Users for a test of the whole server: an administrator at its page, with or without a fresh code, and people to do things to.
import { type Admin, type Answer, PASSWORD, type TestHouse } from '#test/house.ts';
import { mailsOf, type ReadMail } from '#test/mails.ts';
import { addAgent, INSIDE, knock, OUTSIDE, trail } from '#test/people.ts';

export { INSIDE, OUTSIDE };

export interface Member {
  readonly id: string;
  readonly email: string;
  readonly session: string;
}

export const invitee = (local: string) => ({ email: `${local}@acme.example`, name: local, role: 'agent', capabilities: ['forward'] });
export const sessionIn = (answer: Answer): string => answer.cookies.find((one) => one.startsWith('__Host-session=')) as string;

/** The administrator's page: `anew` signs in again, hours later, so that nothing of one test counts in the next. */
export function atUsers(house: TestHouse, admin: Admin) {
  let cookie = '';
  let people = 0;
  const send = (method: string, path: string, body?: unknown): Promise<Answer> => house.call(method, `/api/v1/users${path}`, { cookie, ...(body === undefined ? {} : { body }) });
  const mailsTo = async (address: string): Promise<ReadMail[]> => (await mailsOf(house)).filter((mail) => mail.to.includes(address));
  const page = {
    cookie: () => cookie,
    async anew(): Promise<void> {
      house.clock.now += 25 * 3_600_000;
      cookie = await house.signIn(admin);
    },
    get: (path = '') => send('GET', path),
    post: (path: string, body?: unknown) => send('POST', path, body),
    patch: (id: string, body: unknown) => send('PATCH', `/${id}`, body),
    async freshPost(path: string, body?: unknown): Promise<Answer> {
      await house.stepUp(admin, cookie);
      return send('POST', path, body);
    },
    async freshPatch(id: string, body: unknown): Promise<Answer> {
      await house.stepUp(admin, cookie);
      return send('PATCH', `/${id}`, body);
    },
    /** An agent who is in already. */
    async member(capabilities: readonly string[] = [], from = INSIDE): Promise<Member> {
      const email = await addAgent(house, admin, `member${(people += 1)}`, capabilities);
      const id = (await page.get(`?q=${encodeURIComponent(email)}`)).body.users[0].id as string;
      return { id, email, session: sessionIn(await knock(house, 'acme', email, PASSWORD, from)) };
    },
    whoami: (as: string, from = INSIDE) => house.call('GET', '/api/v1/session', { cookie: as, from }),
    mailsTo,
    subjectsTo: async (address: string): Promise<string[]> => (await mailsTo(address)).map((mail) => mail.subject).sort(),
    eventsOf: async (id: string): Promise<string[]> => (await trail(house, cookie, `entity=${id}`)).map((row) => row.event as string),
  };
  return page;
}

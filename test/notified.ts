// A house with three people whose notifications are looked at: what each chose, rounds of two nodes, and what was mailed to whom.
import type { TestContext } from 'node:test';
import * as agentRows from '#store/agents.ts';
import * as choiceRows from '#store/notification-choices.ts';
import { notifyRound } from '#server/workers/notifications.ts';
import { openHouse, type TestHouse } from '#test/house.ts';
import { type Desk, openDesk } from '#test/live-inbox.ts';
import { mailsOf, type ReadMail } from '#test/mails.ts';
import { addAgent } from '#test/people.ts';

export const MINUTE = 60_000;
export const WAYS = { new: 'mail', assigned: 'mail', mentioned: 'mail', answered: 'mail', waiting: 'mail' };

export interface Office extends TestHouse {
  readonly desk: Desk;
  /** Ids of Dana (an administrator) and Ada and Ben (agents). */
  readonly ids: { readonly dana: string; readonly ada: string; readonly ben: string };
  choose(id: string, ways: Partial<Record<keyof typeof WAYS, string>>, more?: Partial<choiceRows.ChoiceRow>): Promise<void>;
  /** A round of every node. */
  tell(): Promise<void>;
  /** What was mailed to one since it was last asked, letters about accounts left out. */
  told(who: 'dana' | 'ada' | 'ben'): Promise<ReadMail[]>;
}

export async function office(context: TestContext, env: Readonly<Record<string, string>> = {}): Promise<Office> {
  const house = await openHouse({ env });
  context.after(() => house.close());
  const admin = await house.setUp();
  await house.signIn(admin);
  const desk = await openDesk(house);
  const { parts } = house.building;
  const brand = parts.store.brand(desk.brandId);
  await addAgent(house, admin, 'ada');
  await addAgent(house, admin, 'ben');
  const id = async (name: string): Promise<string> => (await agentRows.byEmailKey(brand, `${name}@acme.example`))!.id;
  const ids = { dana: await id('dana'), ada: await id('ada'), ben: await id('ben') };
  const nodes = [notifyRound(parts), notifyRound(parts)];
  const read = new Map<string, number>();
  const choose: Office['choose'] = (agentId, ways, more = {}) => brand.note([choiceRows.set(brand, { agent_id: agentId, choices: JSON.stringify({ new: 'off', assigned: 'off', mentioned: 'off', answered: 'off', waiting: 'off', ...ways }), waiting_minutes: 15, quiet_from: null, quiet_to: null, zone: 'UTC', changed_at: 0, ...more })]);
  for (const one of Object.values(ids)) await choose(one, {});
  await Promise.all(nodes.map((node) => node()));
  return {
    ...house, desk, ids, choose,
    async tell() {
      house.clock.uptime += 30_000;
      await Promise.all(nodes.map((node) => node()));
    },
    async told(who) {
      const all = (await mailsOf(house)).filter(({ to, text }) => to.includes(`${who}@acme.example`) && text.includes('because of your choices'));
      const fresh = all.slice(read.get(who) ?? 0);
      read.set(who, all.length);
      return fresh;
    },
  };
}

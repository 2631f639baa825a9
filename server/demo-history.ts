// The two weeks of audit trail that the demo brand begins with: the same on every machine but for the dates and ids.
import { catalogue } from '#policy/catalogue.ts';
import { newId } from '#identity/tokens.ts';
import type { Entry } from '#store/store.ts';
import { DEMO_SLUG, type DemoPerson } from '#server/demo-people.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAYS = 14;
const IDLE = catalogue['session.idle_timeout_minutes'].default * MINUTE;

export interface Made extends DemoPerson {
  readonly id: string;
  readonly email: string;
}

/** The moments of the first day, ms since 1970 UTC. */
export interface Founding {
  readonly made: number;
  readonly listed: number;
}

/** The brand was made at eight in the morning, two weeks and a day ago; its list was written two hours later. */
export function foundingOf(now: number): Founding {
  const made = (Math.floor(now / DAY) - DAYS - 1) * DAY + 8 * HOUR;
  return { made, listed: made + 107 * MINUTE };
}

/** The same numbers every time, so that the demo looks alike on every machine. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const by = (at: number, person: Made, event: string, entity: Entry['entity'], more: Pick<Entry, 'before' | 'after' | 'facts'> = {}): Entry => ({ id: newId('evt'), at, actor: { kind: 'agent', id: person.id }, event, entity, ...more });

function firstDay(people: readonly Made[], brandId: string, { made, listed }: Founding, list: unknown): Entry[] {
  const [admin, ...others] = people as [Made, ...Made[]];
  const enrolled = (person: Made, at: number): Entry[] => (person.hasFactor ? [by(at, person, 'factor.enrolled', { kind: 'agent', id: person.id }, { facts: { method: 'totp', recoveryCodes: 10 } })] : []);
  const key = 'management.allowlist';
  const { label } = catalogue[key];
  return [
    by(made, admin, 'brand.created', { kind: 'brand', id: brandId }, { facts: { slug: DEMO_SLUG, demo: true } }),
    by(made, admin, 'agent.created', { kind: 'agent', id: admin.id }, { facts: { role: admin.role } }),
    ...enrolled(admin, made),
    ...others.flatMap((person, at) => {
      const created = made + (11 + at * 4) * MINUTE + at * 7_310;
      return [by(created, admin, 'agent.created', { kind: 'agent', id: person.id }, { facts: { role: person.role } }), ...enrolled(person, created + 23 * MINUTE)];
    }),
    by(listed - 20_400, admin, 'step_up.granted', { kind: 'agent', id: admin.id }, { facts: { method: 'totp', address: admin.address, until: listed + HOUR } }),
    by(listed, admin, 'policy.changed', { kind: 'setting', id: key }, { before: catalogue[key].default, after: list, facts: { label, direction: 'equal', version: 1, address: admin.address } }),
  ];
}

function workday(person: Made, morning: number, pick: (below: number) => number): Entry[] {
  const rows: Entry[] = [];
  let begun = 0;
  let session = '';
  const signIn = (at: number): void => {
    [begun, session] = [at, newId('ses')];
    rows.push(by(at, person, 'sign_in.succeeded', { kind: 'session', id: session }, { facts: { proven: 'password', address: person.address } }));
  };
  const end = (at: number, actor: Entry['actor'], reason: string): void =>
    void rows.push({ id: newId('evt'), at, actor, event: 'session.ended', entity: { kind: 'session', id: session }, facts: { reason, agent: person.id } });

  signIn(morning + pick(90) * MINUTE + pick(60_000));
  if (pick(6) === 0) {
    // A long lunch: the session ended meanwhile, the page says why, and the person signs in again.
    const back = begun + 4 * HOUR + pick(50) * MINUTE + pick(60_000);
    end(back - pick(15) * MINUTE, { kind: 'system', id: null }, 'idle');
    const facts = { code: 'session.idle', setting: 'session.idle_timeout_minutes', address: person.address, method: 'GET', route: '/api/v1/session' };
    rows.push({ id: newId('ref'), at: back, actor: { kind: 'agent', id: person.id }, event: 'request.refused', entity: { kind: 'door', id: 'workspace' }, facts });
    signIn(back + 31_000);
  }
  const evening = morning + (9 * 60 + pick(80)) * MINUTE + pick(60_000);
  if (pick(4) > 0) end(evening, { kind: 'agent', id: person.id }, 'signed_out');
  else end(evening + IDLE, { kind: 'system', id: null }, 'idle');
  return rows;
}

/** All rows of the brand up to `now`, in order of time. The first of `people` is the admin who made it. */
export function demoHistory(people: readonly Made[], brandId: string, now: number, list: unknown): Entry[] {
  const pick = sequence(20261123);
  const founding = foundingOf(now);
  const entries = firstDay(people, brandId, founding, list);
  for (let ago = DAYS; ago >= 0; ago -= 1) {
    const midnight = (Math.floor(now / DAY) - ago) * DAY;
    const weekend = [0, 6].includes(new Date(midnight).getUTCDay());
    for (const person of people) {
      const away = pick(10) < (weekend ? 9 : 1);
      const rows = workday(person, midnight + 7 * HOUR, pick);
      if (!away) entries.push(...rows);
    }
    if (pick(3) > 0) continue;
    const facts = { code: 'sign_in.failed', address: `192.0.2.${pick(250) + 1}`, method: 'POST', route: '/api/v1/sign-in' };
    entries.push({ id: newId('ref'), at: midnight + pick(24 * 60) * MINUTE + pick(60_000), actor: { kind: 'anonymous', id: null }, event: 'request.refused', entity: { kind: 'door', id: 'workspace' }, facts });
  }
  return entries.filter((entry) => entry.at < now).sort((one, other) => one.at - other.at);
}

// What a tab may see of the conversation it watches is decided once, and anew when its person, the teams or the conversation's place changed.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Person } from '#identity/person.ts';
import type { ConversationRow } from '#store/conversations.ts';
import { mayWatch, standingOf, type Tab, type Watched } from '#server/inbox-tab.ts';
import type { Known } from '#server/sights.ts';

const CLOSED = 'tea_closed';

suite('server/inbox-tab.ts', () => {
  const person = (admin: boolean): Person => ({ id: 'agt_one', admin }) as Person;
  const row = (place: Partial<ConversationRow>): ConversationRow => ({ team_id: null, assignee_id: null, ...place }) as ConversationRow;
  const known = (member: boolean): Known => ({
    version: 1, names: { agents: new Map(), teams: new Map(), channels: new Map() }, textOf: () => '',
    sightOf: ({ id, admin }) => ({ admin, agentId: id, teams: new Set(member ? [CLOSED] : []), closedTeams: new Set([CLOSED]) }),
  });
  const watched = (): Watched => ({ row: null, standing: null, tabs: new Set() });
  function tabOf(first: Person): { tab: Tab; become: (next: Person) => void } {
    let who = first;
    const seat = { person: () => who } as Tab['seat'];
    return { tab: { id: 'tab_one', seat, watching: null, held: null, typedAt: 0, sight: '', greeted: true, may: false, mayAs: null, mayUnder: null }, become: (next) => { who = next; } };
  }

  test('the standing is one object for as long as nothing that sight hangs on has changed', () => {
    const one = watched();
    const teams = known(true);
    const first = standingOf(one, teams, row({ team_id: CLOSED }));
    assert.equal(standingOf(one, teams, row({ team_id: CLOSED, last_seq: 9 } as Partial<ConversationRow>)), first);
    for (const next of [standingOf(one, teams, row({})), standingOf(one, teams, row({ assignee_id: 'agt_two' })), standingOf(one, known(true), row({ assignee_id: 'agt_two' }))]) assert.notEqual(next, first);
  });

  test('moved into a closed team: who is no member stops at once; assigned to them: they see it again', () => {
    const { tab } = tabOf(person(false));
    const one = watched();
    const teams = known(false);
    assert.equal(mayWatch(tab, standingOf(one, teams, row({}))), true);
    assert.equal(mayWatch(tab, standingOf(one, teams, row({ team_id: CLOSED }))), false);
    assert.equal(mayWatch(tab, standingOf(one, teams, row({ team_id: CLOSED, assignee_id: 'agt_one' }))), true);
  });

  test('taken out of the team, or no administrator any more: decided anew, though nothing of the conversation changed', () => {
    const { tab, become } = tabOf(person(false));
    const one = watched();
    const place = row({ team_id: CLOSED });
    assert.equal(mayWatch(tab, standingOf(one, known(true), place)), true);
    const without = known(false);
    assert.equal(mayWatch(tab, standingOf(one, without, place)), false);
    become(person(true));
    assert.equal(mayWatch(tab, standingOf(one, without, place)), true);
    become(person(false));
    assert.equal(mayWatch(tab, standingOf(one, without, place)), false);
  });
});

// What agents do to a conversation: its status, who has it, which team, its tags. Each leaves an event in the timeline and a row of the trail.
import { type Denial, type DenialCode, deny } from '#policy/decision.ts';
import { type Fault, fault, shown } from '#policy/fault.ts';
import { personOf } from '#identity/person.ts';
import { newId } from '#identity/tokens.ts';
import * as agentRows from '#store/agents.ts';
import * as conversationRows from '#store/conversations.ts';
import type { ConversationRow, Status } from '#store/conversations.ts';
import * as readRows from '#store/conversation-reads.ts';
import * as tagRows from '#store/conversation-tags.ts';
import * as customerRows from '#store/customers.ts';
import { advance } from '#store/feed.ts';
import * as forwardRows from '#store/forwards.ts';
import { type BrandId, type BrandStore, Conflict, type Entry, type Statement } from '#store/store.ts';
import * as teamRows from '#store/teams.ts';
import { type Actor, type DeskParts, NOT_FOUND, TRIES } from '#inbox/agent-message.ts';
import { headStatement } from '#inbox/head-text.ts';
import { eventMessage, type Happening, messageStatements } from '#inbox/message-writing.ts';
import { maySee, openTo, sightOf } from '#inbox/sight.ts';

export interface Change {
  readonly status?: Status;
  readonly assigneeId?: string | null;
  readonly teamId?: string | null;
}

export type Changed = { readonly ok: true; readonly row: ConversationRow } | { readonly ok: false; readonly denial: Denial } | { readonly ok: false; readonly faults: readonly Fault[] };

const denied = (code: DenialCode, conversation: string): Changed => ({ ok: false, denial: deny(code, null, { conversation }) });

/** What guards of the unit found, as the person is told; what is not in here is tried again or is a fault of ours. */
const CONFLICTS: Readonly<Record<string, DenialCode>> = { 'session.ended': 'session.ended', 'api.key_revoked': 'api.key_revoked', 'conversation.open_chat': 'conversation.open_chat' };
const AGAIN: ReadonlySet<string> = new Set(['conversation.changed', 'agent.changed', 'row.missing', 'tag.there', 'tag.gone']);

interface Plan {
  readonly statements: readonly Statement[];
  readonly happenings: readonly Happening[];
  /** As the conversation is once the statements are done. */
  readonly after: ConversationRow;
}

/** Does what `plan` says to the conversation as it is now, again when somebody else was quicker. */
async function changing(parts: DeskParts, brandId: BrandId, actor: Actor, id: string, plan: (brand: BrandStore, row: ConversationRow, now: number) => Promise<Plan | Changed>): Promise<Changed> {
  const brand = parts.store.brand(brandId);
  for (let tried = 1; ; tried += 1) {
    const now = parts.now();
    const row = await openTo(brand, actor, id, now);
    if (row === undefined) return { ok: false, denial: NOT_FOUND };
    const planned = await plan(brand, row, now);
    if ('ok' in planned) return planned;
    const { statements, happenings, after } = planned;
    if (happenings.length === 0) return { ok: true, row };
    const told = happenings.flatMap((happening) => [
      conversationRows.countEvent(brand, after), ...messageStatements(brand, eventMessage(id, { kind: 'agent', id: actor.id }, happening, now)), readRows.keepUp(brand, id),
    ]);
    const entries = happenings.map((happening) => entryOf(actor, id, happening, now));
    try {
      await parts.commit([brand.part({ statements: [advance(brand), actor.still(brand), ...statements, ...told], entries, bumps: ['inbox'] })]);
      return { ok: true, row: (await conversationRows.byId(brand, id)) ?? after };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const code = CONFLICTS[error.code];
      if (code !== undefined) return denied(code, id);
      if (!AGAIN.has(error.code) || tried === TRIES) throw error;
    }
  }
}

/** Ids and states alone: a tag may name a customer. */
function entryOf(actor: Actor, id: string, { what, from, to }: Happening, now: number): Entry {
  const detail = what === 'tag' ? { facts: { what, done: to === null ? 'removed' : 'added' } } : { before: { [what]: from }, after: { [what]: to }, facts: { what } };
  return { id: newId('evt'), at: now, actor, event: 'conversation.changed', entity: { kind: 'conversation', id }, ...detail };
}

/** Why a status may not follow on another; undefined when it may. Archived is what was solved first, so that nothing open vanishes from the lists. */
function refusedStatus(from: Status, to: Status): DenialCode | undefined {
  return to === 'archived' && from !== 'solved' ? 'conversation.not_solved' : undefined;
}

/** Somebody active who may see it without having it. */
async function assigneeFault(brand: BrandStore, id: string, then: ConversationRow): Promise<Fault | undefined> {
  const agent = await agentRows.byId(brand, id);
  if (agent === undefined || agent.deactivated_at !== null) return fault('assigneeId', 'assignee.unknown', 'The assignee', 'be an active person of this brand', shown(id));
  const sight = await sightOf(brand, personOf(agent));
  return maySee(sight, { ...then, assignee_id: null }) ? undefined : fault('assigneeId', 'assignee.outside_team', 'The assignee', 'be a member of the closed team that has the conversation', 'somebody outside of it');
}

export function changeConversation(parts: DeskParts, brandId: BrandId, actor: Actor, id: string, change: Change): Promise<Changed> {
  return changing(parts, brandId, actor, id, async (brand, row, now) => {
    const status = change.status ?? row.status;
    const assignee = change.assigneeId === undefined ? row.assignee_id : change.assigneeId;
    const team = change.teamId === undefined ? row.team_id : change.teamId;
    const refused = status === row.status ? undefined : refusedStatus(row.status, status);
    if (refused !== undefined) return denied(refused, id);
    const done = status === 'solved' || status === 'archived';
    const next: ConversationRow = { ...row, status, status_at: status === row.status ? row.status_at : now, assignee_id: assignee, team_id: team, waiting_since: done ? null : row.waiting_since };
    if (team !== row.team_id && team !== null && (await teamRows.byId(brand, team)) === undefined) return { ok: false, faults: [fault('teamId', 'team.unknown', 'The team', 'be one of this brand', shown(team))] };
    const wrong = assignee === row.assignee_id || assignee === null ? undefined : await assigneeFault(brand, assignee, next);
    if (wrong !== undefined) return { ok: false, faults: [wrong] };
    const happenings: Happening[] = [];
    if (team !== row.team_id) happenings.push({ what: 'team', from: row.team_id, to: team });
    if (assignee !== row.assignee_id) happenings.push({ what: 'assignee', from: row.assignee_id, to: assignee });
    if (status !== row.status) happenings.push({ what: 'status', from: row.status, to: status });
    const guards = assignee === null || assignee === row.assignee_id ? [] : [agentRows.stillThere(brand, assignee, undefined)];
    const state = { status_at: next.status_at, assignee_id: assignee, team_id: team, waiting_since: next.waiting_since };
    const forwards = status === row.status ? [] : [forwardRows.seen(brand, id), ...(status === 'archived' ? [forwardRows.endAll(brand, id, { at: now, agentId: actor.id, reason: 'archived' })] : [])];
    return { statements: [...guards, ...forwards, ...conversationRows.change(brand, row, status === row.status ? state : { ...state, status })], happenings, after: next };
  });
}

export const MOST_TAGS = 20;
const LONGEST_TAG = 60;

/** What is wrong with a tag; it is kept to the letter. */
export function tagFaults(tag: string): Fault[] {
  const length = [...tag].length;
  if (tag.trim() === '') return [fault('tag', 'tag.empty', 'The tag', 'have a letter or a sign', 'be empty')];
  if (length > LONGEST_TAG) return [fault('tag', 'tag.too_long', 'The tag', `have at most ${LONGEST_TAG} characters`, String(length))];
  return [];
}

/** Puts a tag on (one that is there stays as it is), or takes one off. */
export function changeTag(parts: DeskParts, brandId: BrandId, actor: Actor, id: string, tag: string, on: boolean): Promise<Changed> {
  return changing(parts, brandId, actor, id, async (brand, row) => {
    const present = (await tagRows.of(brand, [id])).get(id) ?? [];
    const same = present.find((one) => tagRows.tagKey(one) === tagRows.tagKey(tag));
    if (on === (same !== undefined)) return { ok: true, row };
    if (on && present.length >= MOST_TAGS) return { ok: false, faults: [fault('tag', 'tag.too_many', 'A conversation', `have at most ${MOST_TAGS} tags`, 'one more')] };
    const tags = on ? [...present, tag] : present.filter((one) => one !== same);
    const customer = await customerRows.byId(brand, row.customer_id);
    return {
      statements: [on ? tagRows.add(brand, id, tag) : tagRows.remove(brand, id, tag), ...(customer === undefined ? [] : [headStatement(brand, row, customer, tags)])],
      happenings: [on ? { what: 'tag', from: null, to: tag } : { what: 'tag', from: same ?? tag, to: null }],
      after: row,
    };
  });
}

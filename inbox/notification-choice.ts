// How a person wants to be told: by mail, by mail while away, in the page, or not at all; and the hours in which nothing is mailed.
import { fault, type Fault } from '#policy/fault.ts';
import type { ChoiceRow } from '#store/notification-choices.ts';
import type { NotificationKind } from '#store/notifications.ts';

/** `mail`: always. `away`: by mail while no page of theirs is open or they say they are away. `page`: in the workspace alone. */
export type Way = 'mail' | 'away' | 'page' | 'off';

export interface Choice {
  readonly ways: Readonly<Record<NotificationKind, Way>>;
  /** 1 to 1,440. */
  readonly waitingMinutes: number;
  /** Minutes of the day (0 to 1,439) in `zone`, from inclusive, to exclusive; over midnight where from is the later one. */
  readonly quiet: { readonly from: number; readonly to: number } | null;
  /** IANA name. */
  readonly zone: string;
}

export const DEFAULT: Choice = Object.freeze({ ways: Object.freeze({ new: 'page', assigned: 'away', mentioned: 'away', answered: 'away', waiting: 'away' } as const), waitingMinutes: 15, quiet: null, zone: 'UTC' });

export function choiceOf(row: ChoiceRow | undefined): Choice {
  if (row === undefined) return DEFAULT;
  const { quiet_from: from, quiet_to: to } = row;
  return { ways: { ...DEFAULT.ways, ...(JSON.parse(row.choices) as Partial<Record<NotificationKind, Way>>) }, waitingMinutes: row.waiting_minutes, quiet: from === null || to === null ? null : { from, to }, zone: row.zone };
}

export const rowOf = (agentId: string, { ways, waitingMinutes, quiet, zone }: Choice, now: number): ChoiceRow =>
  ({ agent_id: agentId, choices: JSON.stringify(ways), waiting_minutes: waitingMinutes, quiet_from: quiet?.from ?? null, quiet_to: quiet?.to ?? null, zone, changed_at: now });

function isZone(zone: string): boolean {
  try {
    return zone.length <= 60 && new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

export function choiceFaults({ quiet, zone }: Choice): Fault[] {
  return [
    ...(isZone(zone) ? [] : [fault('zone', 'zone.unknown', 'The time zone', 'be one by its name, such as Europe/Berlin', 'something else')]),
    ...(quiet !== null && quiet.from === quiet.to ? [fault('quiet', 'quiet.empty', 'The quiet hours', 'begin and end at different times', 'at the same one')] : []),
  ];
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function minuteOfDay(at: number, zone: string): number {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(zone, clock);
  const [hour = 0, minute = 0] = clock.format(at).split(':').map(Number);
  return hour * 60 + minute;
}

/** When mail may leave again, ms; null: it may now. In a night in which clocks are changed it may be an hour off. */
export function quietUntil({ quiet, zone }: Pick<Choice, 'quiet' | 'zone'>, now: number): number | null {
  if (quiet === null) return null;
  const at = minuteOfDay(now, zone);
  const within = quiet.from < quiet.to ? at >= quiet.from && at < quiet.to : at >= quiet.from || at < quiet.to;
  return within ? now + ((quiet.to - at + 1_440) % 1_440) * 60_000 - (now % 60_000) : null;
}

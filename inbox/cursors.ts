// Places in lists, as opaque text for the page: where the next page goes on.
export interface Place {
  /** ms */
  readonly at: number;
  readonly id: string;
}

export const cursorOf = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`, 'utf8').toString('base64url');

/** undefined for a text that no cursor is. */
export function placeOf(cursor: string): Place | undefined {
  const [, at = '', id = ''] = /^(\d{1,15}) ([a-z]{1,8}_[0-9a-z]{26})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  const place = { at: Number(at), id };
  return id !== '' && cursorOf(place) === cursor ? place : undefined;
}

/** Where a search goes on, and what its pages before have shown: texts come by their age, so an older text of a shown conversation comes later. */
export interface SearchPlace extends Place {
  readonly shown: ReadonlySet<string>;
}

const MARK_CHARS = 6;

/** A conversation in a cursor: the end of its random id, 30 bits. */
export const markOf = (conversationId: string): string => conversationId.slice(-MARK_CHARS);

export const searchCursorOf = (place: SearchPlace): string => `${cursorOf(place)}.${[...place.shown].join('')}`;

/** undefined for a text that no cursor of a search is. */
export function searchPlaceOf(cursor: string): SearchPlace | undefined {
  const [at = '', marks = '', ...more] = cursor.split('.');
  const place = placeOf(at);
  if (place === undefined || more.length > 0 || marks.length % MARK_CHARS !== 0 || !/^[0-9a-z]*$/.test(marks)) return undefined;
  return { ...place, shown: new Set(marks.match(/.{6}/g) ?? []) };
}

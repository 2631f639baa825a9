// The mail of one or many notifications: what happened, and of the customer no more than the channel's setting lets out.
import type { NotificationKind } from '#store/notifications.ts';

/** One piece of news as it may be told. */
export interface News {
  readonly kind: NotificationKind;
  /** Of the conversation. */
  readonly number: number;
  readonly channel: string;
  /** Name, address, phone, as far as they are known; null where the setting keeps details in, or nothing is known. */
  readonly customer: string | null;
  /** What was written, masked where it must be; null: nothing, or nothing to show. */
  readonly text: string | null;
  /** The colleague who did it. */
  readonly by: string | null;
  readonly minutes: number;
  readonly link: string;
}

const LONGEST = 600;
const MOST_LISTED = 30;

const counted = (minutes: number): string => (minutes < 120 ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}` : `${Math.floor(minutes / 60)} hours`);

/** One line that says what happened. */
export function headline({ kind, number, customer, by, minutes }: News): string {
  const who = customer ?? 'A customer';
  switch (kind) {
    case 'new':
      return `New conversation #${number}${customer === null ? '' : ` from ${customer}`}`;
    case 'assigned':
      return `${by === null ? 'Conversation' : `${by} assigned conversation`} #${number} ${by === null ? 'was assigned to you' : 'to you'}`;
    case 'mentioned':
      return `${by ?? 'A colleague'} mentioned you in conversation #${number}`;
    case 'answered':
      return `${who} wrote in conversation #${number}`;
    case 'waiting':
      return `${who} has been waiting for ${counted(minutes)} in conversation #${number}`;
  }
}

const cut = (text: string): string => {
  const letters = [...text.trim()];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : letters.join('');
};

const quoted = (text: string): string => cut(text).split('\n').map((line) => `> ${line}`).join('\n');

function told(news: News): string {
  const lines = [headline(news), `Channel: ${news.channel}`];
  if (news.text !== null && news.text.trim() !== '') lines.push('', quoted(news.text));
  return [...lines, '', news.link].join('\n');
}

/** Subject and text. `choices` is where the reader changes what is mailed. */
export function notificationMail(all: readonly News[], { brand, name, choices }: { readonly brand: string; readonly name: string; readonly choices: string }): { readonly subject: string; readonly text: string } {
  const [first] = all;
  const subject = all.length === 1 && first !== undefined ? headline(first) : `${all.length} notifications from ${brand}`;
  const listed = all.slice(0, MOST_LISTED).map(told).join('\n\n----\n\n');
  const more = all.length > MOST_LISTED ? `\n\n----\n\nAnd ${all.length - MOST_LISTED} more: look into the workspace.` : '';
  return { subject, text: `Hello ${name},\n\n${listed}${more}\n\n-- \nYou get this because of your choices in ${brand}: ${choices}\n` };
}

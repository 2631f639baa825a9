// The scopes of API keys: what a key may do, each by itself, in words, and which right of a person it stands for.
import type { Capability } from '#identity/person.ts';

interface ScopeText {
  readonly label: string;
  readonly help: string;
  /** The right of an agent that it stands for where a route asks for one. */
  readonly capability?: Capability;
  /** It widens this one, and is of no use without it. */
  readonly needs?: string;
}

/** Names are permanent: keys of years ago carry them. */
export const API_SCOPES = Object.freeze({
  'conversations:read': { label: 'Read conversations', help: 'Every conversation of the brand with its messages and notes, and search.' },
  'conversations:write': { label: 'Write in conversations', help: 'Begins conversations, writes messages and notes, changes status, team, assignee and tags.' },
  'customers:read': { label: 'Read customers', help: 'The card of each customer: names, addresses, fields.' },
  'customers:write': { label: 'Change customers', help: 'Makes customers and writes on their cards; what a ticket has proven stays.' },
  'media:read': { label: 'Open files', help: 'Every file of every conversation.' },
  'media:write': { label: 'Upload files', help: 'Takes files in, judged as an agent’s are.' },
  'forwards:read': { label: 'Read forwards', help: 'What was forwarded to whom.' },
  'forwards:write': { label: 'Forward conversations', help: 'Sends conversations to third parties, within the list of transfer addresses.', capability: 'forward' },
  'tickets:write': { label: 'Ask for tickets', help: 'Says who a customer is, and ends their chat sessions when they sign out of your site.' },
  'tickets:override': { label: 'Let its tickets change customers’ details', help: 'Otherwise a ticket fills in what is missing and changes nothing.', needs: 'tickets:write' },
  'channels:read': { label: 'Read channels', help: 'Names, kinds and addresses of the channels.' },
  'users:read': { label: 'Read users and teams', help: 'Who works here, with names, addresses, roles and teams.' },
  'keys:read': { label: 'Read API keys', help: 'Names, scopes and last use of all keys; never a key itself.' },
  'audit:read': { label: 'Read the audit trail', help: 'Every row, with addresses of people.', capability: 'see_audit' },
  'webhooks:read': { label: 'Read webhooks', help: 'Where events are sent, and how that went.' },
  'webhooks:write': { label: 'Change webhooks', help: 'Adds, changes, removes and replays webhooks; ones that carry text only with “Read conversations”.' },
  'policy:read': { label: 'Read the settings', help: 'All of Privacy & Security, and why something was refused.' },
  'policy:write': { label: 'Change the settings', help: 'All but two-factor, password, API, management and framing settings. Needs an end date and addresses of its own.', capability: 'manage_settings' },
} satisfies Readonly<Record<string, ScopeText>>);

export type ApiScope = keyof typeof API_SCOPES;
export const SCOPES: readonly ApiScope[] = Object.freeze(Object.keys(API_SCOPES) as ApiScope[]);

const textOf = (scope: ApiScope): ScopeText => API_SCOPES[scope];

/** The scope that this one is of no use without; undefined for none. */
export const neededBy = (scope: ApiScope): ApiScope | undefined => textOf(scope).needs as ApiScope | undefined;

/** What `request.actor.capabilities` holds for a key. */
export const capabilitiesOf = (scopes: readonly ApiScope[]): readonly Capability[] => scopes.flatMap((scope) => textOf(scope).capability ?? []);

// The settings of the tab General: who may reach the workspace and the API, and where mail and frames may go.
import { addressList } from '../kinds/address-list.ts';
import { choice } from '../kinds/choice.ts';
import { cidrList } from '../kinds/cidr-list.ts';
import { flag } from '../kinds/flag.ts';
import { originList } from '../kinds/origin-list.ts';
import { setting } from '../setting.ts';

export const general = {
  'management.allowlist': setting({
    kind: cidrList({
      states: ['any', 'only'],
      anyMeans: 'Anyone may connect',
      onlyMeans: 'Only these addresses may connect',
    }),
    default: { state: 'any', entries: [] },
    label: 'IP white-list for management',
    help: 'Only these addresses are inside; who is outside is refused or asked for a code, as the two-factor mode says.',
    limits: 'Not judged by it: the chat of customers, mail that comes in, links mailed to third parties, and API keys, which have a list of their own.',
    scope: 'brand',
    doors: ['workspace', 'media'],
    mayShutOut: true,
  }),
  'api.allowlist': setting({
    kind: cidrList({
      states: ['any', 'only', 'none'],
      anyMeans: 'Any address may call the API',
      onlyMeans: 'Only these addresses may call the API',
      noneMeans: 'No address may call the API',
    }),
    default: { state: 'any', entries: [] },
    label: 'IP white-list for API access',
    help: 'Only these addresses may call the API, whatever key they hold.',
    limits: 'People who sign in and customers in the chat are not judged by it.',
    scope: 'brand',
    doors: ['api'],
    mayShutOut: true,
  }),
  'api.authentication_mode': setting({
    kind: choice({
      options: [
        { value: 'header', label: 'Header', help: 'The token arrives as Authorization: Bearer.', tighterThan: ['header_or_query'] },
        { value: 'header_or_query', label: 'Header or query', help: 'The token arrives in the header or as ?access_token=.', tighterThan: [] },
        { value: 'query', label: 'Query', help: 'The token arrives as ?access_token=, for old integrations only (deprecated by RFC 6750).', tighterThan: ['header_or_query'] },
        { value: 'exchange', label: 'Exchange', help: 'The key buys an access token of at most one hour and opens nothing else.', tighterThan: ['header', 'header_or_query', 'query'] },
      ],
    }),
    default: 'header',
    label: 'API Authentication mode',
    help: 'How the access token of an API call arrives; a token in any other place is refused.',
    scope: 'brand',
    doors: ['api'],
    mayShutOut: true,
  }),
  'mail.customer_details': setting({
    kind: flag({ tighterIs: 'off' }),
    default: false,
    label: 'Add customer details to mail notifications and when forwarding to a third party',
    help: 'While off, name, email, phone, external id and personal fields of the customer are kept out of every part of what leaves.',
    limits: 'What is known of the customer is masked in the texts too; what they wrote of themselves and nobody recorded is not. Answers to the customer are left as they are.',
    scope: 'channel',
    doors: ['mail'],
  }),
  'frame.allowed_origins': setting({
    kind: originList({
      states: ['none', 'only'],
      onlyMeans: 'Only these origins may present the workspace in a frame',
      noneMeans: 'No site may present the workspace in a frame',
    }),
    default: { state: 'none', entries: [] },
    label: 'Enables presentation of administration system within iFrame',
    help: 'The exact web origins, such as that of a CRM, that may present the workspace in a frame.',
    limits: 'The chat on your site is not governed by it: each channel names its own sites.',
    scope: 'brand',
    doors: ['frame'],
    mayShutOut: true,
  }),
  'transfer.addresses': setting({
    kind: addressList({
      states: ['any', 'only', 'none'],
      anyMeans: 'Conversations may be forwarded to any address',
      onlyMeans: 'Conversations may be forwarded to these addresses only',
      noneMeans: 'Conversations may not be forwarded',
    }),
    default: { state: 'any', entries: [] },
    label: 'Transfer Email Addresses',
    help: 'The addresses to which a conversation may be forwarded; one address off the list refuses the whole forward.',
    limits: 'An answer to the customer and a notice to an agent are no forwards.',
    scope: 'channel',
    doors: ['workspace', 'api', 'mail'],
    judged: 'Judged at every forward, asked for in the page or by key, and once more when it leaves.',
  }),
  'mail.blocked_addresses': setting({
    kind: addressList({
      states: ['none', 'only'],
      onlyMeans: 'No mail is ever sent to these addresses',
      noneMeans: 'No address is blocked',
      role: 'deny',
    }),
    default: { state: 'none', entries: [] },
    label: 'Blocked email addresses',
    help: 'Addresses that are never written to, whatever another list allows.',
    scope: 'brand',
    doors: ['mail'],
  }),
} as const;

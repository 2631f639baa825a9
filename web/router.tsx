// The addresses of the workspace and the page behind each; every page but sign-in comes in a chunk of its own.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { readView } from './inbox/view.ts'
import { Broken } from './shell/broken.tsx'
import { LiveRegion } from './shell/live-region.tsx'
import { NotFound } from './sign-in/not-found.tsx'
import { SignIn } from './sign-in/sign-in.tsx'

const root = createRootRoute({
  component: () => <><Outlet /><LiveRegion /></>,
  notFoundComponent: NotFound,
})

const door = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./sign-in/which-brand.tsx'), 'WhichBrand') })
const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: lazyRouteComponent(() => import('./setup/setup.tsx'), 'Setup') })
const signIn = createRoute({ getParentRoute: () => root, path: '/b/$brand', component: SignIn })
const unlock = createRoute({ getParentRoute: () => root, path: '/b/$brand/unlock', component: lazyRouteComponent(() => import('./sign-in/unlock.tsx'), 'Unlock') })
const forgot = createRoute({ getParentRoute: () => root, path: '/b/$brand/forgot', component: lazyRouteComponent(() => import('./renewal/forgot.tsx'), 'Forgot') })
const reset = createRoute({ getParentRoute: () => root, path: '/b/$brand/reset', component: lazyRouteComponent(() => import('./renewal/reset.tsx'), 'Reset') })
const invite = createRoute({ getParentRoute: () => root, path: '/b/$brand/invite', component: lazyRouteComponent(() => import('./invitation/invite.tsx'), 'Invite') })
const enrol = createRoute({ getParentRoute: () => root, path: '/b/$brand/enrol', component: lazyRouteComponent(() => import('./enrolment/enrol.tsx'), 'Enrol') })
const recipient = createRoute({ getParentRoute: () => root, path: '/b/$brand/file', component: lazyRouteComponent(() => import('./recipient/recipient.tsx'), 'Recipient') })
const admit = createRoute({ getParentRoute: () => root, path: '/b/$brand/admit', component: lazyRouteComponent(() => import('./sign-in/admit.tsx'), 'Admit') })

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell') })
const inbox = createRoute({ getParentRoute: () => shell, path: '/b/$brand/inbox', validateSearch: readView, component: lazyRouteComponent(() => import('./inbox/inbox.tsx'), 'Inbox') })
// below the inbox, which draws it: opening a conversation leaves the list where it stands
const conversation = createRoute({ getParentRoute: () => inbox, path: '$conversation', component: () => null })
const settings = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings', component: lazyRouteComponent(() => import('./settings/features.tsx'), 'Features') })
const privacy = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/privacy', component: lazyRouteComponent(() => import('./settings/privacy.tsx'), 'Privacy') })
const twoFactor = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/two-factor', component: lazyRouteComponent(() => import('./settings/two-factor.tsx'), 'TwoFactor') })
const history = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/history', component: lazyRouteComponent(() => import('./settings/history.tsx'), 'History') })
const explain = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/explain', validateSearch: ({ refusal }: Record<string, unknown>): { refusal?: string } => (typeof refusal === 'string' && refusal !== '' ? { refusal } : {}), component: lazyRouteComponent(() => import('./settings/explain.tsx'), 'Explain') })
const standards = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/standards', component: lazyRouteComponent(() => import('./settings/standards.tsx'), 'Standards') })
const proposals = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/proposals', component: lazyRouteComponent(() => import('./settings/proposals.tsx'), 'WaitingChanges') })
const accounts = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/accounts', component: lazyRouteComponent(() => import('./settings/accounts.tsx'), 'Accounts') })
const users = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/users', component: lazyRouteComponent(() => import('./users/users.tsx'), 'Users') })
const userPage = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/users/$id', component: lazyRouteComponent(() => import('./users/user-page.tsx'), 'UserPage') })
const channels = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/channels', component: lazyRouteComponent(() => import('./channels/channels.tsx'), 'Channels') })
const channelPage = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/channels/$id', component: lazyRouteComponent(() => import('./channels/channel-page.tsx'), 'ChannelPage') })
const teams = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/teams', component: lazyRouteComponent(() => import('./teams/teams.tsx'), 'Teams') })
const apiKeys = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/api-keys', component: lazyRouteComponent(() => import('./api-keys/api-keys.tsx'), 'ApiKeys') })
const exceptions = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/exceptions', component: lazyRouteComponent(() => import('./exceptions/exceptions.tsx'), 'Exceptions') })
const outbox = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/mail', component: lazyRouteComponent(() => import('./outbox/outbox.tsx'), 'OutboxPage') })
const webhooks = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/webhooks', component: lazyRouteComponent(() => import('./webhooks/webhooks.tsx'), 'Webhooks') })
const file = createRoute({ getParentRoute: () => shell, path: '/b/$brand/files/$id', component: lazyRouteComponent(() => import('./files/file-page.tsx'), 'FilePage') })
const quarantine = createRoute({ getParentRoute: () => shell, path: '/b/$brand/settings/quarantine', component: lazyRouteComponent(() => import('./files/quarantine.tsx'), 'Quarantine') })
const audit = createRoute({ getParentRoute: () => shell, path: '/b/$brand/audit', component: lazyRouteComponent(() => import('./audit/audit.tsx'), 'Audit') })
const auditRow = createRoute({ getParentRoute: () => shell, path: '/b/$brand/audit/$id', component: lazyRouteComponent(() => import('./audit/row-page.tsx'), 'RowPage') })
const account = createRoute({ getParentRoute: () => shell, path: '/b/$brand/account', component: lazyRouteComponent(() => import('./account/account.tsx'), 'Account') })

export const router = createRouter({
  routeTree: root.addChildren([door, setup, signIn, unlock, admit, forgot, reset, invite, enrol, recipient, shell.addChildren([inbox.addChildren([conversation]), settings, privacy, twoFactor, history, explain, proposals, standards, accounts, users, userPage, channels, channelPage, teams, outbox, apiKeys, webhooks, exceptions, file, quarantine, audit, auditRow, account])]),
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  // in this app nothing is read from a query string but the audit page's filters, which are plain text
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(Object.entries(search).filter(([, value]) => value !== undefined && value !== '').map(([key, value]) => [key, String(value)])).toString()
    return text ? `?${text}` : ''
  },
})

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}

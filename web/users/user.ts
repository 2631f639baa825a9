// A person as Settings → Users knows them: the shapes of the server's answers, the queries, and the words for them.
import { queryOptions } from '@tanstack/react-query'
import { call } from '../http/api.ts'
import type { Instant, OwnSession } from '../http/shapes.ts'
import type { IconName } from '../shell/icon.tsx'

export type Role = 'admin' | 'agent'
export type Capability = 'remote_access' | 'forward' | 'manage_settings' | 'see_audit' | 'customer_privacy'
export type UserState = 'invited' | 'active' | 'deactivated'

export interface HeldFactor { id: string; label: string; createdAt: Instant }
export interface Lock { kind: 'network' | 'device' | 'day' | 'codes' | 'codes_day'; network: string | null; method: string | null; failures: number; until: Instant }
export interface OpenLink { kind: string; createdAt: Instant; expiresAt: Instant }

/** GET /users/:id, and each of GET /users. */
export interface User {
  id: string
  name: string
  email: string
  role: Role
  capabilities: Capability[]
  phone: string | null
  phoneVerifiedAt: Instant | null
  state: UserState
  createdAt: Instant
  deactivatedAt: Instant | null
  passwordSetAt: Instant | null
  mustChange: 'admin' | 'compromised' | null
  hasFactor: boolean
  factors: { passkeys: HeldFactor[]; totp: HeldFactor[]; sms: boolean; recoveryCodesLeft: number; trustedDevices: number }
  lastSeen: { at: Instant; address: string | null } | null
  locks: Lock[]
  links: OpenLink[]
}

export interface UserList { users: User[]; counts: Record<UserState, number> }

/** GET /users/:id/sessions: like one's own, without which of them asks. */
export type UserSession = Omit<OwnSession, 'current'>

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => call<UserList>('GET', '/users') })
export const userQuery = (id: string) => queryOptions({ queryKey: ['users', id], queryFn: () => call<User>('GET', `/users/${encodeURIComponent(id)}`) })
export const userSessionsQuery = (id: string) => queryOptions({ queryKey: ['users', id, 'sessions'], queryFn: () => call<{ sessions: UserSession[] }>('GET', `/users/${encodeURIComponent(id)}/sessions`) })

export const capabilities: readonly { id: Capability; label: string; short: string; help: string }[] = [
  { id: 'remote_access', label: 'Remote access', short: 'Remote', help: 'May work from outside the white-list, always with a code.' },
  { id: 'forward', label: 'Forward to third parties', short: 'Forward', help: 'May send conversations to people outside the company.' },
  { id: 'manage_settings', label: 'Manage settings', short: 'Settings', help: 'May change Privacy & Security and the two-factor module.' },
  { id: 'see_audit', label: 'See the audit trail', short: 'Audit', help: 'May read who did what, and who was refused.' },
  { id: 'customer_privacy', label: 'Customers’ privacy', short: 'Privacy', help: 'May remove messages, erase and export customers, and place or release a legal hold.' },
]

export const states: Record<UserState, { label: string; tone: 'good' | 'accent' | undefined }> = {
  active: { label: 'Active', tone: 'good' },
  invited: { label: 'Invited', tone: 'accent' },
  deactivated: { label: 'Deactivated', tone: undefined },
}

export const linkWords: Readonly<Record<string, string>> = { invite: 'Invitation', reset: 'New password', enrol: 'Enrol a second factor', admit: 'Let a browser try again' }

export const lockWords: Record<Lock['kind'], string> = {
  network: 'Wrong passwords from one network',
  device: 'Wrong passwords on a known device',
  day: 'Wrong passwords over the day, from many networks',
  codes: 'Wrong codes in a row',
  codes_day: 'Wrong codes over the day',
}

/** What the wrong codes of a lock were codes of. */
export const lockMethods: Readonly<Record<string, string>> = { totp: 'authenticator app', sms: 'text message', recovery: 'recovery code', password: 'password asked again' }

/** The factors somebody holds, in the order of their strength. */
export function heldFactors({ factors }: User): { icon: IconName; label: string }[] {
  return [
    ...(factors.passkeys.length > 0 ? [{ icon: 'key', label: 'Passkey' } as const] : []),
    ...(factors.totp.length > 0 ? [{ icon: 'twoFactor', label: 'Authenticator app' } as const] : []),
    ...(factors.sms ? [{ icon: 'channel', label: 'Text message' } as const] : []),
  ]
}

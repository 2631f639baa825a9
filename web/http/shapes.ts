// The shapes that the server's answers have, as the contract names them.
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import type { Fault } from '#policy/fault.ts'
import type { Instant } from '../controls/words.ts'

export type { Fault, Instant }

/** An answer that says no, is invalid or broke: RFC 9457 problem+json. */
export interface Problem {
  status: number
  code: string
  title: string
  detail: string
  id?: string
  faults?: Fault[]
  /** of a lock: no mail server is set, so its mail lies in a file */
  mailsKept?: boolean
}

export type CodeMethod = 'passkey' | 'totp' | 'sms' | 'recovery'
/** What a person gives as a second factor. */
export type Presented = { method: 'totp' | 'sms' | 'recovery'; code: string } | { method: 'passkey'; credential: object; ceremony: string }
/** A passkey that is asked for: `options` as the browser takes them. */
export interface AskedPasskey { options: PublicKeyCredentialRequestOptionsJSON; ceremony: string }
/** What the options routes answer. */
export type MethodOptions = { method: 'sms'; sentTo: string; expiresAt: Instant } | ({ method: 'passkey' } & AskedPasskey)
export type Proven = 'password' | 'password+code' | 'host'

/** GET /session. Instants are milliseconds since 1970; `inputReport` is in seconds. */
export interface Session {
  agent: { id: string; name: string; email: string; role: 'admin' | 'agent'; capabilities: string[]; phone: string | null; hasFactor: boolean; methods: CodeMethod[]; recoveryCodesLeft: number }
  brand: { id: string; slug: string; name: string }
  address: string | null
  /** no mail server is set: what is sent by mail is written as a file, and reaches nobody */
  mailsKept: boolean
  proven: Proven
  /** what must be done before anything else opens */
  heldBack: 'password.change_required' | 'factor.enrol_required' | null
  stepUpUntil: number | null
  exemptUntil: number | null
  idle: { timeoutMinutes: number; expiresAt: number | null }
  absoluteExpiresAt: number
  inputReport: number
  serverTime: number
  version: string
}

export interface Origin {
  from: 'default' | 'brand' | 'channel' | 'file'
  locked?: boolean
  clamped?: boolean
  looser?: boolean
  setBy?: string | null
  setByName?: string | null
  setAt?: Instant | null
}

export interface SettingState {
  value: unknown
  default: unknown
  origin: Origin
  enforced: boolean
  notEnforcedUntil?: string
}

export interface TabState { id: string; title: string; description: string; keys: string[] }

/** GET /policy. */
export interface PolicyState {
  version: number
  tabs: TabState[]
  settings: Record<string, SettingState>
  address: string | null
  insideList: boolean
}

/** One setting of GET /channels/:id/policy: what holds in the channel, its own stored value (null: it inherits), and what the module says. */
export interface ChannelSettingState extends SettingState {
  own: { value: unknown; setByName: string | null; setAt: number } | null
  module: { value: unknown; origin: Origin }
}
export interface ChannelPolicyState extends PolicyState { settings: Record<string, ChannelSettingState> }

/** POST /policy/check, and the same for a channel. */
export interface PolicyCheck {
  faults: Fault[]
  warnings: { key: string | null; code?: string; message: string }[]
  /** saving would be refused, for the reason that stands first among the warnings */
  refused?: boolean
  sessionsEnding: number
  /** sessions that go on once their person gives a code */
  sessionsAskedForCode?: number
  /** sessions that open nothing until their person has chosen a new password or enrolled a factor */
  sessionsHeldBack?: number
  /** conversations that retention would take at once */
  conversationsDue?: number
  /** open chats on sites that the next policy no longer names */
  chatsClosing?: number
  /** who would not come back in, by name */
  shutOut?: { admins: string[]; noOtherAdmin: boolean }
  touchesNow?: TouchedNow
  /** `looser`: than the module; `inherits`: the channel's own value is given up */
  changed: { key: string; channelName?: string; before?: unknown; after?: unknown; beforeText: string; afterText: string; direction?: 'equal' | 'tighter' | 'looser' | 'different'; looser?: boolean; inheritedBefore?: boolean; inherits?: boolean }[]
}

/** `shield`: what keeps the change off; null where it would hold */
export interface TouchedChannel { id: string; name: string; key: string; label: string; beforeText: string; afterText: string; shield: 'own' | 'lock' | 'file' | null }

/** What a save would touch at once, beside sessions. */
export interface TouchedNow {
  keys: { list: { id: string; name: string; lastUsedAt: Instant | null; code: string; sentence: string }[]; more: boolean }
  files: { closing: number; opening: number; uploads: number; uploadsMore: boolean }
  channels: { changing: number; shielded: number; list: TouchedChannel[] }
}

export interface Actor { kind: string; id: string | null; name: string | null }

/** One row of the audit trail as GET /audit gives it. */
export interface AuditRow {
  seq: number
  id: string
  at: Instant
  actor: Actor
  event: string
  sentence: string
  entity: { kind: string; id: string | null; name: string | null }
  before?: unknown
  after?: unknown
  facts?: unknown
  /** of a refusal: the setting that decided, as it stood then */
  setting?: { key: string; label: string; origin: Origin | null } | null
  hash?: string
}

export interface AuditPage {
  rows: AuditRow[]
  next: string | null
  chain: { length: number; head: string | null; signedAt: Instant | null }
}

export interface Notice { id: string; tone: 'info' | 'warning' | 'danger'; title: string; text: string }

export interface Factor { id: string; label: string; createdAt: Instant; lastUsedAt: Instant | null }

export interface Factors {
  totp: Factor[]
  passkeys: (Factor & { backedUp: boolean; transports: string[] })[]
  /** false: this workspace is reached by a bare address, at which there are no passkeys */
  passkeysPossible: boolean
  recoveryCodesLeft: number
  phone: { number: string; verifiedAt: Instant | null } | null
  smsConfigured?: boolean
}

export interface SetupOpen {
  expiresAt: Instant
  brand: { slug: string; name: string } | null
  totp: { secret: string; uri: string }
  publicUrl: string
}

/** One of GET /account/sessions. */
export interface OwnSession {
  id: string
  browser: string | null
  system: string | null
  kind: 'desktop' | 'phone' | 'tablet' | 'unknown'
  address: string | null
  signedInAt: number
  lastInputAt: number
  proven: Proven
  factorMethod: string | null
  /** the one this page is open in */
  current: boolean
}

/** GET /account/sessions. `askedFor`: what ending others asks for first. */
export interface OwnSessions { sessions: OwnSession[]; askedFor: 'code' | 'password' }

/** One of GET /account/devices. */
export interface OwnDevice {
  id: string
  browser: string | null
  system: string | null
  address: string | null
  firstUsedAt: number
  lastUsedAt: number
  /** null: a code is asked for there as anywhere */
  trustedUntil: number | null
  /** the browser this page is open in */
  here: boolean
}

/** GET /account/devices. */
export interface OwnDevices { devices: OwnDevice[]; trustDays: number }

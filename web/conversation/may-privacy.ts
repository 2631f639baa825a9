// Who may remove, hold, export and erase: administrators, and whoever was given the right to it.
import type { LiveSession } from '../session/session.ts'

export const mayPrivacy = ({ role, capabilities }: LiveSession['agent']): boolean => role === 'admin' || capabilities.includes('customer_privacy')

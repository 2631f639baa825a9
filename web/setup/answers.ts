// What the first-run story has gathered so far, and the step to which a fault belongs.
import { password as passwordSettings } from '#policy/settings/password.ts'
import type { Fault } from '../http/shapes.ts'

export interface Answers {
  brandName: string
  slug: string
  /** the address was typed by hand: the name no longer suggests it */
  slugTouched: boolean
  name: string
  email: string
  password: string
}

export type StepName = 'brand' | 'person' | 'app' | 'codes' | 'done'

export interface StepProps {
  answers: Answers
  change: (part: Partial<Answers>) => void
  faults: readonly Fault[]
}

/** A new brand has no setting of its own yet, so the default holds. */
export const shortestPassword: number = passwordSettings['password.min_length'].default
export const longestPassword = 1024

/** A name as an address: "Café Äther & Co" gives "cafe-ather-co". At most 40 letters. */
export function slugOf(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).replace(/-+$/, '')
}

/** Code points after NFC, as the server counts them (NIST SP 800-63B-4 §3.1.1.2). */
export function lengthOf(password: string): number {
  return [...password.normalize('NFC')].length
}

export function brandFaults({ brandName, slug }: Answers): Fault[] {
  const faults: Fault[] = []
  if (brandName.trim() === '') faults.push({ path: 'brand/name', code: 'missing', message: 'Give your brand a name.' })
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(slug)) faults.push({ path: 'brand/slug', code: 'slug', message: 'The address must be small letters, digits and single hyphens, such as acme.' })
  return faults
}

export function personFaults({ name, email, password }: Answers): Fault[] {
  const faults: Fault[] = []
  const length = lengthOf(password)
  if (name.trim() === '') faults.push({ path: 'admin/name', code: 'missing', message: 'Give your name, as colleagues will see it.' })
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) faults.push({ path: 'admin/email', code: 'email', message: 'The email must be an address such as dana@example.com.' })
  if (length < shortestPassword) faults.push({ path: 'admin/password', code: 'password.too_short', message: `The password must have at least ${shortestPassword} characters, not ${length}.` })
  if (length > longestPassword) faults.push({ path: 'admin/password', code: 'password.too_long', message: `The password must have at most ${longestPassword.toLocaleString('en-GB')} characters.` })
  return faults
}

/** The first step that holds one of these faults. */
export function stepOfFaults(faults: readonly Fault[]): StepName | null {
  if (faults.some(({ path }) => path.startsWith('brand'))) return 'brand'
  if (faults.some(({ path }) => path.startsWith('admin'))) return 'person'
  return null
}

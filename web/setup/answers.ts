// What the first-run story has gathered so far, and the step to which a fault belongs.
import { brandFaults as namedFaults, personName } from '#policy/brand-name.ts'
import { contextWords } from '#policy/context-words.ts'
import { PASSWORD_MAX_LENGTH, decidePassword } from '#policy/decide/password.ts'
import { sentenceOf } from '#policy/decision.ts'
import { effective } from '#policy/effective.ts'
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

/** A new brand has no setting of its own yet, so the defaults hold. */
const newPolicy = effective({ version: 0, module: {} })
export const shortestPassword: number = newPolicy.values['password.min_length']

/** Code points after NFC, as the server counts them (NIST SP 800-63B-4 §3.1.1.2). */
export function lengthOf(password: string): number {
  // NFC makes a text at most four times shorter: this one is too long whatever comes out
  if (password.length > PASSWORD_MAX_LENGTH * 8) return password.length
  return [...password.normalize('NFC')].length
}

/** As the server judges them, so that the later steps bring no surprise; only a taken address shows there. */
export function brandFaults({ brandName, slug }: Answers): Fault[] {
  return namedFaults({ name: brandName.trim(), slug })
}

/** `brand`: the one the link was made for, or the one of step one. */
export function personFaults({ name, email, password }: Answers, brand: { name: string; slug: string }): Fault[] {
  const faults: Fault[] = [...personName(name.trim(), 'admin/name')]
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) faults.push({ path: 'admin/email', code: 'email', message: 'The email must be an address such as dana@example.com.' })
  const containsContextWord = contextWords(password, [brand.name, brand.slug, name, email.trim().split('@')[0] ?? ''])
  const decision = decidePassword(newPolicy, { length: lengthOf(password), containsContextWord, common: null, usedAgo: null, breached: false })
  if (!decision.allowed) faults.push({ path: 'admin/password', code: decision.code, message: sentenceOf(decision) })
  return faults
}

/** The first step that holds one of these faults. */
export function stepOfFaults(faults: readonly Fault[]): StepName | null {
  if (faults.some(({ path }) => path.startsWith('brand'))) return 'brand'
  if (faults.some(({ path }) => path.startsWith('admin'))) return 'person'
  return null
}

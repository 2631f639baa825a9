// Judges a draft with the very code of the server: what is wrong, what would change, what would be sent.
import { catalogue } from '#policy/catalogue.ts'
import { checkRules } from '#policy/rules.ts'
import type { Fault, Parsed } from '#policy/fault.ts'
import type { PolicyState } from '../http/shapes.ts'
import { declaredOf, type Declared } from './printed.ts'

const seen = new WeakMap<object, Map<string, Parsed<unknown>>>()

/** Reads an input; a list that did not change is not read again. */
export function parse(setting: Declared, input: unknown): Parsed<unknown> {
  if (typeof input !== 'object' || input === null) return setting.kind.parse(input, setting.label, setting.key)
  const kept = seen.get(input) ?? new Map<string, Parsed<unknown>>()
  seen.set(input, kept)
  const known = kept.get(setting.key)
  if (known) return known
  const read: Parsed<unknown> = setting.kind.parse(input, setting.label, setting.key)
  kept.set(setting.key, read)
  return read
}

export interface Judgement {
  faults: readonly Fault[]
  /** keys whose draft differs from what is saved, right or wrong */
  changed: readonly string[]
  /** what would be sent: canonical values of the changed keys */
  patch: Readonly<Record<string, unknown>>
}

export function judge(inputs: Readonly<Record<string, unknown>>, state: PolicyState): Judgement {
  const faults: Fault[] = []
  const changed: string[] = []
  const patch: Record<string, unknown> = {}
  for (const [key, input] of Object.entries(inputs)) {
    const setting = declaredOf(key)
    const saved = state.settings[key]
    if (!setting || !saved) continue
    const read = parse(setting, input)
    if (!read.ok) {
      faults.push(...read.faults)
      changed.push(key)
    } else if (!same(read.value, saved.value)) {
      patch[key] = read.value
      changed.push(key)
    }
  }
  if (faults.length === 0 && changed.length > 0) faults.push(...ruleFaults(state, patch))
  return { faults, changed, patch }
}

function ruleFaults(state: PolicyState, patch: Readonly<Record<string, unknown>>): readonly Fault[] {
  const values: Record<string, unknown> = {}
  for (const key of Object.keys(catalogue)) {
    const setting = declaredOf(key)
    if (!setting) continue
    const read = parse(setting, key in patch ? patch[key] : state.settings[key]?.value)
    // a value this page cannot read is for the server to judge
    if (!read.ok) return []
    values[key] = read.value
  }
  return checkRules(values as never)
}

/** Equal as stored, whatever the order of fields. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}

/** The faults of one setting. */
export function faultsOf(faults: readonly Fault[], key: string): readonly Fault[] {
  const found = faults.filter(({ path }) => path === key || path.startsWith(`${key}/`))
  return found.length > 0 ? found : noFaults
}

// the same list every time, so that rows without a fault are not drawn again
const noFaults: readonly Fault[] = Object.freeze([])

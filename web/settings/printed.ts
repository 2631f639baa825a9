// What a setting is called and what its value says, from the same catalogue as the server's.
import { catalogue } from '#policy/catalogue.ts'
import type { AnyKind, DoorName } from '#policy/setting.ts'

export interface Declared { key: string; tab: string; label: string; help: string; limits?: string; doors: readonly DoorName[]; judged?: string; scope: string; kind: AnyKind }

/** The declaration of a setting, or undefined for a key that this page does not know (an older page, a newer server). */
export function declaredOf(key: string): Declared | undefined {
  return Object.hasOwn(catalogue, key) ? (catalogue as unknown as Record<string, Declared>)[key] : undefined
}

/** A value in words; undefined for one that is not a value of this setting (an audit row may hold only a count). */
export function printed(key: string, value: unknown): string | undefined {
  const setting = declaredOf(key)
  const read = setting?.kind.parse(value, setting.label, key)
  return setting && read?.ok ? (setting.kind.print as (value: unknown) => string)(read.value) : undefined
}

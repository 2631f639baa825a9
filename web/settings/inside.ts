// Whether an address is inside a white-list as it stands in a draft: judged by the server's own code.
import { parseAddress } from '#policy/address.ts'
import { catalogue } from '#policy/catalogue.ts'
import { cidrSetOf } from '#policy/kinds/cidr-list.ts'

/** Undefined when the list cannot be read as it stands. An unknown address is outside of every list that is on. */
export function insideAllowlist(input: unknown, address: string | null): boolean | undefined {
  const setting = catalogue['management.allowlist']
  const read = setting.kind.parse(input, setting.label, setting.key)
  if (!read.ok) return undefined
  if (read.value.state !== 'only') return true
  const known = address === null ? undefined : parseAddress(address)
  return known !== undefined && cidrSetOf(read.value).contains(known)
}

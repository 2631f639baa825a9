// An API key as the server gives it, and its scopes in words.
export interface ApiKey {
  id: string
  name: string
  scopes: string[]
  createdAt: number
  createdBy: string | null
  expiresAt: number | null
  revokedAt: number | null
  lastUsedAt: number | null
  lastUsedFrom: string | null
  unused: string[]
  allowlist: { state: 'any' | 'only'; entries: { value: string; note?: string }[] }
  rotatedAt: number | null
  previousUntil: number | null
  previousUsedAt: number | null
}

/** A scope of a later server is shown as it is called there. */
export const scopeWords: Readonly<Record<string, { label: string; help: string }>> = {
  'tickets:write': { label: 'Ask for tickets', help: 'Says who a customer is, and ends their chat sessions when they sign out of your site (tickets:write).' },
  'tickets:override': { label: 'Let its tickets change customers’ details', help: 'Otherwise a ticket fills in what is missing and changes nothing (tickets:override).' },
}

// Bundles as files: everything about a customer, or one conversation. The browser keeps them where it keeps what it downloads.
import { call } from '../http/api.ts'

/** Long enough for every browser to have begun. */
const keepMs = 60_000

async function download(path: string, name: string): Promise<void> {
  const file = await call<Blob>('POST', path, { file: true })
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), keepMs)
}

/** Throws a ProblemError; a fresh code is asked by itself. */
export const exportConversation = (id: string, number?: number): Promise<void> => download(`/conversations/${encodeURIComponent(id)}/export`, `conversation-${number ?? id}.zip`)

/** Throws a ProblemError; a fresh code is asked by itself. */
export const exportCustomer = (id: string): Promise<void> => download(`/customers/${encodeURIComponent(id)}/export`, `customer-${id}.zip`)

// What to say once a mail was asked for: that it is on its way, or, where no mail server is set, that it lies as a file on the server.
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import type { Notice } from '../http/shapes.ts'

/** No mail server is set: what is sent is written to a file, and reaches nobody. */
export const mailsKept = (client: QueryClient): boolean =>
  client.getQueryData<{ notices: Notice[] }>(['notices'])?.notices.some(({ id }) => id === 'mail-folder') === true

export const useMailsKept = (): boolean => mailsKept(useQueryClient())

/** `what`: "An invitation". */
export function mailedWords(client: QueryClient, what: string, to: string): string {
  return mailsKept(client) ? `${what} for ${to} lies in a file on the server, because no mail server is set. Settings → Mail says where.` : `${what} is on its way to ${to}.`
}

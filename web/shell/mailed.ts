// What to say once mails were asked for: that they are on their way, or, where no mail server is set, that they lie as files on the server.
import { countOf } from '../controls/words.ts'
import { useSession } from '../session/session.ts'

const why = 'because no mail server is set. Settings → Mail says where.'

/** `to`: one mail, such as "An invitation", to one address. `many`: so many of one kind, such as "link". */
interface Mailed {
  to: (what: string, to: string) => string
  many: (count: number, one: string) => string
}

export function useMailed(): Mailed {
  const { mailsKept } = useSession()
  return {
    to: (what, to) => (mailsKept ? `${what} for ${to} lies in a file on the server, ${why}` : `${what} is on its way to ${to}.`),
    many: (count, one) => `${countOf(count, one)} ${mailsKept ? `${count === 1 ? 'lies in a file' : 'lie in files'} on the server, ${why}` : `${count === 1 ? 'is' : 'are'} on the way.`}`,
  }
}

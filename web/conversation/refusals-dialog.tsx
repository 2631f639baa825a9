// "Why was this refused?": what the policy said no to in this conversation, in words, with the setting that decided.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Refusal, Summary } from '../inbox/shapes.ts'
import { ExplainLink } from '../session/explain-link.tsx'
import { useBrand, useSession } from '../session/session.ts'
import { Failed } from '../shell/page.tsx'

const settingOf = (setting: Refusal['setting']): string | null => (setting === null ? null : typeof setting === 'string' ? setting : setting.label)

export function RefusalsDialog({ conversation, onClose }: { conversation: Summary; onClose: () => void }) {
  const brand = useBrand()
  const { agent } = useSession()
  const found = useQuery({ queryKey: ['refusals', conversation.id], queryFn: () => call<{ refusals: Refusal[] }>('GET', `/conversations/${encodeURIComponent(conversation.id)}/refusals`), staleTime: 0 })
  const refusals = found.data?.refusals
  return (
    <Dialog title="Why was this refused?" size="l" open onClose={onClose}>
      {found.isPending && <div className="pulse refusals-waiting" role="status" aria-label="Loading" />}
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {refusals?.length === 0 && <p className="soft">Nothing was refused in conversation #{conversation.number} lately. What the policy refuses at the chat door, to this customer or about this conversation, is listed here.</p>}
      {refusals && refusals.length > 0 && (
        <ul className="refusals">
          {refusals.map((one) => (
            <li key={one.id}>
              <p className="apart"><strong>{one.title}</strong><time className="small soft nums" dateTime={new Date(one.at).toISOString()}>{instantOf(one.at)}</time></p>
              <p className="break">{one.sentence}</p>
              <p className="small soft break">Refused at the {one.door} door ({one.code}){settingOf(one.setting) && <>, by the setting “{settingOf(one.setting)}”</>}.{' '}
                <ExplainLink id={one.id}>Explain, and what would change it</ExplainLink>{' '}
                {agent.capabilities.includes('see_audit') && <Link to="/b/$brand/audit/$id" params={{ brand, id: one.id }}>Open in the audit trail</Link>}
              </p>
            </li>
          ))}
        </ul>
      )}
      <div className="row-end"><Button autoFocus onPress={onClose}>Close</Button></div>
    </Dialog>
  )
}

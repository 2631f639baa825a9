// One conversation: its head, what was said, the place to write, and the customer at the side.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import './conversation.css'
import './head.css'
import './timeline.css'
import { problemOf } from '../http/problem.ts'
import { conversationOptions } from '../inbox/cache.ts'
import { useDrafts } from '../inbox/own-drafts.ts'
import type { ViewSearch } from '../inbox/view.ts'
import { nameOf } from '../inbox/words.ts'
import { Button } from '../controls/button.tsx'
import { Failed, useTitle } from '../shell/page.tsx'
import { DropArea } from '../files/drop-area.tsx'
import { usePending } from '../files/use-pending.ts'
import { Composer } from './composer.tsx'
import { useComposerKind } from './composer-kind.ts'
import { CustomerCard } from './customer-card.tsx'
import { Head } from './head.tsx'
import { useSending } from './sending.ts'
import { Timeline } from './timeline.tsx'

interface Props { id: string; search: ViewSearch; onBack: () => void }

export function Conversation({ id, search, onBack }: Props) {
  const client = useQueryClient()
  const found = useQuery({ ...conversationOptions(client, id), retry: 1 })
  const [cardOpen, openCard] = useState(false)
  const drafts = useDrafts()
  const send = useSending(id)
  const opened = found.data
  const [kind, setKind] = useComposerKind(id)
  const files = usePending(id, kind)
  useTitle(opened ? `#${opened.conversation.number} ${nameOf(opened.conversation.customer)} · Inbox` : 'Inbox')

  if (found.error && !opened) {
    const problem = problemOf(found.error)
    return (
      <section className="talk" aria-label="Conversation">
        <div className="talk-words stack">
          <Failed problem={problem} onAgain={() => void found.refetch()} />
          <div><Button look="quiet" onPress={onBack}>Back to the list</Button></div>
        </div>
      </section>
    )
  }
  if (!opened) return <ConversationWaiting />
  const unsent = drafts.unsent().filter((one) => one.conversation === id)
  return (
    <>
      <DropArea className="talk" label={`Conversation ${opened.conversation.number}`} rules={opened.uploads} onFiles={(dropped) => files.add(dropped, opened.uploads)}>
        <Head opened={opened} cardOpen={cardOpen} onCard={() => openCard(!cardOpen)} onBack={onBack} />
        <Timeline opened={opened} unsent={unsent} wanted={search.message} onAgain={send.again} onGiveUp={send.giveUp} />
        <Composer conversation={opened.conversation} opened={opened} rules={opened.uploads} kind={kind} onKind={setKind} files={files} onSend={send.begin} />
      </DropArea>
      <CustomerCard opened={opened} open={cardOpen} onClose={() => openCard(false)} />
    </>
  )
}

function ConversationWaiting() {
  return (
    <section className="talk" role="status" aria-label="Loading">
      <div className="talk-waiting">
        {['a', 'b', 'c', 'd'].map((one) => <span className="pulse" key={one} />)}
      </div>
    </section>
  )
}

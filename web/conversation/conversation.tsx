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
import { Composer } from './composer.tsx'
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
      <section className="talk" aria-label={`Conversation ${opened.conversation.number}`}>
        <Head opened={opened} cardOpen={cardOpen} onCard={() => openCard(!cardOpen)} onBack={onBack} />
        <Timeline opened={opened} unsent={unsent} wanted={search.message} onAgain={send.again} onGiveUp={send.giveUp} />
        <Composer conversation={opened.conversation} opened={opened} onSend={send.begin} />
      </section>
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

// The list of conversations of one view: rows that move when something is said, more when one scrolls, words when it is empty.
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from '../controls/button.tsx'
import { problemOf } from '../http/problem.ts'
import { useSession } from '../session/session.ts'
import { Failed } from '../shell/page.tsx'
import { NothingHere } from './nothing.tsx'
import { useDrafts } from './own-drafts.ts'
import { Row } from './row.tsx'
import type { Summary } from './shapes.ts'
import { useNow } from './use-now.ts'
import type { ViewSearch } from './view.ts'

const nearEnd = 400

interface Props {
  found: Pick<UseInfiniteQueryResult, 'isPending' | 'error' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'refetch'>
  conversations: readonly Summary[]
  search: ViewSearch
  open: string | null
}

export function List({ found, conversations, search, open }: Props) {
  const { skew } = useSession()
  const now = useNow() + skew
  const drafts = useDrafts()
  if (found.isPending) return <ListWaiting />
  if (found.error && conversations.length === 0) return <div className="list-words"><Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} /></div>
  if (conversations.length === 0) return <NothingHere search={search} />
  return (
    <div className="list-scroll" onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
      if (scrollHeight - scrollTop - clientHeight < nearEnd && found.hasNextPage && !found.isFetchingNextPage && !found.error) void found.fetchNextPage()
    }}>
      <ul className="rows">
        {conversations.map((one) => <Row key={one.id} conversation={one} search={search} now={now} open={one.id === open} draft={drafts.has(one.id)} />)}
      </ul>
      {found.hasNextPage && <p className="list-more"><Button size="s" look="quiet" pending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>{found.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></p>}
    </div>
  )
}

export function ListWaiting() {
  return (
    <div className="list-scroll" role="status" aria-label="Loading">
      {[1, 2, 3, 4, 5, 6].map((place) => <div className="row-waiting" key={place}><span className="pulse" /><span className="pulse" /><span className="pulse" /></div>)}
    </div>
  )
}

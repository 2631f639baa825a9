// What a search found: the conversation, and the words where they stand.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from '../controls/button.tsx'
import { problemOf } from '../http/problem.ts'
import { useSession } from '../session/session.ts'
import { Failed } from '../shell/page.tsx'
import { searchOptions } from './cache.ts'
import { ListWaiting } from './list.tsx'
import { NothingFound } from './nothing.tsx'
import { Row } from './row.tsx'
import { useNow } from './use-now.ts'
import type { ViewSearch } from './view.ts'
import { markedPieces } from './words.ts'

export function SearchResults({ words, search, open }: { words: string; search: ViewSearch; open: string | null }) {
  const { skew } = useSession()
  const now = useNow() + skew
  const found = useInfiniteQuery(searchOptions(words))
  if (found.isPending) return <ListWaiting />
  if (found.error) return <div className="list-words"><Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} /></div>
  const all = found.data.pages.flatMap((page) => page.conversations)
  const marked = found.data.pages[0]?.words ?? []
  if (all.length === 0) return <NothingFound words={words} />
  return (
    <div className="list-scroll">
      <p className="hidden" role="status">{all.length}{found.hasNextPage ? ' or more' : ''} found</p>
      <ul className="rows">
        {all.map((one) => <Row key={`${one.id} ${one.found.messageId}`} conversation={{ ...one, lastMessageAt: one.found.at }} search={search} now={now} open={one.id === open && (!search.message || search.message === one.found.messageId)} message={one.found.messageId ?? undefined} excerpt={<Marked text={one.found.excerpt || one.preview} words={marked} />} />)}
      </ul>
      {found.hasNextPage && <p className="list-more"><Button size="s" look="quiet" pending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>{found.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></p>}
    </div>
  )
}

export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  return markedPieces(text, words).map((piece, place) => (piece.marked ? <mark key={place}>{piece.text}</mark> : <span key={place}>{piece.text}</span>))
}

// The audit trail: filters, rows, the state of the chain, and the whole story of one row beside it.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import './audit.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { AuditPage, AuditRow } from '../http/shapes.ts'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page } from '../shell/page.tsx'
import { auditPath, type Filters } from './audit-query.ts'
import { ChainState } from './chain-state.tsx'
import { FilterBar } from './filter-bar.tsx'
import { RowDetail } from './row-detail.tsx'
import { RowTable } from './row-table.tsx'

export function Audit() {
  const brand = useBrand()
  const navigate = useNavigate()
  const filters = useSearch({ strict: false }) as Filters
  const [open, setOpen] = useState<AuditRow | null>(null)
  const found = useInfiniteQuery({
    queryKey: ['audit', 'rows', filters],
    queryFn: ({ pageParam }) => call<AuditPage>('GET', auditPath(filters, pageParam)),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  })
  // the head moves while one reads; the rows stay where they are until asked for
  const head = useQuery({ queryKey: ['audit', 'head'], queryFn: () => call<AuditPage>('GET', '/audit'), staleTime: 0, refetchInterval: 30_000 })
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? []
  const chain = head.data?.chain ?? found.data?.pages[0]?.chain
  const shownTo = found.data?.pages[0]?.chain.length ?? 0
  const fresh = chain ? Math.max(0, chain.length - shownTo) : 0
  const filtered = Object.values(filters).some(Boolean)
  const setFilters = (next: Filters) => void navigate({ to: '/b/$brand/audit', params: { brand }, search: next as never, replace: true })

  return (
    <Page title="Audit trail" lead="Who did what, and who was refused. Each row carries the seal of the one before, so that a change or a cut shows." aside={chain && <ChainState chain={chain} />}>
      <FilterBar filters={filters} onChange={setFilters} onRefusal={(id) => void navigate({ to: '/b/$brand/audit/$id', params: { brand, id } })} />
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {!found.error && (
        <section className="audit-rows" aria-label="Rows" aria-busy={found.isFetching}>
          {fresh > 0 && !filtered && (
            <Button size="s" look="quiet" onPress={() => void found.refetch()}>{fresh === 1 ? 'One newer row' : `${fresh} newer rows`}: show</Button>
          )}
          {rows.length > 0 && <RowTable rows={rows} onOpen={setOpen} />}
          {rows.length === 0 && !found.isPending && (
            <div className="empty card">
              <Icon name="audit" size={40} />
              <h2>{filtered ? 'No row fits these filters' : 'No rows yet'}</h2>
              {filtered && <Button onPress={() => setFilters({})}>Clear the filters</Button>}
            </div>
          )}
          {found.isPending && <div className="pulse" style={{ blockSize: '16rem' }} role="status" aria-label="Loading" />}
          {found.hasNextPage && (
            <div className="row"><Button onPress={() => void found.fetchNextPage()} pending={found.isFetchingNextPage}>{found.isFetchingNextPage ? 'Loading…' : 'Older rows'}</Button></div>
          )}
        </section>
      )}
      {open && (
        <Dialog title="One row" open size="l" onClose={() => setOpen(null)}>
          <RowDetail id={open.id} known={open} />
          <div className="row-end"><Button look="main" onPress={() => setOpen(null)}>Close</Button></div>
        </Dialog>
      )}
    </Page>
  )
}

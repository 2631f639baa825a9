// Who opened a file, when, from where and how, as the audit trail has it.
import { useQuery } from '@tanstack/react-query'
import { instantOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import { Failed } from '../shell/page.tsx'

interface Opening { at: number; who: 'agent' | 'customer' | 'recipient' | 'key' | 'nobody'; name: string | null; what: 'file' | 'thumbnail'; by: 'session' | 'link' | 'recipient'; address: string | null }

const who: Record<Opening['who'], string> = { agent: 'An agent', customer: 'The customer', recipient: 'Whom a link was mailed to', key: 'A program with an API key', nobody: 'Somebody with the link' }

export function Openings({ id }: { id: string }) {
  const found = useQuery({ queryKey: ['file', id, 'openings'], queryFn: () => call<{ openings: Opening[] }>('GET', `/files/${encodeURIComponent(id)}/openings`), retry: false })
  const list = found.data?.openings
  return (
    <section className="card card-body stack" aria-labelledby="openings">
      <div className="stack-s">
        <h2 id="openings">Who opened this</h2>
        <p className="soft">What one person opens again within ten minutes counts once. A preview shows the small picture alone.</p>
      </div>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <div className="pulse" style={{ blockSize: '4rem' }} role="status" aria-label="Loading" />}
      {list?.length === 0 && <p>Nobody has opened it so far.</p>}
      {list && list.length > 0 && (
        <ul className="openings">
          {list.map((one) => (
            <li key={`${one.at} ${one.name} ${one.what}`}>
              <strong><bdi>{one.name ?? who[one.who]}</bdi></strong>
              <span>{one.what === 'thumbnail' ? 'saw the preview' : 'opened it'}{one.by === 'link' && one.who !== 'nobody' ? ' by its link' : ''}</span>
              <span className="soft">{one.address === null ? 'from an address that is not known' : <>from <bdi className="mono">{one.address}</bdi></>}</span>
              <time dateTime={new Date(one.at).toISOString()}>{instantOf(one.at)}</time>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

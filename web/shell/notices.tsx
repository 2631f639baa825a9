// The banner region: what everyone in this workspace should know right now.
import { useQuery } from '@tanstack/react-query'
import { withLocalTimes } from '../controls/words.ts'
import type { Notice } from '../http/shapes.ts'
import { Icon } from './icon.tsx'
import { noticesQuery } from './notices-query.ts'

/** What is only good to know stands on the page where it is set up, not above every page. */
export function Notices({ tones }: { tones: readonly Notice['tone'][] }) {
  const { data } = useQuery(noticesQuery)
  const notices = (data?.notices ?? []).filter((notice) => tones.includes(notice.tone))
  if (notices.length === 0) return null
  return (
    <div className="notices" role="region" aria-label={tones.includes('info') ? 'Good to know' : 'Notices'}>
      {notices.map((notice) => (
        <div className="notice" data-tone={notice.tone} key={notice.id}>
          <Icon name={notice.tone === 'info' ? 'info' : 'warning'} />
          <p className="break"><strong>{notice.title}.</strong> {withLocalTimes(notice.text)}</p>
        </div>
      ))}
    </div>
  )
}

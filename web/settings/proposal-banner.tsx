// The banner over every other page while a change waits for a second person: for those who may approve it, and for whoever proposed it.
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import './setting.css'
import { countOf } from '../controls/words.ts'
import { standsInFrame } from '../http/api.ts'
import { useBrand, useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { proposalsQuery } from './proposal.ts'

export function ProposalBanner() {
  const brand = useBrand()
  const { agent } = useSession()
  const { data } = useQuery({ ...proposalsQuery, enabled: agent.capabilities.includes('manage_settings') && !standsInFrame() })
  const there = useLocation({ select: ({ pathname }) => pathname.endsWith('/settings/proposals') })
  const forYou = data?.proposals.filter(({ mayApprove }) => mayApprove).length ?? 0
  const stale = data?.proposals.filter((one) => one.mine && one.stale).length ?? 0
  // on the page it leads to, they stand below
  if (there || (forYou === 0 && stale === 0)) return null
  return (
    <div className="notices" role="region" aria-label="Waiting changes">
      <div className="notice" data-tone="info">
        <Icon name="people" />
        <p className="grow break">
          {forYou > 0 && <><strong>{countOf(forYou, 'change')} of settings</strong> {forYou === 1 ? 'waits' : 'wait'} for your approval. </>}
          {stale > 0 && <>{countOf(stale, 'change')} that you proposed {stale === 1 ? 'was' : 'were'} left behind by newer settings. </>}
          <Link to="/b/$brand/settings/proposals" params={{ brand }}>Look at {forYou + stale === 1 ? 'it' : 'them'}</Link>
        </p>
      </div>
    </div>
  )
}

// The banner over every page while a change is on trial: what it is, how long still, and the two ways it can end by hand.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import './setting.css'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { changesWords } from './changes.tsx'
import { endTrial, trialQuery, type Trial } from './trial.ts'
import { useAct } from './use-act.ts'

export function TrialBanner() {
  const { agent } = useSession()
  const may = agent.capabilities.includes('manage_settings')
  const { data } = useQuery({ ...trialQuery, enabled: may })
  if (!data?.trial) return null
  return <Banner key={data.trial.id} trial={data.trial} skew={data.skew} />
}

/** "9:05" until the instant, by the server's clock; null once it is over. */
function useLeft(until: number, skew: number): string | null {
  const [now, setNow] = useState(() => Date.now() + skew)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + skew), 1000)
    return () => clearInterval(timer)
  }, [skew])
  const seconds = Math.ceil((until - now) / 1000)
  return seconds <= 0 ? null : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function Until({ trial: { limit, stays }, left }: { trial: Trial; left: string }) {
  const rise = limit === null ? '' : `when more than ${limit.percent} % of decisions are newly refused`
  if (stays) return <>It stays for good in <span className="trial-left">{left}</span>, and goes back by itself {rise}.</>
  return <>It goes back by itself in <span className="trial-left">{left}</span> unless somebody confirms it{rise !== '' && `, and before that ${rise}`}.</>
}

function Banner({ trial, skew }: { trial: Trial; skew: number }) {
  const client = useQueryClient()
  const left = useLeft(trial.until, skew)
  const { busy, problem, run } = useAct<'confirm' | 'undo'>()
  useEffect(() => {
    if (left === null) void client.invalidateQueries()
  }, [client, left])

  return (
    <div className="notices" role="region" aria-label="Change on trial">
      <div className="notice trial" data-tone="warning">
        <Icon name="clock" />
        <div className="grow stack-s">
          <p className="break"><strong>{trial.stays ? 'Watched:' : 'On trial:'}</strong> {changesWords(trial.changes)}{trial.beganBy === null ? '' : `, by ${trial.beganBy}`}. {left === null ? (trial.stays ? 'Its time is over.' : 'It is going back now.') : <Until trial={trial} left={left} />}</p>
          {problem && <ProblemNote problem={problem} />}
        </div>
        <div className="row">
          <Button size="s" look="main" pending={busy === 'confirm'} isDisabled={left === null} onPress={() => void run('confirm', () => endTrial('confirm', trial.id), 'Confirmed: the change stays.')}>Confirm</Button>
          <Button size="s" pending={busy === 'undo'} isDisabled={left === null} onPress={() => void run('undo', () => endTrial('undo', trial.id), 'Taken back: everything stands as before.')}>Take back</Button>
        </div>
      </div>
    </div>
  )
}

// The banner over every page while a change is on stage: whom it holds for, what it changed so far, and the way back.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import './setting.css'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { countOf, instantOf, numberOf } from '../controls/words.ts'
import { useSession } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { changesWords } from './changes.tsx'
import { type EndedStage, endStage, figuresWords, markTold, outsideWords, type Stage, stageQuery, wasTold, whomWords } from './stage.ts'
import { StageDialog } from './stage-dialog.tsx'
import { useAct } from './use-act.ts'

export function StageBanner() {
  const { agent } = useSession()
  const may = agent.capabilities.includes('manage_settings')
  const { data } = useQuery({ ...stageQuery, enabled: may })
  if (data?.stage) return <Banner key={data.stage.id} stage={data.stage} />
  return data?.last && data.serverTime - data.last.endedAt < tellFor ? <EndedNotice key={data.last.id} ended={data.last} /> : null
}

/** Ms: a stage that ended by itself is told for so long. */
const tellFor = 86_400_000

function EndedNotice({ ended: { id, state, labels, endedAt, figures } }: { ended: EndedStage }) {
  const [told, setTold] = useState(() => wasTold(id))
  if (told || (state !== 'returned' && state !== 'over')) return null
  return (
    <div className="notices" role="region" aria-label="Change on stage ended">
      <div className="notice trial" data-tone={state === 'returned' ? 'warning' : 'info'}>
        <Icon name={state === 'returned' ? 'warning' : 'clock'} />
        <p className="grow break"><strong>{state === 'returned' ? 'Refusals rose, so the change on stage ended by itself:' : 'The time of the change on stage was over:'}</strong> {labels.join(', ')}, on {instantOf(endedAt)}. Nothing of it holds.{figures !== null && ` Of ${countOf(figures.decisions, 'decision')}, ${numberOf(figures.nowRefused)} would have been newly refused for everybody.`}</p>
        <div className="row"><Button size="s" onPress={() => { markTold(id); setTold(true) }}>Understood</Button></div>
      </div>
    </div>
  )
}

function Banner({ stage }: { stage: Stage }) {
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const { busy, problem, run } = useAct<'take-back'>()
  const refusing = outsideWords(stage)

  function lookCloser() {
    setOpen(true)
    // the figures of this moment, as those of the replay beside them
    void client.invalidateQueries({ queryKey: stageQuery.queryKey })
  }

  return (
    <div className="notices" role="region" aria-label="Change on stage">
      <div className="notice trial" data-tone={refusing === null ? 'info' : 'warning'}>
        <Icon name={refusing === null ? 'people' : 'warning'} />
        <div className="grow stack-s">
          <p className="break"><strong>{stage.kind === 'report' ? 'Report only:' : `On stage ${whomWords(stage)}:`}</strong> {changesWords(stage.changes)}{stage.beganBy === null ? '' : `, by ${stage.beganBy}`}. {figuresWords(stage)}</p>
          {refusing !== null && <p className="break"><strong>{refusing}</strong> Nothing goes back by itself on their account: look closer, or take it back.</p>}
          {problem && <ProblemNote problem={problem} />}
        </div>
        <div className="row">
          <Button size="s" onPress={lookCloser}>Look closer</Button>
          <Button size="s" pending={busy !== null} onPress={() => void run('take-back', () => endStage('take-back', stage.id), 'Taken back: nothing of it holds.')}>Take back</Button>
        </div>
      </div>
      {open && <StageDialog stage={stage} onClose={() => setOpen(false)} />}
    </div>
  )
}

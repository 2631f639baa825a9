// The banner over every page while a change is on stage: whom it holds for, what it changed so far, and the way back.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import './setting.css'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { countOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { useSession } from '../session/session.ts'
import { toast } from '../shell/announce.ts'
import { Icon } from '../shell/icon.tsx'
import { endStage, figuresWords, type Stage, stageQuery, whomWords } from './stage.ts'
import { StageDialog } from './stage-dialog.tsx'

export function StageBanner() {
  const { agent } = useSession()
  const may = agent.role === 'admin' || agent.capabilities.includes('manage_settings')
  const { data } = useQuery({ ...stageQuery, enabled: may })
  return data?.stage ? <Banner key={data.stage.id} stage={data.stage} /> : null
}

function Banner({ stage }: { stage: Stage }) {
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function takeBack() {
    setBusy(true)
    setProblem(null)
    try {
      await endStage('take-back', stage.id)
      toast('Taken back: nothing of it holds.')
      await client.invalidateQueries()
    } catch (error) {
      const found = problemOf(error)
      if (found.code === 'policy.stage_over') await client.invalidateQueries()
      else if (found.code !== 'step_up.required') setProblem(found)
    } finally {
      setBusy(false)
    }
  }

  const [first] = stage.changes
  const what = stage.changes.length === 1 && first ? `“${first.label}” becomes ${first.afterText}` : countOf(stage.changes.length, 'setting')
  return (
    <div className="notices" role="region" aria-label="Change on stage">
      <div className="notice trial" data-tone="info">
        <Icon name="people" />
        <div className="grow stack-s">
          <p className="break"><strong>{stage.kind === 'report' ? 'Report only:' : `On stage ${whomWords(stage)}:`}</strong> {what}{stage.beganBy === null ? '' : `, by ${stage.beganBy}`}. {figuresWords(stage)}</p>
          {problem && <ProblemNote problem={problem} />}
        </div>
        <div className="row">
          <Button size="s" onPress={() => setOpen(true)}>Look closer</Button>
          <Button size="s" pending={busy} onPress={() => void takeBack()}>Take back</Button>
        </div>
      </div>
      {open && <StageDialog stage={stage} onClose={() => setOpen(false)} />}
    </div>
  )
}

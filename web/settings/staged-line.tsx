// At a setting that is on stage: what it becomes, and whom that holds for; in a channel also where it inherits what is on stage.
import { useQuery } from '@tanstack/react-query'
import './setting.css'
import { type StagePlace, stagedIn, stageQuery, whomWords } from './stage.ts'

/** `place` null: the module's value. */
export function StagedLine({ settingKey, place }: { settingKey: string; place: StagePlace | null }) {
  const { data } = useQuery(stageQuery)
  const stage = data?.stage
  const change = stage ? stagedIn(stage, settingKey, place) : undefined
  if (!stage || !change) return null
  return (
    <p className="setting-now small">
      <span className="badge">{stage.kind === 'report' ? 'Report only' : 'On stage'}</span>
      <span className="break">{change.afterText}{stage.kind !== 'report' && <span className="soft"> {whomWords(stage)}</span>}{place !== null && change.channel === null && <span className="soft"> (from Privacy &amp; Security)</span>}</span>
    </p>
  )
}

// At a setting that is on stage: what it becomes, and whom that holds for.
import { useQuery } from '@tanstack/react-query'
import './setting.css'
import { stageQuery, whomWords } from './stage.ts'

/** `channel`: whose own value it is; null: the module's. */
export function StagedLine({ settingKey, channel, mayRead }: { settingKey: string; channel: string | null; mayRead: boolean }) {
  const { data } = useQuery({ ...stageQuery, enabled: mayRead })
  const stage = data?.stage
  const change = stage?.changes.find((one) => one.key === settingKey && (one.channel?.id ?? null) === channel)
  if (!stage || !change) return null
  return <p className="setting-now small"><span className="badge">{stage.kind === 'report' ? 'Report only' : 'On stage'}</span><span className="break">{change.afterText}{stage.kind !== 'report' && <span className="soft"> {whomWords(stage)}</span>}</span></p>
}

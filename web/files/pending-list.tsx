// Files that wait in the composer: how far each has come, why one was refused in words at the file itself, and how to take it away.
import { Button } from '../controls/button.tsx'
import { Icon } from '../shell/icon.tsx'
import type { Pending, PendingFiles } from './pending.ts'
import { sizeOf } from './words.ts'
import './files.css'

export function PendingList({ files, label }: { files: PendingFiles; label: string }) {
  const list = files.read()
  if (list.length === 0) return null
  return (
    <ul className="pending" aria-label={label}>
      {list.map((one) => (
        <li key={one.key} className="pending-file" data-stage={one.stage}>
          <Icon name={one.stage === 'refused' || one.stage === 'failed' ? 'warning' : one.stage === 'done' ? 'check' : 'file'} size={16} />
          <span className="pending-words">
            <bdi className="pending-name" title={one.name}>{one.name}</bdi>
            <span className="small pending-said" role={one.stage === 'refused' || one.stage === 'failed' ? 'alert' : undefined}><bdi>{wordsOf(one)}</bdi></span>
          </span>
          {one.stage === 'failed' && <Button size="s" onPress={() => files.again(one.key)}>Try again</Button>}
          <Button size="s" look="icon" icon="close" aria-label={`${one.stage === 'sending' || one.stage === 'waiting' || one.stage === 'cut' ? 'Cancel' : 'Remove'} ${one.name}`} onPress={() => files.remove(one.key)} />
          {(one.stage === 'sending' || one.stage === 'cut') && <progress className="pending-bar" max={1} value={one.progress} aria-label={`${one.name}: ${Math.round(one.progress * 100)} %`} />}
        </li>
      ))}
    </ul>
  )
}

function wordsOf({ stage, bytes, progress, words }: Pending): string {
  if (stage === 'refused') return `Refused. ${words}`
  if (stage === 'failed') return `Not sent. ${words}`
  if (stage === 'cut') return 'No connection. It goes on by itself where it stopped.'
  if (stage === 'waiting') return `${sizeOf(bytes)}, waiting`
  if (stage === 'sending') return progress >= 1 ? 'Being looked through…' : `${Math.round(progress * 100)} % of ${sizeOf(bytes)}`
  return bytes > 0 ? sizeOf(bytes) : 'Ready'
}

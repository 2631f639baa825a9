// Changes of stored settings in words: what stood before, what stands after, and whether a lock came or went.
import './setting.css'
import { countOf } from '../controls/words.ts'

/** One stored value, before and after, in words. */
export interface ShownChange { channel: { id: string; name: string } | null; key: string; label: string; beforeText: string; afterText: string; lockedBefore: boolean; lockedAfter: boolean }

/** In one breath: what a single change becomes, else how many there are. */
export const changesWords = (changes: readonly ShownChange[]): string =>
  changes.length === 1 ? `“${changes[0]!.label}” becomes “${changes[0]!.afterText}”` : countOf(changes.length, 'setting')

const lockWords = ({ lockedBefore, lockedAfter }: ShownChange): string | null => (lockedBefore === lockedAfter ? null : lockedAfter ? 'Locked for all channels' : 'Unlocked')

export function Changes({ changes }: { changes: readonly ShownChange[] }) {
  if (changes.length === 0) return <p className="soft small">It changed no setting.</p>
  return (
    <dl className="diff">
      {changes.map((change) => {
        const lock = lockWords(change)
        return (
          <div key={`${change.channel?.id ?? ''} ${change.key}`}>
            <dt className="row">{change.label}{change.channel && <span className="soft">in <span className="auto-dir">{change.channel.name}</span></span>}{lock && <span className="badge">{lock}</span>}</dt>
            <dd>
              <span>{change.beforeText}</span>
              <span className="diff-arrow flip" aria-hidden="true">→</span>
              <span className="hidden">becomes</span>
              <strong>{change.afterText}</strong>
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

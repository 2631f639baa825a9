// The chain in one line: how many rows, and when its head was last signed.
import { useEffect, useState } from 'react'
import { countOf, instantOf, msOf, spanOf, utcOf, type Instant } from '../controls/words.ts'
import type { AuditPage } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'

const lateMs = 180_000

export function ChainState({ chain }: { chain: AuditPage['chain'] }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5000)
    return () => clearInterval(timer)
  }, [])
  const late = chain.signedAt === null || now - msOf(chain.signedAt) > lateMs
  return (
    <p className="chain small" title={chain.signedAt ? `Head ${chain.head ?? 'none'}, signed ${utcOf(chain.signedAt)}` : `Head ${chain.head ?? 'none'}`}>
      <span className="chain-icon" data-late={late || undefined}><Icon name={late ? 'clock' : 'lock'} size={16} /></span>
      <span className="nums auto-dir">{countOf(chain.length, 'row')}, {signedWords(chain.signedAt, now)}</span>
    </p>
  )
}

function signedWords(signedAt: Instant | null, now: number): string {
  if (signedAt === null) return 'not signed yet'
  const ago = now - msOf(signedAt)
  return ago < 86_400_000 ? `signed ${spanOf(ago)} ago` : `last signed ${instantOf(signedAt)}`
}

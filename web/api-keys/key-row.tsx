// One key in the list: what it may, where it was last used, what of it was never used, and what can be done with it.
import { Button } from '../controls/button.tsx'
import { countOf, dayOf, instantOf } from '../controls/words.ts'
import { Icon } from '../shell/icon.tsx'
import { stateOf, type ApiKey, type Scope } from './api-key.ts'

interface Props { apiKey: ApiKey; scopes: readonly Scope[]; now: number; onDo: (what: 'rotate' | 'revoke' | 'test') => void }

export function KeyRow({ apiKey: key, scopes, now, onDo }: Props) {
  const { live, words, tone } = stateOf(key, now)
  const label = (scope: string) => scopes.find((one) => one.scope === scope)?.label ?? scope
  const used = key.lastUsedAt !== null
  const both = live && key.previousUntil !== null && key.previousUntil > now
  return (
    <li data-over={!live || undefined}>
      <Icon name="key" />
      <div className="grow stack-s">
        <div className="row">
          <strong className="auto-dir break">{key.name}</strong>
          <span className="badge" data-tone={tone}>{words}</span>
          {both && <span className="badge" data-tone="warn">Two secrets until {dayOf(key.previousUntil ?? 0)}</span>}
        </div>
        <ul className="scope-chips" aria-label={`What ${key.name} may do`}>
          {key.scopes.map((scope) => <li key={scope} data-unused={(live && used && key.unused.includes(scope)) || undefined}>{label(scope)}{live && used && key.unused.includes(scope) && <span className="soft"> · never used</span>}</li>)}
        </ul>
        <p className="small soft">
          Made {dayOf(key.createdAt)}{key.createdBy && <> by <bdi>{key.createdBy}</bdi></>}
          {live && key.expiresAt !== null && <> · works until {dayOf(key.expiresAt)}</>}
          {key.allowlist.state === 'only' && <> · from {countOf(key.allowlist.entries.length, 'address of its own', 'addresses of its own')}</>}
        </p>
        <p className="small soft">
          {key.lastUsedAt === null ? 'Never used' : <>Last used {instantOf(key.lastUsedAt)}{key.lastUsedFrom && <> from <bdi className="mono">{key.lastUsedFrom}</bdi></>}</>}
          {both && <> · the old secret {key.previousUsedAt === null ? 'was not used since' : `was still used ${instantOf(key.previousUsedAt)}`}</>}
        </p>
      </div>
      {live && (
        <div className="row key-acts">
          <Button size="s" aria-label={`Test ${key.name}`} onPress={() => onDo('test')}>Test</Button>
          <Button size="s" aria-label={`Rotate ${key.name}`} onPress={() => onDo('rotate')}>Rotate</Button>
          <Button size="s" look="danger" aria-label={`Revoke ${key.name}`} onPress={() => onDo('revoke')}>Revoke</Button>
        </div>
      )}
    </li>
  )
}

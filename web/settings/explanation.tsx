// One explanation: the answer, the setting behind it with who set it and when, what would have to change, and what was asked.
import { Link } from '@tanstack/react-router'
import './explain.css'
import { Facts } from '../controls/facts.tsx'
import { Note } from '../controls/note.tsx'
import { instantOf } from '../controls/words.ts'
import { useBrand } from '../session/session.ts'
import type { Explained, ExplainedSetting } from './explaining.ts'
import { originText } from './origin.ts'

interface Told { allowed: boolean; code: string | null; sentence: string; setting: ExplainedSetting | null }

export function Explanation({ told }: { told: Explained }) {
  const { at, version, now, did, channel, facts } = told
  const since = at !== null && now !== null && (now.version !== version || now.allowed !== told.allowed || now.code !== told.code)
  const when = at === null ? null : `${instantOf(at)}${version === null ? '' : `, under version ${version} of the settings`}`
  return (
    <div className="stack explanation">
      <Answer told={told} title={at === null ? undefined : `Refused on ${when}`} />
      {since && now !== null && <Answer told={now} title={now.allowed ? `Today, under version ${now.version}, it would be allowed` : `Today, under version ${now.version}, it would be refused${now.code === told.code ? ' too' : ' for another reason'}`} />}
      {now === null ? <Note title="It cannot be asked again">What was decided then was not kept whole, so what would change it cannot be worked out. You can put the same question below by hand.</Note> : <Ways told={told} />}
      {did !== null && (
        <section className="stack-s" aria-label="What was asked">
          <h3>{at === null ? 'Asked' : 'What was decided'}</h3>
          <p className="soft">Somebody {did}{channel !== null && <> in the channel <bdi>{channel.name}</bdi></>}.</p>
          <Facts rows={facts.map(({ label, text }) => ({ label, value: <bdi>{text}</bdi> }))} />
        </section>
      )}
    </div>
  )
}

function Answer({ told: { allowed, code, sentence, setting }, title }: { told: Told; title?: string | undefined }) {
  const brand = useBrand()
  return (
    <Note tone={allowed ? 'good' : 'warning'} title={title ?? (allowed ? 'Allowed' : 'Refused')}>
      <div className="stack-s">
        {!allowed && <p>“{sentence}” <span className="mono small soft">{code}</span></p>}
        {setting === null ? <p className="soft small">{allowed ? 'No setting stands in the way.' : 'No setting decided this: it is refused whatever is set.'}</p> : (
          <p>Decided by <Link to="/b/$brand/settings/privacy" params={{ brand }} hash={setting.key}>{setting.label}</Link>: <strong className="break">{setting.value}</strong>. <span className="soft">{originText(setting.origin)}.</span></p>
        )}
      </div>
    </Note>
  )
}

const places = { brand: 'for all', channel: 'in this channel', file: 'in the policy file that fixes it' } as const

function Ways({ told: { now, whatWouldChange, read } }: { told: Explained }) {
  const other = now?.allowed === true ? 'refused' : 'allowed'
  return (
    <section className="stack-s" aria-label="What would have to change">
      <h3>It would be {other} if you</h3>
      {whatWouldChange.length === 0 && <p className="soft">{read.length === 0 ? `did nothing in the settings: none is looked at here, so none makes it ${other}.` : `changed something else than settings: no value of ${read.map(({ label }) => `“${label}”`).join(' or ')} makes it ${other}.`}</p>}
      {whatWouldChange.length > 0 && (
        <ul className="ways">
          {whatWouldChange.map(({ steps }) => (
            <li key={steps.map(({ key, place, words }) => key + place + words).join()}>
              {steps.map(({ key, label, place, words }, n) => (
                <p key={key}>{n > 0 && <strong>and </strong>}<strong className="break">{lowered(words, n === 0)}</strong> <span className="soft">at “{label}”, {places[place]}</span></p>
              ))}
            </li>
          ))}
        </ul>
      )}
      {whatWouldChange.length > 0 && <p className="small soft">Each was tried on the decision itself. Nothing was changed; look at what else a change touches before you save it.</p>}
    </section>
  )
}

const lowered = (words: string, first: boolean): string => (first ? words : words.charAt(0).toLowerCase() + words.slice(1))

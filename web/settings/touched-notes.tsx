// What a save would touch at once beside sessions, as the server counted it: keys that would be refused, files, uploads under way, and channels.
import { Note } from '../controls/note.tsx'
import { countOf, namesOf, numberOf } from '../controls/words.ts'
import type { TouchedChannel, TouchedNow } from '../http/shapes.ts'

const few = 5

export function TouchedNotes({ touches }: { touches: TouchedNow | undefined }) {
  if (!touches) return null
  const { keys, files, channels } = touches
  return (
    <>
      {keys.list.length > 0 && (
        <Note tone="warning" title={`${keys.more ? 'More than ' : ''}${countOf(keys.list.length, 'API key')} would be refused`}>
          <ul className="stack-s">
            {keys.list.slice(0, few).map(({ id, name, sentence }) => <li className="break" key={id}><strong className="auto-dir">{name}</strong>, as it last called: <span className="soft">{sentence}</span></li>)}
            {keys.list.length > few && <li className="soft">And {numberOf(keys.list.length - few)} more{keys.more && ', at least'}.</li>}
          </ul>
        </Note>
      )}
      {files.closing > 0 && <Note tone="warning"><strong>{countOf(files.closing, 'file')} would close</strong> to whoever has only {files.closing === 1 ? 'its' : 'their'} link: a sign-in is asked, or the chat in which {files.closing === 1 ? 'it was' : 'they were'} sent.</Note>}
      {files.opening > 0 && <Note tone="warning"><strong>{countOf(files.opening, 'file')} would open</strong> to whoever has {files.opening === 1 ? 'its' : 'their'} link, without a sign-in.</Note>}
      {files.uploads > 0 && <Note tone="warning"><strong>{countOf(files.uploads, 'upload')} under way would be refused</strong>{files.uploadsMore && ', of the first ones that were looked at'}: {files.uploads === 1 ? 'its sender is' : 'their senders are'} told why.</Note>}
      {channels.changing + channels.shielded > 0 && <Channels channels={channels} />}
    </>
  )
}

const shields = { own: 'has a value of its own', lock: 'is held by a lock', file: 'is fixed by a policy file' } as const

function Channels({ channels: { changing, shielded, list } }: { channels: TouchedNow['channels'] }) {
  const byShield = Map.groupBy(list.filter(({ shield }) => shield !== null), ({ shield }) => shield as keyof typeof shields)
  const names = (of: readonly TouchedChannel[]) => namesOf([...new Set(of.map(({ name }) => name))])
  return (
    <Note title={changing === 0 ? 'It would hold in no channel' : `It would hold in ${countOf(changing, 'channel')}${shielded === 0 ? '' : `, and not in ${numberOf(shielded)}`}`}>
      <ul className="stack-s">
        {changing > 0 && <li className="break">{names(list.filter(({ shield }) => shield === null))}</li>}
        {[...byShield].map(([shield, of]) => <li className="break" key={shield}>{names(of)}: {shields[shield]}, {of[0]!.afterText} goes on to hold</li>)}
      </ul>
    </Note>
  )
}

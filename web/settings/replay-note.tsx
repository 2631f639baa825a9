// What a draft would have changed on the brand's own traffic: how many decisions, whose, and what each would have been told.
import { Button } from '../controls/button.tsx'
import { useQuery } from '@tanstack/react-query'
import { Note, ProblemNote } from '../controls/note.tsx'
import { countOf, instantOf, numberOf } from '../controls/words.ts'
import { useState } from 'react'
import { problemOf } from '../http/problem.ts'
import { explainQuestion } from './explaining.ts'
import { Explanation } from './explanation.tsx'
import { type Draft, draftOf, type ReplayExample, type ReplayResult, useReplay } from './replay.ts'

/** `since`: when what is tried was decided; else the last days. `draft`: what the server tries, where it is not the settings given. */
export function ReplayNote({ path, settings, since, draft }: { path: string; settings: Readonly<Record<string, unknown>>; since?: string; draft?: Draft }) {
  const state = useReplay(path, settings)
  if (state.step === 'running') {
    return (
      <div className="replay-run" role="status">
        <label><span>Trying it on your own traffic…</span> <progress max={Math.max(1, state.of)} value={state.done} /></label>
      </div>
    )
  }
  if (state.step === 'failed') return <Note tone="warning" title="It could not be tried on your own traffic">{state.problem.detail || state.problem.title} You may save all the same; who is signed in now is judged above.</Note>
  return <Result result={state.result} draft={draft ?? draftOf(path, settings)} since={since} />
}

const few = 5

function Result({ result, draft, since: told }: { result: ReplayResult; draft: Draft; since: string | undefined }) {
  const { decisions, changed, nowRefused, nowAllowed, agents, keys, customers, days, examples, sampledOneOf, unfaithful, unreadable, unnoted } = result
  const [all, showAll] = useState(false)
  if (decisions === 0) return <Note title="No traffic to try it on yet">From now on each decision is kept for 30 days, without contents, so that the next change can be tried on it.</Note>
  const since = told ?? (days === 1 ? 'in the last day' : `in the last ${days} days`)
  const whose = ([[agents, 'agent'], [keys, 'API key'], [customers, 'customer']] as const).filter(([count]) => count > 0).map(([count, one]) => countOf(count, one)).join(', ')
  const said = [whose, nowRefused > 0 ? `${numberOf(nowRefused)} would now be refused` : '', nowAllowed > 0 ? `${numberOf(nowAllowed)} would now be allowed` : ''].filter((one) => one !== '').join('; ')
  const caveats = [
    sampleWords(sampledOneOf),
    unnoted > 0 ? `${countOf(unnoted, 'more decision')} came when there was no room, and ${unnoted === 1 ? 'is' : 'are'} not among these.` : '',
    unreadable > 0 ? `${countOf(unreadable, 'decision')} of another version of Portcullis could not be tried.` : '',
    unfaithful > 0 ? `${countOf(unfaithful, 'group')} did not replay as decided: please report this.` : '',
  ].filter((one) => one !== '')
  return (
    <Note tone={nowRefused > 0 ? 'warning' : 'good'} title={changed === 0 ? `Of ${countOf(decisions, 'decision')} ${since}, none would change` : `Of ${countOf(decisions, 'decision')} ${since}, ${numberOf(changed)} would change`}>
      {(said !== '' || examples.length > 0 || caveats.length > 0) && <div className="stack-s">
        {said !== '' && <p>{said}.</p>}
        {examples.length > 0 && (
          <ul className="replay-list" data-all={all || undefined}>
            {(all ? examples : examples.slice(0, few)).map((example, n) => <Example key={n} example={example} draft={draft} />)}
          </ul>
        )}
        {!all && examples.length > few && <div><Button size="s" onPress={() => showAll(true)}>Show all {numberOf(examples.length)}</Button></div>}
        {caveats.map((text) => <p className="small" key={text}>{text}</p>)}
      </div>}
    </Note>
  )
}

/** Which part of whose decisions is kept, where it is not all of them. */
function sampleWords({ own, customers, strangers }: ReplayResult['sampledOneOf']): string {
  const parts = [[own, 'agents and keys'], [customers, 'customers'], [strangers, 'strangers']] as const
  const said = parts.filter(([one]) => one > 1).map(([one, whose]) => `one of ${numberOf(one)} of ${whose}`)
  return said.length === 0 ? '' : `The journal is full, so a fair sample is kept: ${said.join(', ')}.`
}

const unnamed = { agent: 'An agent', key: 'An API key', customer: 'A customer', system: 'The system', anonymous: 'Somebody' } as const

function Example({ example, draft }: { example: ReplayExample; draft: Draft }) {
  const { subject, did, channelName, count, lastAt, becomes, sentence, question, channel, facts } = example
  const [open, setOpen] = useState(false)
  const asked = useQuery({ queryKey: ['explain-example', question, channel, facts, draft], queryFn: () => explainQuestion({ question, facts, draft, ...(channel === null ? {} : { channel }) }), enabled: open, retry: false, staleTime: Infinity })
  return (
    <li className="replay-example">
      <div className="break">
        <p><strong className="auto-dir">{subject.name ?? unnamed[subject.kind]}</strong> {did}{channelName === null ? '' : ` in ${channelName}`} {count === 1 ? 'once' : `${numberOf(count)} times`}, last on {instantOf(lastAt)}</p>
        <p className="small">{becomes === null ? 'It would be allowed.' : <>It would be refused: <span className="soft">“{sentence}”</span></>}</p>
      </div>
      <Button look="quiet" size="s" aria-expanded={open} onPress={() => setOpen(!open)}>{open ? 'Close' : 'Why?'}</Button>
      {open && asked.isPending && <div className="pulse" style={{ blockSize: '4rem' }} role="status" aria-label="Loading" />}
      {open && asked.error && <ProblemNote problem={problemOf(asked.error)} />}
      {open && asked.data && <Explanation told={asked.data} />}
    </li>
  )
}

// The change on stage, looked at closer: what it is, what it changed so far and for whom, and the next step: for more people, for everybody, or back.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { stageFaults } from '#policy/stage.ts'
import { isKey } from '#policy/catalogue.ts'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { instantOf, numberOf } from '../controls/words.ts'
import { Changes } from './changes.tsx'
import { HoldingFields, unchosen } from './holding-fields.tsx'
import { type Holding, usualManner } from './manner.ts'
import { ReplayNote } from './replay-note.tsx'
import { endStage, figuresWords, outsideWords, type Stage, type StageFigures, whomWords, widenStage } from './stage.ts'
import { proposalsQuery, proposedWords, waitsFor } from './proposal.ts'
import { useAct } from './use-act.ts'

const nothing = Object.freeze({})

export function StageDialog({ stage, onClose }: { stage: Stage; onClose: () => void }) {
  const keys = stage.changes.map(({ key }) => key).filter(isKey)
  const [holding, setHolding] = useState<Holding>(() => nextOf(stage))
  const [widening, setWidening] = useState(false)
  const { busy, problem, run } = useAct<'widen' | 'enforce' | 'take-back'>()
  const proposals = useQuery(proposalsQuery)
  const waits = waitsFor(proposals.data?.rule, keys)
  const ofChannel = stage.changes[0]?.channel?.id ?? null
  const refusing = outsideWords(stage)
  const faults = stageFaults(holding.kind, ofChannel, keys)

  const widen = async () => {
    if (await run('widen', () => widenStage(stage.id, holding), 'It holds for them from the next request.')) onClose()
  }
  const enforce = async () => {
    if (await run('enforce', () => endStage('enforce', stage.id), waits ? proposedWords : 'Saved: it holds for everybody from the next request.')) onClose()
  }

  const takeBack = async () => {
    if (await run('take-back', () => endStage('take-back', stage.id), 'Taken back: nothing of it holds.')) onClose()
  }

  return (
    <Dialog title="Change on stage" open size="l" onClose={onClose}>
      <p className="soft">{stage.kind === 'report' ? 'Report only' : `Holds ${whomWords(stage)}`}{stage.beganBy === null ? '' : `; begun by ${stage.beganBy}`} on {instantOf(stage.beganAt)}. Ends by itself on {instantOf(stage.until)}{stage.limit === null ? '' : `, or when more than ${stage.limit.percent} % of decisions are newly refused`}.</p>
      {stage.reason !== null && <p className="history-reason break"><span className="auto-dir">{stage.reason}</span></p>}
      {stage.you && <Note>It holds for you.</Note>}
      <Changes changes={stage.changes} />
      {refusing !== null && <Note tone="warning" title={refusing}>Since {instantOf(stage.outside?.since ?? stage.beganAt)}. Whoever comes from outside can make up refusals, so they bring nothing back by themselves: look below at what is refused, and take the change back if it is wrong.</Note>}
      <Figures stage={stage} figures={stage.figures} />
      <ReplayNote path="/policy/stage/replay" settings={nothing} since="since it began" draft={{ settings: stage.draft.settings, ...(ofChannel === null ? {} : { channel: ofChannel }) }} />
      {widening && (
        <div className="manner">
          <HoldingFields holding={holding} onChange={setHolding} />
          {faults.length > 0 && <Note tone="warning" title="Not possible for these"><ul className="stack-s">{faults.map((fault) => <li key={fault.path}>{fault.message}</li>)}</ul></Note>}
          <div className="row-end"><Button look="main" pending={busy === 'widen'} isDisabled={faults.length > 0 || unchosen(holding)} onPress={() => void widen()}>Hold for these</Button></div>
        </div>
      )}
      {waits && <Note title="A second person is asked for">Enforcing this waits for another administrator, who sees what was counted and approves exactly it. Until then nobody meets it: holding it for some would be changing it for them, alone.</Note>}
      {problem && <ProblemNote problem={problem}>{problem.faults && <ul className="stack-s">{problem.faults.map((fault) => <li key={fault.path + fault.code}>{fault.message}</li>)}</ul>}</ProblemNote>}
      <div className="row-end">
        <Button onPress={onClose}>Close</Button>
        {refusing !== null && <Button look="danger" pending={busy === 'take-back'} onPress={() => void takeBack()}>Take the change back</Button>}
        {!widening && !waits && ofChannel === null && <Button onPress={() => setWidening(true)}>{stage.kind === 'report' ? 'For some first…' : 'Widen…'}</Button>}
        <Button look={widening ? 'plain' : 'main'} pending={busy === 'enforce'} onPress={() => void enforce()}>{waits ? 'Propose to enforce it' : 'Enforce for everybody'}</Button>
      </div>
    </Dialog>
  )
}

/** The step that is usual after this one. */
function nextOf(stage: Stage): Holding {
  const { holding } = usualManner(stage.changes.map(({ key }) => key))
  const kept = { ...holding, limit: stage.kind === 'report' ? holding.limit : (stage.limit?.percent ?? null) }
  if (stage.kind === 'share') return { ...kept, kind: 'share', share: (stage.share ?? 0) < 25 ? 25 : (stage.share ?? 0) < 50 ? 50 : 75 }
  return stage.kind === 'report' ? kept : { ...kept, kind: stage.kind, team: stage.team?.id ?? '', in: stage.in?.id ?? '' }
}

function Figures({ stage, figures: { differences } }: { stage: Stage; figures: StageFigures }) {
  return (
    <section className="stack-s" aria-label="Counted so far">
      <p>{figuresWords(stage)}{stage.kind !== 'report' && ' Below stands what is counted of everybody, also of those whom it does not hold for.'}</p>
      {differences.length > 0 && (
        <ul className="stage-figures">
          {differences.map((one) => (
            <li key={`${one.question} ${one.was} ${one.becomes}`}>
              <strong className="nums">{numberOf(one.count)}</strong>
              <span>{one.did}: {one.wasTitle === null ? 'allowed' : <>refused (“{one.wasTitle}”)</>} <span className="flip" aria-hidden="true">→</span><span className="hidden"> becomes </span> {one.becomesTitle === null ? 'allowed' : <>refused (“{one.becomesTitle}”)</>}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

// Settings → Standards: which are chosen, where they contradict each other, what the settings lack, and each requirement with what stands there.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import './standards.css'
import { Tick } from '../controls/ticks.tsx'
import { countOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page, Waiting } from '../shell/page.tsx'
import { type Editing, useEditing } from './editing.ts'
import { LeaveGuard } from './leave-guard.tsx'
import { declaredOf } from './printed.ts'
import { twoFactorTab } from './privacy.tsx'
import { SaveBar } from './save-bar.tsx'
import { checkStandards, chosenLast, keepChosen, readStandards, type Standard } from './standards.ts'
import { Conflicts } from './standards-conflicts.tsx'
import { DeviationDialog, type Deviating } from './standards-deviation.tsx'
import { StandardDraft } from './standards-draft.tsx'
import { StandardSection } from './standards-section.tsx'
import { Unseen } from './unseen.tsx'

export function Standards() {
  const brand = useBrand()
  const { editing, unseen, error, retry } = useEditing()
  const list = useQuery({ queryKey: ['standards', editing?.state.version ?? 0], queryFn: readStandards, enabled: !unseen, placeholderData: keepPreviousData })
  const failed = error ?? (list.data ? null : list.error)
  return (
    <Page title="Standards" settingsOf={brand} width="l" lead="What standards ask of these settings, how they stand to it, and the evidence for whoever must see it.">
      {failed !== null && <Failed problem={problemOf(failed)} onAgain={() => { retry(); void list.refetch() }} />}
      {unseen && <Unseen />}
      {failed === null && !unseen && !(editing && list.data) && <Waiting />}
      {editing && list.data && <Body editing={editing} standards={list.data.presets} brand={brand} />}
    </Page>
  )
}

function Body({ editing, standards, brand }: { editing: Editing; standards: readonly Standard[]; brand: string }) {
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<readonly string[]>(chosenLast)
  const [deviating, setDeviating] = useState<Deviating | null>(null)
  const { version } = editing.state
  const check = useQuery({ queryKey: ['standards-check', version, chosen], queryFn: () => checkStandards(chosen), enabled: chosen.length > 0, placeholderData: keepPreviousData })
  const { data } = check
  // in the order of the page, whatever was ticked first
  const choose = (id: string, on: boolean) => {
    const next = standards.map((one) => one.id).filter((one) => (one === id ? on : chosen.includes(one)))
    keepChosen(next)
    setChosen(next)
  }
  const toSetting = (key: string) => void navigate({ to: declaredOf(key)?.tab === twoFactorTab ? '/b/$brand/settings/two-factor' : '/b/$brand/settings/privacy', params: { brand }, hash: key })
  return (
    <>
      <fieldset className="standards">
        <legend className="hidden">Standards to hold the settings against</legend>
        {standards.map((one) => <StandardTick key={one.id} standard={one} chosen={chosen.includes(one.id)} onChoose={(on) => choose(one.id, on)} />)}
      </fieldset>
      {chosen.length === 0 && (
        <div className="empty card">
          <Icon name="verified" size={40} />
          <h2>Choose one, or several</h2>
          <p className="soft">Each requirement then stands here with its number and what your settings say to it. Where two contradict each other, both stand side by side.</p>
        </div>
      )}
      {chosen.length > 0 && check.error && !data && <Failed problem={problemOf(check.error)} onAgain={() => void check.refetch()} />}
      {chosen.length > 0 && !data && !check.error && <div className="pulse" style={{ blockSize: '12rem' }} role="status" aria-label="Holding the settings against them" />}
      {chosen.length > 0 && data && (
        <>
          <Conflicts conflicts={data.conflicts} standards={standards} onDeviate={setDeviating} />
          <StandardDraft draft={data.draft} editing={editing} />
          {data.presets.map((one) => <StandardSection key={one.id} standard={one} brand={brand} version={version} onDeviate={setDeviating} />)}
        </>
      )}
      {deviating && <DeviationDialog deviating={deviating} onClose={() => setDeviating(null)} />}
      <SaveBar editing={editing} onFault={toSetting} />
      <LeaveGuard changes={editing.judgement.changed.length} />
    </>
  )
}

function StandardTick({ standard: { name, about, summary }, chosen, onChoose }: { standard: Standard; chosen: boolean; onChoose: (on: boolean) => void }) {
  return (
    <div className="card standard-choice" data-chosen={chosen || undefined}>
      <Tick isSelected={chosen} onChange={onChoose}><strong>{name}</strong></Tick>
      <p className="small soft">{about}</p>
      <p className="row">
        {summary.not_met > 0 && <span className="badge" data-tone="danger">{summary.not_met} not met</span>}
        {summary.deviation > 0 && <span className="badge" data-tone="warn">{countOf(summary.deviation, 'deviation')}</span>}
        <span className="badge" data-tone="good">{summary.met} met</span>
      </p>
    </div>
  )
}

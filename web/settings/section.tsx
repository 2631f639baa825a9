// One tab of the module as a section that opens and closes; closed, it still says what is in force.
import { useQuery } from '@tanstack/react-query'
import { Button } from 'react-aria-components/Button'
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure'
import { Heading } from 'react-aria-components/Heading'
import { countOf } from '../controls/words.ts'
import type { TabState } from '../http/shapes.ts'
import { Note } from '../controls/note.tsx'
import { Icon } from '../shell/icon.tsx'
import { noticesQuery } from '../shell/notices-query.ts'
import type { Editing } from './editing.ts'
import { faultsOf, same } from './judge.ts'
import { declaredOf, printed } from './printed.ts'
import { SettingRow } from './setting-row.tsx'

interface Props { tab: TabState; keys: readonly string[]; editing: Editing; open: boolean; onToggle: (open: boolean) => void }

export function Section({ tab, keys, editing, open, onToggle }: Props) {
  const { judgement, faults } = editing
  const changes = keys.filter((key) => judgement.changed.includes(key)).length
  const wrong = keys.filter((key) => faultsOf(faults, key).length > 0).length
  return (
    <Disclosure className="section card" isExpanded={open} onExpandedChange={onToggle} id={tab.id}>
      <Heading level={2} className="section-head">
        <Button slot="trigger" className="section-button">
          <span className="section-title">
            {tab.title}
            {changes > 0 && <span className="badge" data-tone="accent">{countOf(changes, 'change')}</span>}
            {wrong > 0 && <span className="badge" data-tone="danger">{countOf(wrong, 'fault')}</span>}
          </span>
          {open ? <span className="section-text">{tab.description}</span> : <Summary keys={keys} editing={editing} />}
          <span className="section-chevron"><Icon name="chevron" /></span>
        </Button>
      </Heading>
      <DisclosurePanel className="section-panel" role="group">
        {open && tab.id === 'media' && <AntivirusNote />}
        {open && <SettingList keys={keys} editing={editing} />}
      </DisclosurePanel>
    </Disclosure>
  )
}

/** Said where the settings of files stand: what they do not do. */
function AntivirusNote() {
  const { data } = useQuery(noticesQuery)
  const notice = data?.notices.find(({ id }) => id === 'antivirus-off')
  if (!notice) return null
  return <div className="section-note"><Note tone="warning" title={notice.title}>{notice.text}</Note></div>
}

export function SettingList({ keys, editing }: { keys: readonly string[]; editing: Editing }) {
  const { state, draft, judgement, faults } = editing
  return keys.map((key) => {
    const setting = state.settings[key]
    if (!setting) return null
    return <SettingRow key={key} settingKey={key} state={setting} input={key in draft.inputs ? draft.inputs[key] : setting.value} base={draft.bases[key]} changed={judgement.changed.includes(key)} faults={faultsOf(faults, key)} address={state.address} />
  })
}

const shown = 3

/** Up to three values: first those that were set, then those that hold. */
function Summary({ keys, editing: { state } }: { keys: readonly string[]; editing: Editing }) {
  const rank = (key: string): number => {
    const setting = state.settings[key]
    if (!setting) return 3
    return (same(setting.value, setting.default) ? 2 : 0) + (setting.enforced ? 0 : 1)
  }
  const first = [...keys].sort((a, b) => rank(a) - rank(b)).slice(0, shown)
  return (
    <span className="section-sum">
      {first.map((key) => <span key={key}>{declaredOf(key)?.label ?? key}: <b>{printed(key, state.settings[key]?.value)}</b></span>)}
      {keys.length > shown && <span>and {keys.length - shown} more</span>}
    </span>
  )
}

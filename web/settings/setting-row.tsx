// One setting: what it is, its widget, what is in force and where that came from, and what is wrong, each at its place.
import { memo } from 'react'
import './setting.css'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import type { Fault, SettingState } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'
import { useDraftBox } from './draft.ts'
import { same } from './judge.ts'
import { LockLine } from './lock-line.tsx'
import { declaredOf, printed } from './printed.ts'
import { originText } from './origin.ts'
import { StagedLine } from './staged-line.tsx'
import { SettingFrame, SettingWidget } from './setting-frame.tsx'

export interface RowProps {
  settingKey: string
  state: SettingState
  /** the draft's input, or what is saved when the setting was not touched */
  input: unknown
  /** the saved value over which the edit began, as JSON; absent when there is none */
  base: string | undefined
  changed: boolean
  faults: readonly Fault[]
  address: string | null
}

export const SettingRow = memo(function SettingRow({ settingKey: key, state, input, base, changed, faults, address }: RowProps) {
  const box = useDraftBox()
  const setting = declaredOf(key)
  if (!setting) return <UnknownSetting settingKey={key} state={state} />
  const fixed = !state.enforced || state.origin.from === 'file'
  const overtaken = changed && base !== undefined && base !== JSON.stringify(state.value)
  return (
    <SettingFrame setting={setting} state={state} changed={changed} wrong={faults.length > 0}>
      {state.enforced && state.origin.from === 'file' && <p className="setting-why small">Fixed by the policy file on the server; it can only be changed there.</p>}
      <SettingWidget setting={setting} input={input} onInput={(next) => box.edit(key, next, state.value)} faults={faults} disabled={fixed} address={address} />
      <p className="setting-now small">
        <span><span className="soft">In force:</span> {printed(key, state.value)}</span>
        <span className="soft">{originText(state.origin)}{state.origin.from !== 'default' && !same(state.value, state.default) && <> · default: {printed(key, state.default)}</>}</span>
        {changed && <Button look="quiet" size="s" onPress={() => box.drop([key])}>Undo</Button>}
      </p>
      <StagedLine settingKey={key} place={null} />
      {overtaken && (
        <Note tone="warning" title="Changed meanwhile">
          <p>{originText(state.origin)}. Now in force: {printed(key, state.value)}. Your draft stands above.</p>
          <p className="row">
            <Button size="s" onPress={() => box.drop([key])}>Take what is in force</Button>
            <Button size="s" onPress={() => box.rebase(key, state.value)}>Keep my draft</Button>
          </p>
        </Note>
      )}
      {setting.scope === 'channel' && state.enforced && state.origin.from !== 'file' && <LockLine settingKey={key} label={setting.label} locked={state.origin.locked === true} changed={changed} />}
    </SettingFrame>
  )
})

function UnknownSetting({ settingKey, state }: { settingKey: string; state: SettingState }) {
  return (
    <section className="setting" id={settingKey} aria-label={settingKey}>
      <div className="setting-words"><p className="mono">{settingKey}</p></div>
      <div className="setting-control">
        <p className="row soft"><Icon name="info" size={18} />The server knows this setting and this page does not: load the page again.</p>
        <pre className="mono small">{JSON.stringify(state.value)}</pre>
      </div>
    </section>
  )
}

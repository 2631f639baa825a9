// One setting: what it is, its widget, what is in force and where that came from, and what is wrong, each at its place.
import { memo } from 'react'
import './setting.css'
import { isWide, widgetOf } from '../kinds/widgets.ts'
import { Button } from '../controls/button.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { Note } from '../controls/note.tsx'
import type { Fault, SettingState } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'
import { dropEdits, editSetting, rebase } from './draft.ts'
import { same } from './judge.ts'
import { declaredOf, printed } from './printed.ts'
import { originText } from './origin.ts'

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
  mayChange: boolean
}

export const SettingRow = memo(function SettingRow({ settingKey: key, state, input, base, changed, faults, address, mayChange }: RowProps) {
  const setting = declaredOf(key)
  if (!setting) return <UnknownSetting settingKey={key} state={state} />
  const Widget = widgetOf(setting.kind.name)
  const id = `s-${key.replace(/[^a-z0-9]+/gi, '-')}`
  const fixed = !mayChange || !state.enforced || state.origin.from === 'file'
  // what is wrong with one entry is said at the entry
  const own = faults.filter(({ path }) => !/\/entries\/\d/.test(path))
  const overtaken = changed && base !== undefined && base !== JSON.stringify(state.value)
  const describedBy = [`${id}-help`, own.length > 0 && `${id}-faults`].filter(Boolean).join(' ')
  return (
    <section className="setting" id={key} data-wide={isWide(setting.kind.name) || undefined} data-changed={changed || undefined} data-fault={faults.length > 0 || undefined} aria-labelledby={`${id}-label`} tabIndex={-1}>
      <div className="setting-words">
        <div className="row">
          <h3 id={`${id}-label`}>{setting.label}</h3>
          {changed && <span className="badge" data-tone="accent">Changed</span>}
          {!state.enforced && <span className="badge" data-tone="warn">Not enforced yet</span>}
        </div>
        <p className="soft" id={`${id}-help`}>{setting.help}</p>
        <p className="setting-key mono">{key}</p>
      </div>
      <div className="setting-control">
        {!state.enforced && <p className="setting-why small">Cannot be changed yet: it would change nothing.{state.notEnforcedUntil && <> Comes with “{state.notEnforcedUntil}”.</>}</p>}
        {state.enforced && state.origin.from === 'file' && <p className="setting-why small">Fixed by the policy file on the server; it can only be changed there.</p>}
        {/* oxlint-disable-next-line react/static-components -- a look-up in a fixed table, not a new component */}
        <Widget id={id} settingKey={key} kind={setting.kind} label={setting.label} disabled={fixed} describedBy={describedBy} address={address} faults={faults}
          input={input} onInput={(next) => editSetting(key, next, state.value)} />
        {own.length > 0 && <div className="stack-s" id={`${id}-faults`} role="status">{own.map((fault) => <FaultLine key={fault.code + fault.path} fault={fault} />)}</div>}
        <p className="setting-now small">
          <span><span className="soft">In force:</span> {printed(key, state.value)}</span>
          <span className="soft">{originText(state.origin)}{state.origin.from !== 'default' && !same(state.value, state.default) && <> · default: {printed(key, state.default)}</>}</span>
          {changed && <Button look="quiet" size="s" onPress={() => dropEdits([key])}>Undo</Button>}
        </p>
        {overtaken && (
          <Note tone="warning" title="Changed meanwhile">
            <p>{originText(state.origin)}. Now in force: {printed(key, state.value)}. Your draft stands above.</p>
            <p className="row">
              <Button size="s" onPress={() => dropEdits([key])}>Take what is in force</Button>
              <Button size="s" onPress={() => rebase(key, state.value)}>Keep my draft</Button>
            </p>
          </Note>
        )}
      </div>
    </section>
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

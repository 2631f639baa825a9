// The frame of one setting, for the module's page and a channel's alike: what it is called, its widget, and what is wrong with it.
import type { ReactNode } from 'react'
import './setting.css'
import { isWide, widgetOf } from '../kinds/widgets.ts'
import { FaultLine } from '../controls/fault-line.tsx'
import type { Fault, SettingState } from '../http/shapes.ts'
import { whereOf } from './doors.ts'
import type { Declared } from './printed.ts'

const idOf = (key: string): string => `s-${key.replace(/[^a-z0-9]+/gi, '-')}`

interface FrameProps {
  setting: Declared
  state: Pick<SettingState, 'enforced' | 'notEnforcedUntil'>
  changed: boolean
  wrong: boolean
  badges?: ReactNode
  children: ReactNode
}

export function SettingFrame({ setting, state, changed, wrong, badges, children }: FrameProps) {
  const id = idOf(setting.key)
  return (
    <section className="setting" id={setting.key} data-wide={isWide(setting.kind.name) || undefined} data-changed={changed || undefined} data-fault={wrong || undefined} aria-labelledby={`${id}-label`} tabIndex={-1}>
      <div className="setting-words">
        <div className="row">
          <h3 id={`${id}-label`}>{setting.label}</h3>
          {changed && <span className="badge" data-tone="accent">Changed</span>}
          {!state.enforced && <span className="badge" data-tone="warn">Not enforced yet</span>}
          {badges}
        </div>
        <p className="soft" id={`${id}-help`}>{setting.help}</p>
        {setting.limits && <p className="soft small">{setting.limits}</p>}
        <p className="soft small">{whereOf(setting)}</p>
        <p className="setting-key mono">{setting.key}</p>
      </div>
      <div className="setting-control">
        {!state.enforced && <p className="setting-why small">Cannot be changed yet: it would change nothing.{state.notEnforcedUntil && <> Comes with “{state.notEnforcedUntil}”.</>}</p>}
        {children}
      </div>
    </section>
  )
}

interface WidgetProps {
  setting: Declared
  input: unknown
  onInput: (input: unknown) => void
  faults: readonly Fault[]
  disabled: boolean
  address: string | null
}

/** The widget of the setting's kind, and below it what is wrong; what is wrong with one entry is said at the entry. */
export function SettingWidget({ setting, input, onInput, faults, disabled, address }: WidgetProps) {
  const { key, kind, label } = setting
  const id = idOf(key)
  const Widget = widgetOf(kind.name)
  const own = faults.filter(({ path }) => !/\/entries\/\d/.test(path))
  const describedBy = [`${id}-help`, own.length > 0 && `${id}-faults`].filter(Boolean).join(' ')
  return (
    <>
      {/* oxlint-disable-next-line react/static-components -- a look-up in a fixed table, not a new component */}
      <Widget id={id} settingKey={key} kind={kind} label={label} disabled={disabled} describedBy={describedBy} address={address} faults={faults} input={input} onInput={onInput} />
      {own.length > 0 && <div className="stack-s" id={`${id}-faults`} role="status">{own.map((fault) => <FaultLine key={fault.code + fault.path} fault={fault} />)}</div>}
    </>
  )
}

// One setting of a channel: inherited or its own, what is in force and where that came from, looser or locked said beside it.
import { memo } from 'react'
import type { Comparison } from '#policy/kind.ts'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { Radios } from '../controls/ticks.tsx'
import { dayOf } from '../controls/words.ts'
import type { ChannelSettingState, Fault, Origin } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'
import { useDraftBox } from '../settings/draft.ts'
import { parse } from '../settings/judge.ts'
import { declaredOf, printed, type Declared } from '../settings/printed.ts'
import { StagedLine } from '../settings/staged-line.tsx'
import { SettingFrame, SettingWidget } from '../settings/setting-frame.tsx'

interface Props {
  settingKey: string
  state: ChannelSettingState
  /** null: it inherits */
  input: unknown
  /** the own value over which the edit began, as JSON */
  base: string | undefined
  changed: boolean
  faults: readonly Fault[]
  address: string | null
  channelId: string
}

/** Would this input allow something that the module refuses? */
function looserThan(setting: Declared, input: unknown, module: unknown): boolean {
  const [own, wide] = [parse(setting, input), parse(setting, module)]
  if (!own.ok || !wide.ok) return false
  return !['tighter', 'equal'].includes((setting.kind.compare as (a: unknown, b: unknown) => Comparison)(own.value, wide.value))
}

/** "by Dana Levi on 12 Nov 2026" */
const setText = (who: string | null | undefined, at: Origin['setAt']): string => `${who ? ` by ${who}` : ''}${at ? ` on ${dayOf(at)}` : ''}`

function originOf({ origin }: ChannelSettingState): string {
  const set = setText(origin.setByName, origin.setAt)
  if (origin.from === 'channel') return `this channel, set${set}`
  if (origin.clamped) return `held to Privacy & Security by its lock, set${set}`
  if (origin.from === 'brand') return `from Privacy & Security, set${set}`
  return origin.from === 'file' ? 'from the policy file on the server' : 'from Privacy & Security, where it is the default'
}

export const OverrideRow = memo(function OverrideRow({ settingKey: key, state, input, base, changed, faults, address, channelId }: Props) {
  const box = useDraftBox()
  const setting = declaredOf(key)
  if (!setting) return null
  const saved = state.own?.value ?? null
  const own = input !== null
  const locked = state.module.origin.locked === true
  const fixed = !state.enforced || state.origin.from === 'file'
  const overtaken = changed && base !== undefined && base !== JSON.stringify(saved)
  const looser = own && state.enforced && looserThan(setting, input, state.module.value)
  const badges = (
    <>
      {own && <span className="badge">Own value</span>}
      {looser && !locked && <span className="badge" data-tone="warn">Looser than Privacy & Security</span>}
      {locked && <span className="badge"><Icon name="lock" size={13} />Locked in Privacy & Security</span>}
    </>
  )
  return (
    <SettingFrame setting={setting} state={state} changed={changed} wrong={faults.length > 0} badges={badges}>
      {locked && <p className="setting-why small">Locked in Privacy & Security: a channel may only be tighter than {printed(key, state.module.value)}.</p>}
      <Radios aria-label={`${setting.label}: inherited or its own`} value={own ? 'own' : 'inherit'} isDisabled={fixed} onChange={(next) => box.edit(key, next === 'own' ? (saved ?? state.module.value) : null, saved)}
        options={[{ value: 'inherit', label: <>Inherit <span className="soft break">({printed(key, state.module.value)})</span></> }, { value: 'own', label: 'Own value' }]} />
      {own && <div className="channel-own"><SettingWidget setting={setting} input={input} onInput={(next) => box.edit(key, next, saved)} faults={faults} disabled={fixed} address={address} /></div>}
      {state.origin.clamped && own && !changed && (
        <Note tone="warning" title="Held back by the lock">This channel has stored {printed(key, saved)}{setText(state.own?.setByName, state.own?.setAt)}. While Privacy & Security locks the setting, {printed(key, state.value)} is in force here; the stored value holds again when the lock is lifted.</Note>
      )}
      <p className="setting-now small">
        <span><span className="soft">In force:</span> {printed(key, state.value)}</span>
        <span className="soft">{originOf(state)}</span>
        {changed && <Button look="quiet" size="s" onPress={() => box.drop([key])}>Undo</Button>}
      </p>
      <StagedLine settingKey={key} place={{ channel: channelId, follows: saved === null || locked }} />
      {overtaken && (
        <Note tone="warning" title="Changed meanwhile">
          <p>Now in force: {printed(key, state.value)}, {originOf(state)}. Your draft stands above.</p>
          <p className="row">
            <Button size="s" onPress={() => box.drop([key])}>Take what is in force</Button>
            <Button size="s" onPress={() => box.rebase(key, saved)}>Keep my draft</Button>
          </p>
        </Note>
      )}
    </SettingFrame>
  )
})

// The draft of a channel's settings: null inherits, anything else is a value of its own; judged by the server's own code.
import { useMemo } from 'react'
import { isKey } from '#policy/catalogue.ts'
import { proposeChannelChange } from '#policy/channel-change.ts'
import type { Stored } from '#policy/effective.ts'
import { mannerBody } from '../settings/manner.ts'
import { call } from '../http/api.ts'
import type { ChannelPolicyState, Fault, PolicyCheck } from '../http/shapes.ts'
import { channelDraft } from '../settings/draft.ts'
import { useEditingOf, type Edited, type Place } from '../settings/editing.ts'
import { parse, same, type Judgement } from '../settings/judge.ts'
import { declaredOf } from '../settings/printed.ts'

function judgeChannel(inputs: Readonly<Record<string, unknown>>, state: ChannelPolicyState): Judgement {
  const changed: string[] = []
  const patch: Record<string, unknown> = {}
  for (const [key, input] of Object.entries(inputs)) {
    const setting = declaredOf(key)
    const saved = state.settings[key]
    if (!setting || !saved) continue
    const read = input === null ? null : parse(setting, input)
    if (read === null ? saved.own === null : read.ok && saved.own !== null && same(read.value, saved.own.value)) continue
    patch[key] = read?.ok ? read.value : input
    changed.push(key)
  }
  return { faults: changed.length === 0 ? [] : faultsOfPatch(patch, state), changed, patch }
}

function faultsOfPatch(patch: Readonly<Record<string, unknown>>, state: ChannelPolicyState): readonly Fault[] {
  const module: Record<string, Stored> = {}
  const channel: Record<string, Stored> = {}
  for (const [key, setting] of Object.entries(state.settings)) {
    if (!isKey(key)) continue
    module[key] = { value: setting.module.value, locked: setting.module.origin.locked === true }
    if (setting.own) channel[key] = { value: setting.own.value }
  }
  try {
    const proposal = proposeChannelChange({ module, channel }, patch)
    return proposal.ok ? [] : proposal.faults
  } catch {
    // a value that this page cannot read is for the server to judge
    return []
  }
}

/** The settings of one channel, read and edited. */
export function useChannelEditing(channelId: string): Edited<ChannelPolicyState> {
  const place = useMemo((): Place<ChannelPolicyState> => {
    const path = `/channels/${encodeURIComponent(channelId)}/policy`
    return {
      queryKey: ['channel-policy', channelId],
      box: channelDraft(channelId),
      read: () => call<ChannelPolicyState>('GET', path),
      judge: judgeChannel,
      check: (settings) => call<PolicyCheck>('POST', `${path}/check`, { body: { settings } }),
      replayPath: `${path}/replay`,
      channel: channelId,
      save: (settings, version, manner) => call<ChannelPolicyState>('PATCH', path, { body: { settings, ...mannerBody(manner) }, ifMatch: `"v${version}"` }),
    }
  }, [channelId])
  return useEditingOf(place)
}

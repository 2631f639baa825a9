// Which channels a webhook hears: all of them, those that are made later too, or some.
import { useQuery } from '@tanstack/react-query'
import { channelsQuery } from '../channels/channel.ts'
import { FaultLine } from '../controls/fault-line.tsx'
import { Radios, Tick } from '../controls/ticks.tsx'
import type { Fault } from '../http/shapes.ts'

const options = [
  { value: 'all', label: 'Every channel', help: 'Those that are made later too, and what belongs to none: settings and refusals.' },
  { value: 'some', label: 'Some channels', help: 'And nothing that belongs to none.' },
]

interface Props { chosen: readonly string[] | null; onChange: (chosen: readonly string[] | null) => void; fault: Fault | undefined }

export function ChannelChoice({ chosen, onChange, fault }: Props) {
  const found = useQuery(channelsQuery)
  const channels = found.data?.channels ?? []
  // A channel it hears that is not there any more can be taken off, and says so.
  const gone = (chosen ?? []).filter((id) => found.data !== undefined && !channels.some((one) => one.id === id))
  const tick = (id: string, on: boolean) => onChange(on ? [...(chosen ?? []), id] : (chosen ?? []).filter((one) => one !== id))
  if (found.data !== undefined && channels.length === 0 && chosen === null) return null
  return (
    <fieldset className="hook-events">
      <legend className="field-label">Of which channels</legend>
      <div className="hook-all"><Radios aria-label="Of which channels" options={options} value={chosen === null ? 'all' : 'some'} onChange={(value) => onChange(value === 'all' ? null : (chosen ?? []))} /></div>
      {chosen !== null && channels.map(({ id, name, enabled }) => (
        <Tick key={id} isSelected={chosen.includes(id)} onChange={(on) => tick(id, on)}><span className="auto-dir break">{name}</span>{!enabled && <span className="field-help hook-block">Switched off</span>}</Tick>
      ))}
      {gone.map((id) => <Tick key={id} isSelected onChange={() => tick(id, false)}>A channel that is not there any more<span className="field-help mono hook-block">{id}</span></Tick>)}
      {fault && <FaultLine fault={fault} />}
    </fieldset>
  )
}

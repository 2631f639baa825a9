// Ticks in the table of known file types, by group.
import type { FileTypesKind } from '#policy/kinds/file-types.ts'
import { Tick } from '../controls/ticks.tsx'
import '../list/list.css'
import type { WidgetProps } from './widget.ts'

const groups = [
  { id: 'image', label: 'Images' },
  { id: 'document', label: 'Documents' },
  { id: 'audio', label: 'Audio' },
  { id: 'video', label: 'Video' },
  { id: 'text', label: 'Texts, mail and calendars' },
  { id: 'archive', label: 'Archives' },
] as const

export function FileTypesWidget({ id, kind, label, input, onInput, disabled, describedBy }: WidgetProps<FileTypesKind>) {
  const ticked: readonly unknown[] = Array.isArray(input) ? input : []
  const toggle = (type: string, on: boolean) => onInput(on ? [...ticked, type] : ticked.filter((one) => one !== type))
  return (
    <div className="type-groups" id={id} role="group" aria-label={label} aria-describedby={describedBy || undefined}>
      {groups.map((group) => (
        <div key={group.id} role="group" aria-label={group.label} className="type-group">
          <span className="small soft" aria-hidden="true">{group.label}</span>
          {kind.options.filter((type) => type.group === group.id).map((type) => (
            <Tick key={type.id} isDisabled={disabled} isSelected={ticked.includes(type.id)} onChange={(on) => toggle(type.id, on)}>
              {type.label} <span className="small soft mono">.{type.extensions[0]}</span>
            </Tick>
          ))}
        </div>
      ))}
    </div>
  )
}

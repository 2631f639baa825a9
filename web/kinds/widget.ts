// What every widget is given: its kind, the input so far, the faults of that input, and how to report a new one.
import type { AnyKind } from '#policy/setting.ts'
import type { Fault } from '../http/shapes.ts'

export interface WidgetProps<K = AnyKind> {
  id: string
  settingKey: string
  kind: K
  label: string
  /** what the kind's own `parse` will read, right or wrong */
  input: unknown
  onInput: (input: unknown) => void
  faults: readonly Fault[]
  disabled: boolean
  /** ids of help and faults, for aria-describedby */
  describedBy: string
  /** how the server sees this browser; null when it cannot tell */
  address: string | null
}

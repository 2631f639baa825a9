// One fault, at its field: an icon and the sentence, never colour alone.
import type { Fault } from '../http/shapes.ts'
import { Icon } from '../shell/icon.tsx'

export function FaultLine({ fault, id }: { fault: Pick<Fault, 'message'>; id?: string }) {
  return (
    <span className="fault" id={id}>
      <Icon name="warning" size={15} />
      <span className="break">{fault.message}</span>
    </span>
  )
}

// What is wrong with one entry, and the form that was probably meant, one press away.
import { Button } from '../controls/button.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import type { Fault } from '../http/shapes.ts'

interface Props { fault: Fault; label: string; onOffer: (offer: string) => void; id?: string }

export function EntryFault({ fault, label, onOffer, id }: Props) {
  const { offer } = fault
  return (
    <span className="entry-fault">
      <FaultLine id={id} fault={{ message: shortened(fault.message, label) }} />
      {offer !== undefined && <Button size="s" onPress={() => onOffer(offer)}>Use <span className="mono">{offer}</span></Button>}
    </span>
  )
}

/** Below the setting's own heading its label need not be repeated for every entry. */
function shortened(message: string, label: string): string {
  const start = `${label} must `
  return message.startsWith(start) ? `Must ${message.slice(start.length)}` : message
}

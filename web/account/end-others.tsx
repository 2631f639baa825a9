// Whether a change of factors also ends the person's other sessions (ASVS 7.4.3).
import { Tick } from '../controls/ticks.tsx'

export function EndOthers({ value, onChange }: { value: boolean; onChange: (value: boolean) => void }) {
  return <Tick isSelected={value} onChange={onChange}>Sign me out everywhere else</Tick>
}

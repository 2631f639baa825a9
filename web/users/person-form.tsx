// What is written of a person: name, address, role, rights, phone. The same fields for an invitation and for a change.
import { useId } from 'react'
import { Radios, Tick } from '../controls/ticks.tsx'
import { TextField } from '../controls/text-field.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { faultAt } from '../http/problem.ts'
import type { Fault } from '../http/shapes.ts'
import { capabilities, type Capability, type Role } from './user.ts'

export interface Written { name: string; email: string; role: Role; capabilities: Capability[]; phone: string }
export const blank: Written = { name: '', email: '', role: 'agent', capabilities: [], phone: '' }

interface Props { value: Written; onChange: (next: Written) => void; faults: readonly Fault[]; fresh?: boolean; ownRole?: boolean }

export function PersonForm({ value, onChange, faults, fresh, ownRole }: Props) {
  const set = (part: Partial<Written>) => onChange({ ...value, ...part })
  const id = useId()
  const rightsFault = faultAt(faults, 'capabilities') ?? faultAt(faults, 'role')
  return (
    <>
      <div className="users-pair">
        <TextField label="Name" name="person-name" dir="auto" autoComplete="off" autoFocus={fresh} value={value.name} onChange={(name) => set({ name })} fault={faultAt(faults, 'name')} />
        <TextField label="Email" name="person-email" type="email" inputMode="email" dir="ltr" autoComplete="off" autoCapitalize="none" spellCheck={false} value={value.email} onChange={(email) => set({ email })} fault={faultAt(faults, 'email')} />
      </div>
      <div className="field">
        <span className="field-label" id={`${id}-role`}>Role</span>
        <Radios aria-labelledby={`${id}-role`} isDisabled={ownRole} value={value.role} onChange={(role) => set({ role: role as Role })} options={[
          { value: 'agent', label: 'Agent', help: 'Works on conversations; may do what is ticked below.' },
          { value: 'admin', label: 'Administrator', help: ownRole ? 'Only another administrator can take this from you.' : 'May do everything, people and settings included, from everywhere with a code.' },
        ]} />
      </div>
      <fieldset className="users-rights-field" aria-describedby={value.role === 'admin' ? `${id}-all` : undefined}>
        <legend className="field-label">Rights</legend>
        {value.role === 'admin' && <p className="field-help" id={`${id}-all`}>An administrator has all of them.</p>}
        {capabilities.map((one) => (
          <Tick key={one.id} isDisabled={value.role === 'admin'} isSelected={value.role === 'admin' || value.capabilities.includes(one.id)}
            onChange={(on) => set({ capabilities: on ? [...value.capabilities, one.id] : value.capabilities.filter((id) => id !== one.id) })}>
            {one.label}<span className="field-help users-block">{one.help}</span>
          </Tick>
        ))}
        {rightsFault && <FaultLine fault={rightsFault} />}
      </fieldset>
      <TextField label="Phone (optional)" name="person-phone" type="tel" inputMode="tel" dir="ltr" autoComplete="off" value={value.phone} onChange={(phone) => set({ phone })} fault={faultAt(faults, 'phone')}
        help="With a plus and the country, such as +49 151 12345678. It counts as a second factor once its person typed back a code sent to it." />
    </>
  )
}

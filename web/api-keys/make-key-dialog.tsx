// Makes an API key: a name, what it may do, from where and until when; then the key itself, shown this once.
import { useId, useState, type FormEvent } from 'react'
import { cidrList } from '#policy/kinds/cidr-list.ts'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { FaultLine } from '../controls/fault-line.tsx'
import { useFirstFault } from '../controls/first-fault.ts'
import { ProblemNote } from '../controls/note.tsx'
import { TextField } from '../controls/text-field.tsx'
import { Tick } from '../controls/ticks.tsx'
import { useAct } from '../channels/channel.ts'
import type { ListInput } from '../list/entries.ts'
import { ListEditor } from '../list/list-editor.tsx'
import { endOf, resourceOf, type ApiKey, type Scope } from './api-key.ts'
import { ShownOnce } from './shown-once.tsx'

const noFaults: never[] = []
const kind = cidrList({ states: ['any', 'only'], anyMeans: 'Any address that the brand allows', onlyMeans: 'Only these addresses' })
const noun = { one: 'address or network', many: 'addresses and networks' }

export function MakeKeyDialog({ scopes, onClose, onTest }: { scopes: readonly Scope[]; onClose: () => void; onTest: (key: ApiKey) => void }) {
  const id = useId()
  const act = useAct('api-keys')
  const [name, setName] = useState('')
  const [chosen, choose] = useState<readonly string[]>([])
  const [until, setUntil] = useState('')
  const [allowlist, setAllowlist] = useState<ListInput>({ state: 'any', entries: [] })
  const [made, setMade] = useState<{ key: ApiKey; secret: string } | null>(null)
  const faults = act.problem?.faults ?? noFaults
  const area = useFirstFault<HTMLFormElement>(faults)
  const faultAt = (path: string) => faults.find((fault) => fault.path === path)
  const settings = chosen.includes('policy:write')

  function tick(scope: Scope, on: boolean) {
    const without = chosen.filter((one) => one !== scope.scope && (on || scopes.find(({ scope: other }) => other === one)?.needs !== scope.scope))
    choose(on ? [...without, scope.scope, ...(scope.needs !== null && !without.includes(scope.needs) ? [scope.needs] : [])] : without)
  }
  async function submit(event: FormEvent) {
    event.preventDefault()
    const done = await act.run<{ key: ApiKey; secret: string }>('POST', '/api-keys', { name: name.trim(), scopes: chosen, expiresAt: endOf(until), allowlist }, '')
    if (done) setMade(done.answer)
  }
  if (made !== null) return <ShownOnce title="The new key" secret={made.secret} onClose={onClose} onTest={() => onTest(made.key)} />
  const groups = Map.groupBy(scopes, ({ scope }) => resourceOf(scope))
  return (
    <Dialog title="A new API key" open onClose={onClose} size="l">
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate ref={area}>
        {act.problem && !act.problem.faults?.length && <ProblemNote problem={act.problem} />}
        <TextField label="Name" value={name} onChange={setName} fault={faultAt('name')} help="What uses it, such as “web shop”." autoComplete="off" />
        <fieldset className="key-scopes">
          <legend className="field-label">What it may do</legend>
          <p className="field-help">Give it no more than it needs: what it never uses is marked in the list.</p>
          <div className="scope-grid">
            {[...groups].map(([resource, of]) => (
              <div key={resource} className="stack-s">
                {of.map((scope) => (
                  <Tick key={scope.scope} isSelected={chosen.includes(scope.scope)} onChange={(on) => tick(scope, on)}>
                    {scope.label}<span className="field-help key-block">{scope.help}</span>
                  </Tick>
                ))}
              </div>
            ))}
          </div>
          {faultAt('scopes') && <FaultLine fault={faultAt('scopes')!} />}
        </fieldset>
        <fieldset className="key-scopes">
          <legend className="field-label">From where{settings ? '' : ' (optional)'}</legend>
          {settings && <p className="field-help">A key that may change settings must have addresses of its own.</p>}
          <ListEditor id={`${id}-list`} settingKey="allowlist" kind={kind} label="Addresses it works from" noun={noun} input={allowlist} onInput={(input) => setAllowlist(input as ListInput)} faults={faults} disabled={false} describedBy="" address={null} />
          {faults.filter(({ path }) => path === 'allowlist' || path === 'allowlist/entries').map((fault) => <FaultLine key={fault.code} fault={fault} />)}
        </fieldset>
        <TextField id={id} type="date" label={settings ? 'Works until' : 'Works until (optional)'} value={until} onChange={setUntil} fault={faultAt('expiresAt')} help={settings ? 'The end of that day, within a year.' : 'The end of that day. Without one it works until it is revoked.'} />
        <div className="row-end">
          <Button onPress={onClose}>Cancel</Button>
          <Button look="main" type="submit" pending={act.busy}>{act.busy ? 'Making…' : 'Make the key'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

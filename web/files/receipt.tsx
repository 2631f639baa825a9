// The receipt of a file, for administrators: every step it was judged at, by which setting and whose value of it, with which result.
import { instantOf } from '../controls/words.ts'
import { sizeOf, typeLabel } from './words.ts'
import { declaredOf } from '../settings/printed.ts'

export interface Judged { step: string; result: string; setting?: string; value?: string; origin?: unknown; code?: string; facts?: Record<string, unknown> }
export interface ReceiptShape { policyVersion: number; at: number; judged: Judged[] }

const steps: Record<string, string> = {
  declared: 'As it was announced', counted: 'Its bytes', type: 'Its type', contents: 'What it holds', antivirus: 'Antivirus', metadata: 'Metadata', stored: 'Stored', quarantine: 'Quarantine',
}

const factLabels: Record<string, string> = { bytes: 'Size', contentType: 'By its content', extensionType: 'By its name', form: 'As', declaredBytes: 'Announced' }

/** "Size 64 kB", "By its content PNG image", "removed nothing". */
function factOf(name: string, value: unknown): string {
  const said = Array.isArray(value) ? value.join(', ') || 'nothing' : name.toLowerCase().endsWith('bytes') ? sizeOf(Number(value)) : (typeLabel(String(value)) ?? String(value))
  return `${factLabels[name] ?? name} ${said}`
}

/** A value as it was written down, as people say it. */
function saidOf(key: string, value: string): string {
  if (value === 'true' || value === 'false') return value === 'true' ? 'on' : 'off'
  if (key === 'upload.max_bytes') return sizeOf(Number(value))
  if (!value.startsWith('[')) return value
  return (JSON.parse(value) as string[]).join(', ')
}

export function Receipt({ receipt }: { receipt: ReceiptShape }) {
  return (
    <section className="card card-body stack" aria-labelledby="receipt">
      <div className="stack-s">
        <h2 id="receipt">Receipt</h2>
        <p className="soft">What was judged on {instantOf(receipt.at)}, under version {Math.abs(receipt.policyVersion)} of the settings{receipt.policyVersion < 0 ? ' and the change on stage then' : ''}. Only administrators see this.</p>
      </div>
      <ol className="openings receipt">
        {receipt.judged.map((one, place) => (
          <li key={`${one.step} ${place}`}>
            <strong>{steps[one.step] ?? one.step}</strong>
            <span className="badge" data-tone={one.result === 'refused' || one.result === 'held back' ? 'danger' : one.result === 'off' ? 'warn' : undefined}>{one.result}</span>
            {one.setting && <span className="soft break">{declaredOf(one.setting)?.label ?? one.setting}{one.value === undefined ? '' : `: ${saidOf(one.setting, one.value)}`}</span>}
            {one.facts && Object.keys(one.facts).length > 0 && <span className="small soft break">{Object.entries(one.facts).filter(([name, value]) => name !== 'form' || value !== one.facts?.['contentType']).map(([name, value]) => factOf(name, value)).join(', ')}</span>}
          </li>
        ))}
      </ol>
    </section>
  )
}

// Where one stands in the first-run story.
import type { StepName } from './answers.ts'

const steps: readonly { name: StepName; label: string }[] = [
  { name: 'brand', label: 'Your brand' },
  { name: 'person', label: 'You, its first admin' },
  { name: 'app', label: 'Authenticator app' },
  { name: 'codes', label: 'Recovery codes' },
  { name: 'done', label: 'Ready' },
]

export function Steps({ now, brand }: { now: StepName; brand: string | null }) {
  const at = steps.findIndex(({ name }) => name === now)
  return (
    <ol className="steps" aria-label="Steps of the setup">
      {steps.map(({ name, label }, index) => (
        <li key={name} data-state={index < at ? 'done' : undefined} aria-current={index === at ? 'step' : undefined}>
          <span>{name === 'brand' && brand ? brand : label}{index < at && <span className="hidden"> (done)</span>}</span>
        </li>
      ))}
    </ol>
  )
}

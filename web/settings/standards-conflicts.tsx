// Where chosen standards contradict each other: both sides, what stands there, and the choice that was recorded or is still open.
import { Button } from '../controls/button.tsx'
import type { Deviating } from './standards-deviation.tsx'
import { type Conflict, type Side, type Standard, stateTones, stateWords } from './standards.ts'

interface Props { conflicts: readonly Conflict[]; standards: readonly Standard[]; onDeviate: ((deviating: Deviating) => void) | null }

const words = { open: 'Not decided', decided: 'Decided', avoided: 'Avoided for now' } as const
const tones = { open: 'danger', decided: 'good', avoided: undefined } as const

export function Conflicts({ conflicts, standards, onDeviate }: Props) {
  if (conflicts.length === 0) return null
  const nameOf = (id: string): string => standards.find((one) => one.id === id)?.name ?? id
  return (
    <section className="card standard" aria-labelledby="conflicts">
      <div className="standard-head">
        <h2 id="conflicts">They contradict each other</h2>
        <p className="small soft">No value satisfies both sides. Choose one by what you set, and record why you deviate from the other.</p>
      </div>
      <ul className="requirements">
        {conflicts.map(({ about, value, state, sides }) => (
          <li className="conflict" key={about + sides.map(({ preset, requirement }) => preset + requirement).join()}>
            <p className="row"><strong>{about}</strong><span className="badge" data-tone={tones[state]}>{words[state]}</span></p>
            {value !== null && <p className="small soft break">What stands there: {value}</p>}
            <div className="conflict-sides">
              {sides.map((side) => <ConflictSide key={side.preset + side.requirement} side={side} name={nameOf(side.preset)} value={value} onDeviate={state === 'open' ? onDeviate : null} />)}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function ConflictSide({ side: { preset, requirement, number, asks, state, because }, name, value, onDeviate }: { side: Side; name: string; value: string | null; onDeviate: Props['onDeviate'] }) {
  return (
    <div className="conflict-side">
      <p className="row"><span className="small soft">{name} {number}</span><span className="badge" data-tone={stateTones[state]}>{stateWords[state]}</span></p>
      <p>{asks}</p>
      {because !== null && <p className="small soft">{because}</p>}
      {state === 'not_met' && onDeviate && <div><Button size="s" onPress={() => onDeviate({ standard: preset, name, requirement, number, asks, value })}>Deviate from this side<span className="hidden"> ({name} {number})</span></Button></div>}
    </div>
  )
}

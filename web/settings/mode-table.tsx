// The table of the two-factor module: for each mode what is asked inside the white-list and outside of it, and of how many people.
import { COLUMNS, MODES, type Column, type Mode, type TwoFactorCounts } from '#policy/two-factor-counts.ts'
import { countOf, numberOf } from '../controls/words.ts'
import './mode-table.css'

const modeWords: Record<Mode, string> = { off: 'Off', remote_only: 'Remote only', on: 'On' }
const columnWords: Record<Column, string> = { inside: 'Inside the list', outside_admin: 'Outside, admin', outside_remote: 'Outside, agent with remote access', outside_other: 'Outside, other agent' }
const needWords = { 'password': 'Password', 'password+code': 'Password and code', 'denied': 'Denied' } as const
const tones = { 'password': 'password', 'password+code': 'code', 'denied': 'denied' } as const
type Need = keyof typeof needWords

/** As SETTINGS.md draws it; the server's own answer takes its place once it is there. */
const drawn: Record<Mode, Record<Column, Need>> = {
  off: { inside: 'password', outside_admin: 'denied', outside_remote: 'denied', outside_other: 'denied' },
  remote_only: { inside: 'password', outside_admin: 'password+code', outside_remote: 'password+code', outside_other: 'denied' },
  on: { inside: 'password+code', outside_admin: 'password+code', outside_remote: 'password+code', outside_other: 'denied' },
}

// the roles stand in the page because the rows become cards when narrow, and a browser then forgets that it is a table
export function ModeTable({ mode, counts }: { mode: string; counts: TwoFactorCounts | null }) {
  return (
    <div className="card mode-card">
      <table className="mode-table" role="table">
        <caption className="hidden">What each mode asks for at sign-in and at every request{counts && ', and how many active people were last seen there'}</caption>
        <thead role="rowgroup">
          <tr role="row"><th scope="col" role="columnheader">Mode</th>{COLUMNS.map((column) => <th scope="col" role="columnheader" key={column}>{columnWords[column]}</th>)}</tr>
        </thead>
        <tbody role="rowgroup">
          {MODES.map((one) => (
            <tr key={one} role="row" data-on={one === mode || undefined}>
              <th scope="row" role="rowheader">{modeWords[one]}{one === mode && <span className="badge" data-tone="accent">Chosen</span>}</th>
              {COLUMNS.map((column) => {
                const need = (counts?.asks[one][column] ?? drawn[one][column]) as Need
                const people = counts?.columns[column] ?? 0
                return (
                  <td key={column} role="cell" data-cell={tones[need]} data-empty={people === 0 || undefined}>
                    <span className="mode-column" aria-hidden="true">{columnWords[column]}</span>
                    <span className="mode-need">{needWords[need]}</span>
                    {counts && <span className="mode-count nums" title={countOf(people, 'person', 'people')}>{numberOf(people)}<span className="hidden"> {people === 1 ? 'person' : 'people'}</span></span>}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mode-legend small">
        <ul className="row">
          {(['password', 'password+code', 'denied'] as const).map((need) => <li key={need} data-cell={tones[need]}><span className="mode-swatch" aria-hidden="true" />{needWords[need]}</li>)}
        </ul>
        {counts && <p className="soft"><span className="mode-count" aria-hidden="true">n</span> active people last seen there</p>}
      </div>
    </div>
  )
}

// The table of the two-factor module: for each mode what is asked inside the white-list and outside of it.
import './mode-table.css'

const rows = [
  { mode: 'off', label: 'Off', cells: ['Password', 'Denied', 'Denied', 'Denied'] },
  { mode: 'remote_only', label: 'Remote only', cells: ['Password', 'Password and code', 'Password and code', 'Denied'] },
  { mode: 'on', label: 'On', cells: ['Password and code', 'Password and code', 'Password and code', 'Denied'] },
] as const
const columns = ['Inside the list', 'Outside, admin', 'Outside, agent with remote access', 'Outside, other agent'] as const

export function ModeTable({ mode }: { mode: string }) {
  return (
    <div className="card mode-card" tabIndex={0} role="group" aria-label="Who needs what, table">
      <table className="mode-table">
        <caption className="hidden">What each mode asks for at sign-in and at every request</caption>
        <thead>
          <tr><th scope="col">Mode</th>{columns.map((column) => <th scope="col" key={column}>{column}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.mode} data-on={row.mode === mode || undefined}>
              <th scope="row">{row.label}{row.mode === mode && <span className="badge" data-tone="accent">Chosen</span>}</th>
              {row.cells.map((cell, index) => <td key={columns[index]} data-cell={cell === 'Denied' ? 'denied' : cell === 'Password' ? 'password' : 'code'}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

// What a check of a file found: who would be invited, and every wrong line with its column, what stands there and what to mend.
import { Note } from '../controls/note.tsx'
import { countOf } from '../controls/words.ts'
import { useSession } from '../session/session.ts'

export interface LineFault { line: number; column: string; code: string; value: string; message: string }
export interface Report {
  lines: number
  right: number
  broken: boolean
  faults: LineFault[]
  people?: { line: number; name: string; email: string; role: string }[]
}

const shownPeople = 5

export function ImportReport({ report }: { report: Report }) {
  const { faults, right, lines, people = [] } = report
  const { mailsKept } = useSession()
  return (
    <div className="stack" role="status">
      {faults.length === 0 && <Note tone="good" title={lines === 1 ? 'The line is right' : `All ${lines} lines are right`}>{countOf(right, 'person', 'people')} {mailsKept ? 'will be invited; no mail server is set, so the invitations are written to files on the server' : 'will get an invitation by mail'}.</Note>}
      {faults.length > 0 && (
        <Note tone="warning" title={countOf(faults.length, 'fault', 'faults')}>
          {report.broken ? 'The file cannot be read as a whole; nobody would be invited.' : `${countOf(lines - right, 'line is', 'lines are')} wrong, ${right} of ${lines} right. Nobody was invited yet.`}
        </Note>
      )}
      {faults.length > 0 && (
        <div className="users-faults" role="region" aria-label="Faults" tabIndex={0}>
          <table>
            <thead><tr><th scope="col">Line</th><th scope="col">Column</th><th scope="col">What is wrong</th></tr></thead>
            <tbody>
              {faults.map((fault, index) => (
                <tr key={index}>
                  <td className="nums">{fault.line || '–'}</td>
                  <td>{fault.column || '–'}</td>
                  <td><span className="break">{fault.message}</span>{fault.value && <span className="mono small soft break users-block"><bdi>{fault.value}</bdi></span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {people.length > 0 && (
        <ul className="users-preview">
          {people.slice(0, shownPeople).map((person) => <li key={person.line}><bdi>{person.name}</bdi> <bdi className="soft break">{person.email}</bdi>{person.role === 'admin' && <span className="badge" data-tone="accent">Administrator</span>}</li>)}
          {people.length > shownPeople && <li className="soft">and {people.length - shownPeople} more</li>}
        </ul>
      )}
    </div>
  )
}

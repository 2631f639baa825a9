// Brings people from a CSV file: dropped, chosen or pasted, checked line by line on the server, and invited all with one code.
import { useQueryClient } from '@tanstack/react-query'
import { useId, useRef, useState, type DragEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { Tick } from '../controls/ticks.tsx'
import { countOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { toast } from '../shell/announce.ts'
import { useMailed } from '../shell/mailed.ts'
import { ImportReport, type Report } from './import-report.tsx'

const mostBytes = 200_000
const example = 'email,name,role,capabilities,phone\nada@example.com,Ada Lovelace,agent,"remote_access, forward",+49 151 12345678\n'

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const mailed = useMailed()
  const id = useId()
  const [csv, setCsv] = useState('')
  const [report, setReport] = useState<Report | null>(null)
  const [skip, setSkip] = useState(false)
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState<'check' | 'import' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const chooser = useRef<HTMLInputElement>(null)

  function take(text: string) {
    setCsv(text)
    setReport(null)
    setSkip(false)
    setProblem(null)
  }
  async function takeFile(file: File | undefined) {
    if (!file) return
    if (file.size > mostBytes) return setProblem({ status: 413, code: 'import.too_large', title: 'Too large', detail: 'The file is larger than 200 kB. Split it, or save only the columns that are needed as CSV.' })
    take(await file.text())
  }
  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    void takeFile(event.dataTransfer.files[0])
  }
  async function run(what: 'check' | 'import', work: () => Promise<void>) {
    setBusy(what)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      const found = problemOf(error)
      if (found.code === 'import.faulty') setReport(found as unknown as Report)
      else if (found.code !== 'step_up.required') setProblem(found)
    } finally {
      setBusy(null)
    }
  }
  const check = () => run('check', async () => setReport(await call<Report>('POST', '/users/import?check=1', { body: { csv } })))
  const bring = () => run('import', async () => {
    const done = await call<{ invited: number; skipped: number }>('POST', '/users/import', { body: { csv, ...(skip ? { skipFaulty: true } : {}) } })
    toast(`${mailed.many(done.invited, 'invitation')}${done.skipped > 0 ? ` ${countOf(done.skipped, 'line was', 'lines were')} left out.` : ''}`)
    void client.invalidateQueries({ queryKey: ['users'] })
    onClose()
  })
  const wrong = report !== null && report.faults.length > 0
  const ready = report !== null && report.right > 0 && (!wrong || skip)
  return (
    <Dialog title="Import people" open onClose={onClose} size="l">
      <div className="stack">
        {!report && (
          <>
            <p className="soft">A CSV file as a spreadsheet saves it, at most 500 people. The first line names the columns: <span className="mono">email</span> and <span className="mono">name</span>, and if you like <span className="mono">role</span>, <span className="mono">capabilities</span>, <span className="mono">phone</span>.</p>
            <div className="users-drop" data-over={over || undefined} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
              <span>Drop a file here, or</span>
              <Button onPress={() => chooser.current?.click()}>Choose a file</Button>
              <input ref={chooser} className="hidden" type="file" accept=".csv,.tsv,.txt,text/csv" tabIndex={-1} aria-hidden="true" onChange={(event) => { void takeFile(event.target.files?.[0]); event.target.value = '' }} />
            </div>
            <div className="field">
              <span className="apart"><label className="field-label" htmlFor={`${id}-csv`}>Or paste it</label><Button look="quiet" size="s" onPress={() => take(example)}>Show an example</Button></span>
              <textarea className="input mono" id={`${id}-csv`} rows={8} dir="ltr" spellCheck={false} value={csv} onChange={(event) => take(event.target.value)} />
            </div>
          </>
        )}
        {problem && <ProblemNote problem={problem} />}
        {report && <ImportReport report={report} />}
        {report && wrong && !report.broken && report.right > 0 && (
          <Tick isSelected={skip} onChange={setSkip}>Invite only the {countOf(report.right, 'person whose line is', 'people whose lines are')} right, and leave the others out</Tick>
        )}
        {report && wrong && (report.broken || report.right === 0) && <Note>Mend the file, then check it again.</Note>}
        <div className="row-end">
          {report ? <Button onPress={() => setReport(null)}>Back to the file</Button> : <Button onPress={onClose}>Cancel</Button>}
          {!report && <Button look="main" pending={busy === 'check'} isDisabled={csv.trim() === ''} onPress={check}>{busy === 'check' ? 'Checking…' : 'Check'}</Button>}
          {report && <Button look="main" icon="mail" pending={busy === 'import'} isDisabled={!ready} onPress={bring}>{busy === 'import' ? 'Inviting…' : `Invite ${countOf(report.right, 'person', 'people')}`}</Button>}
        </div>
      </div>
    </Dialog>
  )
}

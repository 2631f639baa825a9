// Settings → History: every version of the settings with who, when, why and what; two compared; one gone back to.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import './history.css'
import { Button } from '../controls/button.tsx'
import { Dialog } from '../controls/dialog.tsx'
import { ProblemNote } from '../controls/note.tsx'
import { Tick } from '../controls/ticks.tsx'
import { countOf, instantOf, utcOf } from '../controls/words.ts'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Failed, Page, Waiting } from '../shell/page.tsx'
import { Changes } from './changes.tsx'
import { compareVersions, readVersions, type Version } from './history.ts'
import { RestoreDialog } from './restore-dialog.tsx'

export function History() {
  const brand = useBrand()
  const found = useInfiniteQuery({ queryKey: ['policy-versions'], queryFn: ({ pageParam }) => readVersions(pageParam), initialPageParam: null as number | null, getNextPageParam: (page) => page.next })
  const [marked, setMarked] = useState<readonly number[]>([])
  const [comparing, setComparing] = useState(false)
  const [restoring, setRestoring] = useState<number | null>(null)
  const versions = found.data?.pages.flatMap((page) => page.versions) ?? []
  const present = found.data?.pages[0]?.present ?? 0
  const newest = versions[0]?.version
  const mark = (version: number, on: boolean) => setMarked(on ? [...marked, version].slice(-2) : marked.filter((one) => one !== version))
  const [from = 0, to = 0] = marked.toSorted((a, b) => a - b)
  return (
    <Page title="History of the settings" settingsOf={brand} width="m" lead="Every change of Privacy & Security: who made it, when, why, and what it changed. Any two versions can be compared, and any one gone back to."
      aside={versions.length > 1 && <Button isDisabled={marked.length !== 2} onPress={() => setComparing(true)}>{marked.length === 2 ? `Compare ${from} with ${to}` : 'Mark two to compare'}</Button>}>
      {found.error && <Failed problem={problemOf(found.error)} onAgain={() => void found.refetch()} />}
      {found.isPending && <Waiting />}
      {found.data && versions.length === 0 && (
        <div className="empty card">
          <Icon name="clock" size={40} />
          <h2>Nothing was changed yet</h2>
          <p className="soft">All settings stand at their defaults. The first change you save under Privacy & Security stands here.</p>
        </div>
      )}
      {versions.length > 0 && (
        <ol className="history" reversed>
          {versions.map((version) => (
            <VersionItem key={version.version} version={version} newest={version.version === newest} marked={marked.includes(version.version)} onMark={(on) => mark(version.version, on)} onRestore={() => setRestoring(version.version)} />
          ))}
        </ol>
      )}
      {found.hasNextPage && <div><Button pending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>Older versions</Button></div>}
      {comparing && marked.length === 2 && <CompareDialog from={from} to={to} onClose={() => setComparing(false)} />}
      {restoring !== null && <RestoreDialog version={restoring} present={present} onClose={() => setRestoring(null)} />}
    </Page>
  )
}

const trialWords = { waiting: 'On trial now', confirmed: 'Confirmed after a trial', undone: 'Taken back', returned: 'Went back by itself' } as const

interface ItemProps { version: Version; newest: boolean; marked: boolean; onMark: (on: boolean) => void; onRestore: () => void }

function VersionItem({ version: { version, at, author, approvals, reason, changes, trial }, newest, marked, onMark, onRestore }: ItemProps) {
  return (
    <li className="card history-item" value={version}>
      <div className="apart">
        <div className="row">
          <Tick isSelected={marked} onChange={onMark}><strong>Version {version}</strong><span className="hidden">, mark to compare</span></Tick>
          {newest && <span className="badge" data-tone="good">In force</span>}
          {trial && <span className="badge" data-tone={trial.state === 'confirmed' ? undefined : 'warn'}>{trial.state === 'confirmed' && trial.endedBy === null ? 'Stayed after a trial' : trialWords[trial.state]}</span>}
        </div>
        {!newest && changes !== null && <Button size="s" onPress={onRestore}>Go back to this<span className="hidden"> version, {version}</span></Button>}
      </div>
      <p className="small soft"><span className="auto-dir">{author?.name ?? 'The system'}</span>, <time dateTime={new Date(at).toISOString()} title={utcOf(at)}>{instantOf(at)}</time>{approvals.map(({ by }) => <span key={by.id}>; approved by <span className="auto-dir">{by.name}</span></span>)}</p>
      {reason !== null && <p className="history-reason break"><span className="auto-dir">{reason}</span></p>}
      {changes === null ? <p className="soft small">What this version changed stands in the audit trail.</p> : <Changes changes={changes} />}
    </li>
  )
}

function CompareDialog({ from, to, onClose }: { from: number; to: number; onClose: () => void }) {
  const { data, error, isPending } = useQuery({ queryKey: ['policy-compare', from, to], queryFn: () => compareVersions(from, to) })
  return (
    <Dialog title={`Version ${from} and version ${to}`} open size="l" onClose={onClose}>
      {isPending && <div className="pulse" style={{ blockSize: '6rem' }} role="status" aria-label="Comparing" />}
      {error && <ProblemNote problem={problemOf(error)} />}
      {data && (data.changes.length === 0 ? <p>The settings stood alike in both.</p> : <><p className="soft">{countOf(data.changes.length, 'setting')} differ{data.changes.length === 1 ? 's' : ''}. First what stands in version {from}, then in version {to}.</p><Changes changes={data.changes} /></>)}
      <div className="row-end"><Button onPress={onClose}>Close</Button></div>
    </Dialog>
  )
}

// The two-factor module: its settings, with the table of who needs what from where, as it stands in the draft.
import { Link } from '@tanstack/react-router'
import { problemOf } from '../http/problem.ts'
import { useBrand } from '../session/session.ts'
import { Failed, Page, Waiting } from '../shell/page.tsx'
import { Note } from '../controls/note.tsx'
import { useEditing, type Editing } from './editing.ts'
import { LeaveGuard } from './leave-guard.tsx'
import { ModeTable } from './mode-table.tsx'
import { twoFactorTab } from './privacy.tsx'
import { SaveBar } from './save-bar.tsx'
import { Unseen } from './unseen.tsx'
import { SettingList } from './section.tsx'
import { useTwoFactorCounts } from './two-factor-counts.ts'
import { TwoFactorEffect, TwoFactorNames } from './two-factor-people.tsx'

export function TwoFactor() {
  const brand = useBrand()
  const { editing, unseen, error, retry } = useEditing()
  return (
    <Page title="Two-factor module" settingsOf={brand} width="l" lead="When a sign-in needs a code besides the password.">
      {error !== null && !editing && <Failed problem={problemOf(error)} onAgain={retry} />}
      {unseen && <Unseen />}
      {!editing && !unseen && error === null && <Waiting />}
      {editing && <Body editing={editing} brand={brand} />}
    </Page>
  )
}

function Body({ editing, brand }: { editing: Editing; brand: string }) {
  const { state, draft, judgement } = editing
  const keys = state.tabs.find(({ id }) => id === twoFactorTab)?.keys ?? []
  const draftOf = (key: string): unknown => (key in draft.inputs ? draft.inputs[key] : state.settings[key]?.value)
  const mode = draftOf('two_factor.mode')
  const list = draftOf('management.allowlist')
  const everyone = typeof list === 'object' && list !== null && 'state' in list && list.state === 'any'
  const { counts, error, retry, old } = useTwoFactorCounts(editing)
  const elsewhere = judgement.changed.filter((key) => !keys.includes(key)).length
  return (
    <>
      <ModeTable mode={typeof mode === 'string' ? mode : ''} counts={counts} />
      {everyone && (
        <Note tone={mode === 'remote_only' ? 'warning' : 'info'}>
          The <Link to="/b/$brand/settings/privacy" params={{ brand }} hash="management.allowlist">white-list for management</Link> lets anyone in, so everyone counts as inside.
          {mode === 'remote_only' && ' “Remote only” therefore never asks for a code at sign-in.'}
        </Note>
      )}
      {error !== null && !counts && <Failed problem={problemOf(error)} onAgain={retry} />}
      {!counts && error === null && !old && <div className="pulse" style={{ blockSize: '9rem' }} role="status" aria-label="Counting" />}
      {counts && <TwoFactorEffect counts={counts} draft={judgement.changed.length > 0} old={old} />}
      <section className="card" aria-labelledby="two-factor-settings">
        <h2 className="hidden" id="two-factor-settings">Settings</h2>
        <SettingList keys={keys} editing={editing} />
      </section>
      {counts && <TwoFactorNames counts={counts} />}
      {elsewhere > 0 && <p className="soft">The draft also holds {elsewhere} {elsewhere === 1 ? 'change' : 'changes'} in <Link to="/b/$brand/settings/privacy" params={{ brand }}>Privacy &amp; Security</Link>; Save takes them along.</p>}
      <SaveBar editing={editing} onFault={(key) => document.getElementById(key)?.scrollIntoView({ block: 'center' })} />
      <LeaveGuard changes={judgement.changed.length} />
    </>
  )
}

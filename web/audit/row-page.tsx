// One row under an address of its own: where the reference of a refusal leads.
import { Link, useParams } from '@tanstack/react-router'
import './audit.css'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Page } from '../shell/page.tsx'
import { RowDetail } from './row-detail.tsx'

export function RowPage() {
  const brand = useBrand()
  const id = useParams({ strict: false, select: (params) => (params as { id?: string }).id ?? '' })
  return (
    <Page title="One row of the audit trail" width="m">
      <Link className="crumb" to="/b/$brand/audit" params={{ brand }}><span className="flip"><Icon name="back" size={16} /></span>The whole trail</Link>
      <section className="card card-body" aria-label="The row"><RowDetail id={id} /></section>
    </Page>
  )
}

// One conversation in a list: who, what was said last, when, who waits and since when, who has it.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { instantOf } from '../controls/words.ts'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { initials } from '../shell/person-menu.tsx'
import type { Summary } from './shapes.ts'
import type { ViewSearch } from './view.ts'
import { brief, isUnread, nameOf, rowTime, verifiedWords } from './words.ts'

const tagsShown = 2

interface Props {
  conversation: Summary
  search: ViewSearch
  now: number
  open: boolean
  draft?: boolean
  /** stands in place of the preview: where a search found its words */
  excerpt?: ReactNode
  message?: string | undefined
}

export function Row({ conversation: one, search, now, open, draft, excerpt, message }: Props) {
  const brand = useBrand()
  const unread = isUnread(one) && !open
  const waits = one.waitingSince !== null && (one.status === 'open' || one.status === 'pending')
  return (
    <li>
      <Link className="row-link" data-row="" data-unread={unread || undefined} to="/b/$brand/inbox/$conversation" params={{ brand, conversation: one.id }} search={{ ...search, message }} preload={false} activeProps={{}} aria-current={open ? 'true' : undefined}>
        <span className="row-who">
          {unread && <><span className="unread-dot" /><span className="hidden">Unread.</span></>}
          <strong className="row-name" dir="auto">{nameOf(one.customer)}</strong>
          {one.customer.verifiedBy && <span className="verified" title={verifiedWords(one.customer.verifiedBy)}><Icon name="verified" size={14} /><span className="hidden">, verified</span></span>}
          <time className="row-time nums" dateTime={new Date(one.lastMessageAt).toISOString()} title={instantOf(one.lastMessageAt)}>{rowTime(one.lastMessageAt, now)}</time>
        </span>
        <span className="row-preview" dir="auto">{excerpt ?? (draft ? <><span className="row-draft">Draft</span> {one.preview}</> : <>{one.subject && <span className="row-subject">{one.subject}{one.preview && ' · '}</span>}{one.preview || (one.subject ? '' : 'No words yet')}</>)}</span>
        <span className="row-marks">
          {one.status !== 'open' && <span className="row-status"><span className="status-dot" data-status={one.status} />{one.status}</span>}
          {waits && <span className="row-waits nums" title={`Waits for an answer since ${instantOf(one.waitingSince!)}`}><Icon name="clock" size={13} /><span className="hidden">Waits for </span>{brief(now - one.waitingSince!)}</span>}
          {one.forwardReplyAt !== null && <span className="row-forward" title={`Somebody outside answered a forward on ${instantOf(one.forwardReplyAt)}`}><span className="flip"><Icon name="forward" size={13} /></span>Forward reply</span>}
          {one.held && <span className="row-held" title="Under legal hold"><Icon name="shield" size={13} /><span className="hidden">Under legal hold.</span></span>}
          {one.tags.slice(0, tagsShown).map((tag) => <span className="row-tag" key={tag} dir="auto">{tag}</span>)}
          {one.tags.length > tagsShown && <span className="row-tag">+{one.tags.length - tagsShown}</span>}
          {one.team && <span className="row-team" dir="auto">{one.team.name}</span>}
          {one.assignee && <span className="face-s" title={`Assigned to ${one.assignee.name}`} data-initials={initials(one.assignee.name)}><span className="hidden">Assigned to {one.assignee.name}</span></span>}
        </span>
      </Link>
    </li>
  )
}

// The files of a message: a picture where there is one, the name, the size, and what became of a file that was not taken.
import { Link } from '@tanstack/react-router'
import { standsInFrame } from '../http/api.ts'
import { useBrand } from '../session/session.ts'
import { Icon } from '../shell/icon.tsx'
import { Picture } from './picture.tsx'
import type { ShownFile } from './shapes.ts'
import { shownInPlace, sizeOf, typeLabel } from './words.ts'
import './files.css'

export const contentAt = (id: string, save = false): string => `/api/v1/files/${encodeURIComponent(id)}/content${save ? '?save=1' : ''}`

export function MessageFiles({ files }: { files: readonly ShownFile[] }) {
  if (files.length === 0) return null
  return <ul className="files" aria-label={files.length === 1 ? 'File' : 'Files'}>{files.map((file) => <li key={file.id}><FileCard file={file} /></li>)}</ul>
}

function FileCard({ file }: { file: ShownFile }) {
  const brand = useBrand()
  const { state, name, refusal } = file
  if (state === 'deleted') return <p className="file-gone small"><Icon name="file" size={16} />A file was removed.</p>
  if (state !== 'accepted') {
    return (
      <div className="file-refused" data-state={state}>
        <Icon name="warning" size={16} />
        <p className="small"><bdi className="break">{name}</bdi> was {state === 'quarantined' ? 'held back' : 'refused'}{refusal ? `: ${refusal.words}` : ''}. <AboutFile className="file-more" brand={brand} id={file.id}>Why?</AboutFile></p>
      </div>
    )
  }
  const open = shownInPlace(file)
  const about = [typeLabel(file.type), file.bytes === null ? null : sizeOf(file.bytes)].filter((one) => one !== null).join(', ')
  return (
    <div className="file-card">
      <a className="file-open" href={contentAt(file.id)} {...(open ? { target: '_blank', rel: 'noreferrer' } : { download: name })} title={open ? 'Open in a new tab' : 'Download'}>
        <span className="hidden">{open ? 'Open' : 'Download'} </span>
        <Picture key={String(file.thumbnail)} file={file} />
        <span className="file-words"><bdi className="file-name">{name}</bdi><span className="small file-about">{about}</span></span>
      </a>
      <span className="file-acts">
        {open && <a className="button" data-look="icon" data-size="s" href={contentAt(file.id, true)} download={name} aria-label={`Download ${name}`} title="Download"><Icon name="download" size={16} /></a>}
        <AboutFile className="button" data-look="icon" data-size="s" brand={brand} id={file.id} aria-label={`About ${name}`} title="About this file"><Icon name="info" size={16} /></AboutFile>
      </span>
    </div>
  )
}

interface About extends React.AriaAttributes { brand: string; id: string; className: string; title?: string; 'data-look'?: string; 'data-size'?: string; children: React.ReactNode }

/** The page of a file, with its links and who opened it, is no part of a frame: from there it opens in a tab of its own. */
function AboutFile({ brand, id, children, ...rest }: About) {
  if (standsInFrame()) return <a {...rest} href={`/b/${encodeURIComponent(brand)}/files/${encodeURIComponent(id)}`} target="_blank" rel="noreferrer">{children}</a>
  return <Link {...rest} to="/b/$brand/files/$id" params={{ brand, id }}>{children}</Link>
}

// To whom an answer by mail goes: the customer, and copies, kept for this visit until it is sent.
import { useState, type KeyboardEvent } from 'react'
import './mail.css'
import type { Opened } from '../inbox/shapes.ts'
import { Icon } from '../shell/icon.tsx'

const chosen = new Map<string, readonly string[]>()

/** The copies of the next answer; undefined: whoever had copies of the customer's mail. */
export const copiesOf = (conversation: string): readonly string[] | undefined => chosen.get(conversation)
export const forgetCopies = (conversation: string): void => void chosen.delete(conversation)

export function MailTo({ opened }: { opened: Opened }) {
  const { id, mail } = opened.conversation
  const [, redraw] = useState(0)
  const [typed, type] = useState('')
  if (!mail) return null
  const copies = chosen.get(id) ?? mail.cc.map(({ address }) => address)
  const set = (next: readonly string[]) => {
    chosen.set(id, next)
    redraw((before) => before + 1)
  }
  function add() {
    const address = typed.trim().replace(/[,;]$/, '')
    if (address !== '' && !copies.some((one) => one.toLowerCase() === address.toLowerCase())) set([...copies, address])
    type('')
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' || event.key === ',' || event.key === ';') {
      event.preventDefault()
      add()
    }
  }
  return (
    <div className="mail-to">
      <span className="soft">To</span>
      {mail.to ? <bdi title={mail.to.address}>{mail.to.name ? `${mail.to.name} <${mail.to.address}>` : mail.to.address}</bdi> : <span className="fault">This mail named no address that an answer could go to.</span>}
      <span className="soft">Copies</span>
      {copies.map((address) => (
        <span className="mail-copy" key={address}><bdi>{address}</bdi><button type="button" aria-label={`No copy to ${address}`} onClick={() => set(copies.filter((one) => one !== address))}><Icon name="close" size={12} /></button></span>
      ))}
      <input type="email" multiple={false} aria-label="Add somebody who gets a copy" placeholder="Add an address" autoComplete="off" autoCapitalize="none" spellCheck={false} value={typed} onChange={(event) => type(event.target.value)} onKeyDown={onKeyDown} onBlur={add} />
    </div>
  )
}

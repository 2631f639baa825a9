// The page that a link for one recipient opens: asks for a code at the mailbox it was mailed to, then gives the file.
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Button } from '../controls/button.tsx'
import { CodeField } from '../controls/code-field.tsx'
import { Note, ProblemNote } from '../controls/note.tsx'
import { dayOf } from '../controls/words.ts'
import { call } from '../http/api.ts'
import { problemOf } from '../http/problem.ts'
import type { Problem } from '../http/shapes.ts'
import { sizeOf, typeLabel } from '../files/words.ts'
import { beginAnewOnNewFragment, takeFragment } from '../session/fragment.ts'
import { Icon } from '../shell/icon.tsx'
import { useTitle } from '../shell/page.tsx'
import { Gate } from '../sign-in/gate.tsx'
import './recipient.css'

interface Given { name: string; type: string | null; bytes: number | null; until: number }
/** `mailsKept`: no mail server is set there */
interface Opened { brand: { name: string }; recipient: string; mailsKept: boolean; expiresAt: number; file: Given | null }

type Step = 'looking' | 'ask' | 'code' | 'file' | 'over'

export function Recipient() {
  const [token] = useState(takeFragment)
  const [opened, setOpened] = useState<Opened | null>(null)
  const [step, setStep] = useState<Step>('looking')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const [code, setCode] = useState('')
  const area = useRef<HTMLDivElement>(null)
  useTitle('A file for you')
  useEffect(beginAnewOnNewFragment, [])
  useEffect(() => { if (step !== 'looking') area.current?.querySelector<HTMLElement>('h1')?.focus() }, [step])

  /** Runs one question; a link that is over ends the page. */
  async function asked(work: () => Promise<void>) {
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      const said = problemOf(error)
      setProblem(said)
      if (said.status === 410 && said.code !== 'code.expired') setStep('over')
      if (said.code === 'code.expired') setStep('ask')
    }
    setBusy(false)
  }
  const look = () => asked(async () => {
    const found = await call<Opened>('POST', '/recipient-links/open', { body: { token }, gated: false })
    setOpened(found)
    setStep(found.file ? 'file' : 'ask')
  })
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useEffect(() => { if (token !== '') void look() }, [token])
  const send = () => asked(async () => {
    await call('POST', '/recipient-links/code', { body: { token }, gated: false })
    setCode('')
    setStep('code')
  })
  const prove = (event: FormEvent) => {
    event.preventDefault()
    void asked(async () => {
      const { file } = await call<{ file: Given }>('POST', '/recipient-links/prove', { body: { token, code }, gated: false })
      setOpened((before) => before && { ...before, file })
      setStep('file')
    })
  }

  if (token === '') return <Gate><div className="stack"><header><h1 tabIndex={-1}>A file for you</h1><p>The link was cut short.</p></header><Note tone="warning" title="Open it again from the mail">Or copy the whole of it, with everything behind the #.</Note></div></Gate>
  if (step === 'over') {
    return (
      <Gate>
        <div className="stack" ref={area}>
          <header><h1 tabIndex={-1}>{problem?.title ?? 'Link expired'}</h1><p>{problem?.detail}</p></header>
        </div>
      </Gate>
    )
  }
  if (step === 'looking' || !opened) {
    return <Gate><div className="stack" ref={area}>{problem ? <><header><h1 tabIndex={-1}>A file for you</h1></header><ProblemNote problem={problem} /><div><Button look="main" pending={busy} onPress={() => void look()}>Try again</Button></div></> : <span role="status" className="hidden">Opening the link</span>}</div></Gate>
  }
  const { brand, recipient, mailsKept, expiresAt, file } = opened
  return (
    <Gate>
      <div className="stack" ref={area}>
        {step === 'ask' && (
          <>
            <header><h1 tabIndex={-1}><bdi>{brand.name}</bdi> sent you a file</h1><p>To make sure that it is you, a code {mailsKept ? 'is made for' : 'is mailed to'} <strong><bdi>{recipient}</bdi></strong>, the address this link was made for.</p></header>
            {problem && <ProblemNote problem={problem} />}
            {mailsKept && <Note tone="warning" title="Mails are not sent from here">The code is written to a file on the server, because no mail server is set. Ask <bdi>{brand.name}</bdi> for it.</Note>}
            <Button look="main" wide pending={busy} onPress={() => void send()}>{busy ? 'Sending…' : mailsKept ? 'Make a code' : 'Mail me a code'}</Button>
            <p className="small soft">The link works until {dayOf(expiresAt)}. Opening this page uses nothing up.</p>
          </>
        )}
        {step === 'code' && (
          <>
            <header><h1 tabIndex={-1}>Enter the code</h1>{mailsKept ? <p>Six digits for <strong><bdi>{recipient}</bdi></strong> lie in a file on the server, because no mail server is set. They work for ten minutes.</p> : <p>Six digits were mailed to <strong><bdi>{recipient}</bdi></strong>. They work for ten minutes.</p>}</header>
            <form className="stack" onSubmit={prove} noValidate>
              {problem && <ProblemNote problem={problem} />}
              <CodeField method="sms" label="Code from the mail" value={code} onChange={setCode} autoFocus />
              <Button look="main" type="submit" wide pending={busy}>{busy ? 'Checking…' : 'Open the file'}</Button>
            </form>
            <p className="small soft">{mailsKept ? 'Ten minutes are over? Then ' : 'Nothing came? Look among unwanted mail, then '}<button type="button" className="link" disabled={busy} onClick={() => void send()}>ask for another code</button>.</p>
          </>
        )}
        {step === 'file' && file && (
          <>
            <header><h1 tabIndex={-1}>Your file</h1><p>from <strong><bdi>{brand.name}</bdi></strong></p></header>
            {problem && <ProblemNote problem={problem} />}
            <div className="recipient-file">
              <span className="file-icon"><Icon name="file" size={28} /></span>
              <span className="stack-s"><strong className="break"><bdi>{file.name}</bdi></strong><span className="small soft">{[typeLabel(file.type), file.bytes === null ? null : sizeOf(file.bytes)].filter((one) => one !== null).join(', ')}</span></span>
            </div>
            <a className="button" data-look="main" data-wide href="/api/v1/recipient-links/file" download={file.name}><Icon name="download" size={18} />Download</a>
            <p className="small soft">It can be downloaded in this browser for a quarter of an hour. After that, or in another browser, ask for a new code with the same link; it works until {dayOf(expiresAt)}.</p>
          </>
        )}
      </div>
    </Gate>
  )
}

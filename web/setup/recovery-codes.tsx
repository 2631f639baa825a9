// Ten recovery codes to copy or download.
import { useEffect, useState } from 'react'
import { CopyButton } from '../controls/copy-button.tsx'
import { Icon } from '../shell/icon.tsx'

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const text = `${codes.join('\n')}\n`
  const [address, setAddress] = useState('')
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([`Portcullis recovery codes for ${location.host}\nEach works once.\n\n${text}`], { type: 'text/plain' }))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [text])
  return (
    <div className="stack-s">
      <ol className="codes" aria-label="Recovery codes" dir="ltr">
        {codes.map((code) => <li key={code}>{code}</li>)}
      </ol>
      <div className="row">
        <CopyButton text={text} label="Copy the codes" size="m">Copy all</CopyButton>
        <a className="button" href={address} download="portcullis-recovery-codes.txt"><Icon name="download" size={18} />Download</a>
      </div>
    </div>
  )
}

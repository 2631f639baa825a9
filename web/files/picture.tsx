// The small picture of a file: its icon where there is none, and until it comes where it is still being made.
import { useEffect, useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { pictureAt, pictureLater } from './later-picture.ts'
import type { ShownFile } from './shapes.ts'
import { iconOf } from './words.ts'

export function Picture({ file, large = false }: { file: ShownFile; large?: boolean }) {
  const [address, setAddress] = useState(() => (file.thumbnail ? pictureAt(file.id) : null))
  const [waits, setWaits] = useState(false)
  useEffect(() => {
    if (!waits) return
    const over = new AbortController()
    let made: string | null = null
    void pictureLater(file.id, over.signal).then((picture) => {
      if (over.signal.aborted) return
      if (picture === null) return setWaits(false)
      made = URL.createObjectURL(picture)
      setAddress(made)
    })
    return () => {
      over.abort()
      if (made !== null) URL.revokeObjectURL(made)
    }
  }, [file.id, waits])
  if (address === null) return <span className="file-icon" data-large={large || undefined} data-waits={waits || undefined}><Icon name={iconOf(file)} size={large ? 40 : 22} /></span>
  // An image does not tell why nothing came: whoever asks again hears it.
  const failed = () => {
    setAddress(null)
    setWaits(true)
  }
  return <img className="file-picture" data-large={large || undefined} src={address} alt="" loading="lazy" decoding="async" onError={failed} />
}

// A QR code as one SVG path built of React elements; the library only counts the modules.
import { create } from 'qrcode'
import { useMemo } from 'react'

const quiet = 1

export function QrCode({ text }: { text: string }) {
  const { side, path } = useMemo(() => drawn(text), [text])
  return (
    <figure className="qr">
      <svg viewBox={`0 0 ${side} ${side}`} role="img" aria-label="QR code for your authenticator app" shapeRendering="crispEdges">
        <path d={path} fill="#0b1110" />
      </svg>
    </figure>
  )
}

/** One horizontal run of dark modules after another: `M x y h length v1 …`. */
function drawn(text: string): { side: number; path: string } {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  const runs: string[] = []
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!data[y * size + x]) continue
      const start = x
      while (x + 1 < size && data[y * size + x + 1]) x++
      const length = x - start + 1
      runs.push(`M${start + quiet} ${y + quiet}h${length}v1h-${length}z`)
    }
  }
  return { side: size + quiet * 2, path: runs.join('') }
}

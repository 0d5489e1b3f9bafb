import { useEffect, useState } from 'preact/hooks'

/** A quiet zone of four modules, as ISO/IEC 18004 asks for. */
const BORDER = 4

/** A QR code of `text`, dark on light in every scheme, since not every reader takes it inverted. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [{ path, size }, setDrawn] = useState({ path: '', size: 1 })
  useEffect(() => {
    let isOld = false
    // Most of a page's time nobody waits: the encoder comes when it is needed.
    void import('uqr').then(({ encode }) => {
      if (isOld) return
      const { data, size: modules } = encode(text, { border: BORDER, ecc: 'M' })
      setDrawn({ path: modulesPath(data), size: modules })
    })
    return () => {
      isOld = true
    }
  }, [text])
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}

function modulesPath(rows: boolean[][]): string {
  let path = ''
  for (const [y, row] of rows.entries()) {
    for (const [x, isDark] of row.entries()) if (isDark) path += `M${x} ${y}h1v1h-1z`
  }
  return path
}

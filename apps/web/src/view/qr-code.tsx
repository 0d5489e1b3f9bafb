import { useMemo } from 'preact/hooks'
import { encode } from 'uqr'

/** A quiet zone of four modules, as ISO/IEC 18004 asks for. */
const BORDER = 4

/** A QR code of `text`, dark on light in every scheme, since not every reader takes it inverted. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => {
    const { data, size: modules } = encode(text, { border: BORDER, ecc: 'M' })
    return { path: modulesPath(data), size: modules }
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

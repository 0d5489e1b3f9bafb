import { encode } from 'uqr'

/** A quiet zone of four modules, as ISO/IEC 18004 asks for. */
const BORDER = 4

/** Draws a QR code into an `svg` with one `path`. */
export function drawQrCode(svg: SVGElement, text: string): void {
  const { data, size } = encode(text, { border: BORDER, ecc: 'M' })
  const modules = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`)
  svg.querySelector('path')?.setAttribute('d', modules.join(''))
}

/** Big enough for any difference, in pixels. */
const SIZE = 24

/** Unicode gives this place to no character, so that every font draws its box for it. */
const NOTHING = '\u{1FFFE}'

/** Whether this machine has a font for `picture`; without one all pictures are the same box. */
export function canDraw(picture: string): boolean {
  const canvas = document.createElement('canvas')
  canvas.width = SIZE
  canvas.height = SIZE
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return true
  const drawn = (text: string) => {
    context.clearRect(0, 0, SIZE, SIZE)
    context.font = `${SIZE * 0.75}px sans-serif`
    context.textBaseline = 'top'
    context.fillText(text, 0, 0)
    return context.getImageData(0, 0, SIZE, SIZE).data.join()
  }
  const box = drawn(NOTHING)
  const own = drawn(picture)
  return own !== box && /[^0,]/.test(own)
}

/** A part of a picture, in pixels. */
export interface Region {
  x: number
  y: number
  width: number
  height: number
}

/** How like the original a shown picture is. */
export interface Likeness {
  /** The size in which it arrived. */
  width: number
  height: number
  /** Peak signal to noise ratio of its lightness, in decibels; higher is more alike. */
  psnr: number
}

/**
 * Compares what the video at `selector` shows now with `original`, a picture in base64, within
 * `region`. Self-contained, because it is sent to the page as text.
 */
export async function readLikeness(input: {
  selector: string
  original: string
  region: Region
}): Promise<Likeness> {
  const { x, y, width, height } = input.region
  const lightness = (source: CanvasImageSource): number[] => {
    const context = new OffscreenCanvas(width, height).getContext('2d')
    if (!context) return []
    context.drawImage(source, -x, -y)
    const { data } = context.getImageData(0, 0, width, height)
    return Array.from({ length: width * height }, (_, pixel) => {
      const [red = 0, green = 0, blue = 0] = data.subarray(4 * pixel, 4 * pixel + 3)
      return 0.299 * red + 0.587 * green + 0.114 * blue
    })
  }
  const video = document.querySelector<HTMLVideoElement>(input.selector)
  if (!video) return { width: 0, height: 0, psnr: 0 }
  const bytes = Uint8Array.from(atob(input.original), (character) => character.charCodeAt(0))
  const original = await createImageBitmap(new Blob([bytes]))
  const wanted = lightness(original)
  const seen = lightness(video)
  const error = wanted.reduce((sum, value, pixel) => sum + (value - (seen[pixel] ?? 0)) ** 2, 0)
  const psnr = 10 * Math.log10((255 * 255 * wanted.length) / Math.max(error, 1))
  return { width: video.videoWidth, height: video.videoHeight, psnr }
}

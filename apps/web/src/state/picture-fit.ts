export interface Size {
  width: number
  height: number
}

/** The most of a face's picture that may be cut away to fill the area. */
const MAX_CUT = 0.6

/** Whether a picture fills its area or stands whole in it; a shared screen always stands whole. */
export function pictureFit(
  picture: Size,
  area: Size,
  { isScreen }: { isScreen: boolean },
): 'cover' | 'contain' {
  if (isScreen) return 'contain'
  if (!picture.width || !picture.height || !area.width || !area.height) return 'cover'
  const ratio = picture.width / picture.height / (area.width / area.height)
  return 1 - Math.min(ratio, 1 / ratio) > MAX_CUT ? 'contain' : 'cover'
}

const WIDTH_UNIT = 2 ** 17

/** Both in one number: a codec's sizes have at most 16 bits and one more. */
export function packPictureSize(width: number, height: number): number {
  return width * WIDTH_UNIT + height
}

export function pictureWidth(size: number): number {
  return Math.floor(size / WIDTH_UNIT)
}

export function pictureHeight(size: number): number {
  return size % WIDTH_UNIT
}

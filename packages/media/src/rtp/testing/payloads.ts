import { fromHex } from './bytes.ts'

/** What was asked of a payload. */
export interface PayloadCase {
  payload: Uint8Array
  isKeyFrameStart: boolean
  size: readonly [width: number, height: number]
}

const NONE = [0, 0] as const

/** A packet with which a decoder can begin, and the size that it tells. */
export function key(hex: string, width = 0, height = 0): PayloadCase {
  return { payload: fromHex(hex), isKeyFrameStart: true, size: [width, height] }
}

/** A packet with which a decoder can't begin. */
export function other(hex: string): PayloadCase {
  return { payload: fromHex(hex), isKeyFrameStart: false, size: NONE }
}

import { fromHex } from '../../rtp/testing/bytes.ts'
import type { Published } from './published.ts'

/** Frame tag, start code and size of a key frame (RFC 6386 §9.1). */
export const KEY = [...fromHex('9077019d012a0005d002')]
const DESCRIPTOR = { first: 0x10, later: 0x00 }

/** Frames of two packets each, numbered from `first` on: packets 2n and 2n + 1 are frame n. */
export class Pictures {
  readonly published: Published
  readonly #first: number

  constructor(published: Published, first = 0) {
    this.published = published
    this.#first = first
  }

  /** One packet of a frame; a key frame's begins with `KEY`. */
  packet(index: number, { isKeyFrame = index < 2, isRepeated = false } = {}): void {
    const frame = index >> 1
    const isFirst = index % 2 === 0
    const head = isFirst ? (isKeyFrame ? KEY : [0x01, frame]) : [frame]
    this.published.send({
      sequence: this.#first + index,
      timestamp: 3_000 * (this.#first + frame),
      payload: [isFirst ? DESCRIPTOR.first : DESCRIPTOR.later, ...head],
      hasMarker: !isFirst,
      isRepeated,
    })
  }

  frames(from: number, to: number, options?: { isKeyFrame: boolean }): void {
    for (let index = 2 * from; index < 2 * to; index += 1) this.packet(index, options)
  }

  /** The last byte of each frame that was handed out: its number. */
  get handedOut(): (number | undefined)[] {
    return this.published.framesOf('video').map(({ data }) => data.at(-1))
  }
}

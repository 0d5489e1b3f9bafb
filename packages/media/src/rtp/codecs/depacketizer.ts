import type { OfferedCodec } from '../../sdp/offer.ts'
import { copyBytes } from '@duet/datagrams'
import { MAX_FRAME_PACKETS } from '../limits.ts'
import { av1Depacketizer } from './av1-depacketizer.ts'
import { H264Depacketizer } from './h264-depacketizer.ts'
import { opusDepacketizer } from './opus-depacketizer.ts'
import { vp8Depacketizer } from './vp8-depacketizer.ts'
import { vp9Depacketizer } from './vp9-depacketizer.ts'

/** Frames up to this size are put together in the same place. */
const SHARED_BYTES = 65_536
/** For each size up to this one there is one view of it. */
const MAX_VIEW_BYTES = 2_048

/**
 * The payloads of one frame's packets in order, none missing, each with a byte at least, and the frame
 * that is made of them. One object serves for frame after frame, as memory that is new for each costs
 * more than what is done with it; whoever reads it may change where payloads begin.
 */
export class Payloads {
  /** Where they all stand. */
  bytes: Uint8Array = new Uint8Array(0)
  count = 0
  /** Of each: where it begins, and where it ends without padding. */
  readonly starts = new Int32Array(MAX_FRAME_PACKETS)
  readonly ends = new Int32Array(MAX_FRAME_PACKETS)
  /** Whether a frame is in use that was made. */
  isLent = false
  readonly #shared = new ArrayBuffer(SHARED_BYTES)
  readonly #views = Array<Uint8Array | undefined>(MAX_VIEW_BYTES + 1).fill(undefined)
  readonly #frame: CodedFrame = {
    data: this.bytes,
    isKeyFrame: false,
    pictureSize: 0,
    description: undefined,
  }

  /** Room for a frame, in which anything may stand, until `isLent` is taken back. */
  lend(size: number): Uint8Array {
    if (this.isLent || size > SHARED_BYTES) return new Uint8Array(size)
    this.isLent = true
    if (size > MAX_VIEW_BYTES) return new Uint8Array(this.#shared, 0, size)
    return (this.#views[size] ??= new Uint8Array(this.#shared, 0, size))
  }

  /** A frame, until the next one; with a size of its picture, it is a key frame. */
  frame(data: Uint8Array, pictureSize = 0, description?: Uint8Array): CodedFrame {
    const frame = this.#frame
    frame.data = data
    frame.isKeyFrame = pictureSize > 0
    frame.pictureSize = pictureSize
    frame.description = description
    return frame
  }

  /** One after the other, from where they begin, with `extra` bytes behind them; lent. */
  join(extra = 0): Uint8Array {
    let size = extra
    for (let index = 0; index < this.count; index += 1) size += this.size(index)
    const joined = this.lend(size)
    let at = 0
    for (let index = 0; index < this.count; index += 1) {
      copyBytes(this.bytes, this.starts[index]!, this.ends[index]!, joined, at)
      at += this.size(index)
    }
    return joined
  }

  size(index: number): number {
    return this.ends[index]! - this.starts[index]!
  }
}

/** What a file or a decoder gets. */
export interface CodedFrame {
  data: Uint8Array
  isKeyFrame: boolean
  /** Of a key frame, as `packPictureSize` makes it; else 0. */
  pictureSize: number
  /** Of a key frame: avcC, av1C. */
  description: Uint8Array | undefined
}

/**
 * nothing: a decoder needs none of it by itself. broken: no frame, or one whose beginning or end is
 * missing.
 */
export type Depacketized = CodedFrame | 'nothing' | 'broken'

/** Makes frames of a track's payloads, in order; it may remember what later ones need. */
export interface Depacketizer {
  read(payloads: Payloads): Depacketized
}

export function createDepacketizer({ name, parameters }: OfferedCodec): Depacketizer {
  switch (name) {
    case 'OPUS':
      return opusDepacketizer
    case 'VP8':
      return vp8Depacketizer
    case 'VP9':
      return vp9Depacketizer
    case 'H264':
      return new H264Depacketizer(/sprop-parameter-sets=([^;]*)/i.exec(parameters)?.[1])
    case 'AV1':
      return av1Depacketizer
  }
}

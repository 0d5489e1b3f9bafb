import type { OfferedCodec } from '../../sdp/offer.ts'
import { copyBytes } from '@duet/datagrams'
import { MAX_FRAME_PACKETS } from '../limits.ts'
import { av1Depacketizer } from './av1-depacketizer.ts'
import { H264Depacketizer } from './h264-depacketizer.ts'
import { opusDepacketizer } from './opus-depacketizer.ts'
import { vp8Depacketizer } from './vp8-depacketizer.ts'
import { vp9Depacketizer } from './vp9-depacketizer.ts'

/**
 * The payloads of one frame's packets in order, none missing, each with a byte at least. One object
 * serves for frame after frame; whoever reads it may change where payloads begin.
 */
export class Payloads {
  /** Where they all stand. */
  bytes: Uint8Array = new Uint8Array(0)
  count = 0
  /** Of each: where it begins, and where it ends without padding. */
  readonly starts = new Int32Array(MAX_FRAME_PACKETS)
  readonly ends = new Int32Array(MAX_FRAME_PACKETS)

  /** One after the other, from where they begin. */
  join(): Uint8Array {
    let size = 0
    for (let index = 0; index < this.count; index += 1) size += this.size(index)
    const joined = new Uint8Array(size)
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
  /** Of a key frame, as `packPictureSize` makes it. */
  pictureSize: number
  /** Of a key frame: avcC, av1C. */
  description?: Uint8Array
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

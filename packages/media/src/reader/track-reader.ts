import type { MediaFrame } from '../media-reader.ts'
import {
  createDepacketizer,
  Payloads,
  type CodedFrame,
  type Depacketized,
  type Depacketizer,
} from '../rtp/codecs/depacketizer.ts'
import { pictureHeight, pictureWidth } from '../rtp/codecs/picture-size.ts'
import { MAX_FRAME_PACKETS } from '../rtp/limits.ts'
import { VIDEO_FORMATS, type VideoFormat } from '../rtp/codecs/video-format.ts'
import { hasMarkerAt, timestampAt } from '../rtp/rtp-packet.ts'
import { sequenceDifference } from '../rtp/sequence.ts'
import type { ClockMapping, Producer } from '../router/producer.ts'
import type { Tap } from '../router/tap.ts'
import { PacketWindow } from './packet-window.ts'
import type { TrackClock } from './track-clock.ts'

/** Who reads a track. */
export interface TrackOwner {
  /** Frames are held back for now. */
  readonly isHolding: boolean
  handOut(frame: MediaFrame): void
  /** A frame came that is held back. */
  handleHeld(): void
  /** The track can't go on without a key frame. */
  requestKeyFrame(): void
}

export interface TrackReaderOptions {
  producer: Producer
  clock: TrackClock
  owner: TrackOwner
}

/** A packet that is missing is waited for so long where it is asked for again. */
const RETRANSMISSION_WAIT_MS = 300
/** Where it is not, it may only have been overtaken. */
const REORDERING_WAIT_MS = 40
/** A key frame that was asked for is asked for again after this time. */
const KEY_FRAME_RETRY_MS = 300

/** A frame whose time is not known well enough. */
interface HeldFrame {
  frame: MediaFrame
  timestamp: number
  /** When it was whole. */
  arrivedMs: number
}

/** waiting: for a key frame. flowing: whatever comes whole can be decoded. */
type State = 'waiting' | 'flowing'

/** What a frame is made of; one at a time is made. */
const payloads = new Payloads()

/**
 * Makes frames of what one producer receives, at each tick: as the bytes are in the producer's cache
 * anyway, packets are not looked at one by one as they come.
 */
export class TrackReader implements Tap {
  readonly #owner: TrackOwner
  readonly #producer: Producer
  readonly #clock: TrackClock
  readonly #isVideo: boolean
  readonly #format: VideoFormat | undefined
  readonly #window: PacketWindow
  readonly #depacketizer: Depacketizer
  readonly #maxWaitMs: number
  #state: State
  /** The first packet of a picture whose last one is not there yet; -1: there is none. */
  #first = -1
  #last = -1
  #timestamp = 0
  /** Whether that may be a key frame. */
  #mayBeKeyFrame = false
  #keyFrameAskedMs = -Infinity
  #nowMs = 0
  /** When the packet came that was taken last. */
  #arrivedMs = 0
  #held: HeldFrame[] = []
  /** The last one that was no key frame of a picture. */
  readonly #frame: MediaFrame

  constructor(options: TrackReaderOptions) {
    const { producer, clock, owner } = options
    this.#owner = owner
    this.#producer = producer
    this.#clock = clock
    this.#isVideo = producer.kind === 'video'
    const { name } = producer.codec
    this.#format = name === 'OPUS' ? undefined : VIDEO_FORMATS[name]
    this.#window = new PacketWindow(producer.cache, producer.highest)
    this.#depacketizer = createDepacketizer(producer.codec)
    const isRepeated = producer.codec.feedback.includes('nack')
    this.#maxWaitMs = isRepeated ? RETRANSMISSION_WAIT_MS : REORDERING_WAIT_MS
    this.#state = this.#isVideo ? 'waiting' : 'flowing'
    this.#frame = emptyFrame(producer)
    if (producer.clock) clock.handleReport(producer.clock)
    producer.tap(this)
  }

  handleClock(clock: ClockMapping): void {
    this.#clock.handleReport(clock)
  }

  restart(last: number): void {
    this.#window.see(last)
    this.#advance(-Infinity)
    this.#window.clear()
    this.#loseFrame()
    // Its publisher sends with another SSRC, and with other timestamps.
    if (!this.#producer.clock) this.#clock.restart()
  }

  read(nowMs: number): void {
    this.tick(nowMs)
  }

  /** Reads what came. Whether there is something that it waits for. */
  tick(nowMs: number): boolean {
    this.#nowMs = nowMs
    const hasNews = this.#window.see(this.#producer.highest)
    if (!hasNews && !this.#window.hasHole) return false
    this.#advance(this.#maxWaitMs)
    const needsKeyFrame = hasNews && this.#state === 'waiting'
    if (needsKeyFrame) this.#askForKeyFrame(nowMs)
    return needsKeyFrame || this.#window.hasHole
  }

  /** When the first frame came that is held back; Infinity: none is. */
  get heldSinceMs(): number {
    return this.#held[0]?.arrivedMs ?? Infinity
  }

  get isSettled(): boolean {
    return this.#clock.isSettled
  }

  /** What was held back, with its times. */
  release(): MediaFrame[] {
    return this.#held.splice(0).map(({ frame, timestamp, arrivedMs }) => {
      frame.timeMs = this.#clock.timeOf(timestamp, arrivedMs)
      return frame
    })
  }

  /** Hands out what is whole; then nothing more comes of it. */
  close(): void {
    this.#producer.untap(this)
    this.#window.see(this.#producer.highest)
    this.#advance(-Infinity)
  }

  /** Takes what is there in order, and goes on behind what was waited for long enough. */
  #advance(maxWaitMs: number): void {
    for (;;) {
      const sequence = this.#window.take()
      if (sequence >= 0) this.#follow(sequence)
      else if (this.#window.skipHole(this.#nowMs, maxWaitMs)) this.#loseFrame()
      else return
    }
  }

  /** The next packet in order. */
  #follow(sequence: number): void {
    const { cache } = this.#producer
    const { bytes } = cache
    const offset = cache.find(sequence)
    const timestamp = timestampAt(bytes, offset)
    this.#arrivedMs = cache.arrivedMs(sequence)
    this.#clock.observe(timestamp, this.#arrivedMs)
    const start = offset + cache.payloadStart(sequence)
    const end = offset + cache.payloadEnd(sequence)
    // Padding only.
    if (start >= end) return
    if (!this.#isVideo) return this.#make(sequence, sequence, timestamp)
    // Some set no marker.
    if (this.#first >= 0 && this.#timestamp !== timestamp) this.#finish()
    if (this.#first < 0) {
      this.#first = sequence
      this.#timestamp = timestamp
      this.#mayBeKeyFrame = false
    }
    this.#last = sequence
    if (this.#state === 'waiting' && this.#format?.isKeyFrameStart(bytes, start, end))
      this.#mayBeKeyFrame = true
    if (hasMarkerAt(bytes, offset)) this.#finish()
  }

  #finish(): void {
    const first = this.#first
    this.#first = -1
    this.#make(first, this.#last, this.#timestamp)
  }

  /** Makes a frame of the packets from `first` to `last`, and hands it out if it can be decoded. */
  #make(first: number, last: number, timestamp: number): void {
    // Who gets a frame may close a reader, which hands out what it has then.
    const isWithin = payloads.isLent
    const made = this.#gather(first, last) ? this.#depacketizer.read(payloads) : 'broken'
    payloads.isLent = true
    try {
      this.#handle(made, timestamp, isWithin)
    } finally {
      payloads.isLent = isWithin
    }
  }

  /** `isWithin`: another frame is being handed out. */
  #handle(made: Depacketized, timestamp: number, isWithin: boolean): void {
    if (made === 'nothing') return
    if (made === 'broken') return this.#loseFrame()
    if (this.#state === 'waiting' && !made.isKeyFrame) return
    this.#state = 'flowing'
    const arrivedMs = this.#arrivedMs
    if (this.#owner.isHolding) {
      const frame = this.#newFrame({ ...made, data: made.data.slice() }, arrivedMs)
      this.#held.push({ frame, timestamp, arrivedMs })
      this.#owner.handleHeld()
      return
    }
    const timeMs = this.#clock.timeOf(timestamp, arrivedMs)
    const isNew = isWithin || (this.#isVideo && made.isKeyFrame)
    this.#owner.handOut(isNew ? this.#newFrame(made, timeMs) : this.#nextFrame(made, timeMs))
  }

  /** Puts the packets' payloads in order; false when one is not there any more. */
  #gather(first: number, last: number): boolean {
    const { cache } = this.#producer
    const packets = sequenceDifference(last, first) + 1
    if (packets > MAX_FRAME_PACKETS) return false
    payloads.bytes = cache.bytes
    payloads.count = 0
    for (let step = 0; step < packets; step += 1) {
      const sequence = (first + step) & 0xffff
      const offset = cache.find(sequence)
      if (offset < 0) return false
      const start = cache.payloadStart(sequence)
      const end = cache.payloadEnd(sequence)
      if (start >= end) continue
      payloads.starts[payloads.count] = offset + start
      payloads.ends[payloads.count] = offset + end
      payloads.count += 1
    }
    return true
  }

  /** In the object that the one before was in. */
  #nextFrame({ data }: CodedFrame, timeMs: number): MediaFrame {
    this.#frame.data = data
    this.#frame.timeMs = timeMs
    return this.#frame
  }

  #newFrame(made: CodedFrame, timeMs: number): MediaFrame {
    const { data, isKeyFrame, pictureSize, description } = made
    const frame: MediaFrame = { ...this.#frame, data, isKeyFrame, timeMs }
    if (!this.#isVideo || !isKeyFrame) return frame
    frame.width = pictureWidth(pictureSize)
    frame.height = pictureHeight(pictureSize)
    if (description) frame.description = description
    return frame
  }

  /** Something will never come: of sound it is left out, pictures go on with a key frame. */
  #loseFrame(): void {
    this.#first = -1
    if (this.#isVideo) this.#state = 'waiting'
  }

  #askForKeyFrame(nowMs: number): void {
    const isOnItsWay = this.#first >= 0 && this.#mayBeKeyFrame
    if (isOnItsWay || nowMs - this.#keyFrameAskedMs < KEY_FRAME_RETRY_MS) return
    this.#keyFrameAskedMs = nowMs
    this.#owner.requestKeyFrame()
  }
}

/** With nothing in it. */
function emptyFrame({ kind, codec }: Producer): MediaFrame {
  const name = codec.name === 'OPUS' ? 'Opus' : codec.name
  return { kind, codec: name, data: new Uint8Array(), isKeyFrame: kind === 'audio', timeMs: 0 }
}
